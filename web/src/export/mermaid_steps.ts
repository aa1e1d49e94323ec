/** The rows of the sequence diagram as steps of a Mermaid diagram: the same messages, in the same order and words. */
import { attemptWords } from "../layout/sequence/attempts";
import { callerOf, isOpening, type Rows, rows } from "../layout/sequence/rows";
import { ending } from "../layout/span_words";
import { hiddenWords, note, pauseWords } from "../layout/sequence/words";
import type { Visible } from "../model/lens";
import { FOUND, GHOST, INFERRED, PAUSE, RETURN, SELF, SEND, type Trace } from "../model/trace";

export interface Step {
  readonly kind: number;
  /** -1: it is about no span. */
  readonly span: number;
  /** Components. */
  readonly source: number;
  readonly target: number;
  readonly label: string;
  readonly dashed: boolean;
  readonly failed: boolean;
}

export function steps(trace: Trace, seen: Visible): Step[] {
  const told = rows(trace, seen);
  const found: Step[] = [];
  let place = seen.spans.length ? (trace.component[seen.spans[0] ?? 0] ?? 0) : 0;
  for (let row = 0; row < told.n; row++) {
    const step = stepOf(trace, seen, told, row, place);
    place = step.target;
    found.push(step);
  }
  return found;
}

/** `place`: where a note stands that is about nobody. */
function stepOf(trace: Trace, seen: Visible, told: Rows, row: number, place: number): Step {
  const kind = told.kind[row] ?? 0;
  const at = told.at[row] ?? 0;
  if (kind === PAUSE) return aside(kind, place, pauseWords(trace, told, row));
  if (kind === GHOST) return aside(kind, trace.ghosts[at]?.target ?? place, trace.ghosts[at]?.label ?? "");
  return isOpening(kind) ? begin(trace, seen, kind, at) : finish(trace, seen, kind, at);
}

function aside(kind: number, target: number, label: string): Step {
  return { kind, span: -1, source: target, target, label, dashed: false, failed: false };
}

function begin(trace: Trace, seen: Visible, kind: number, span: number): Step {
  const target = trace.component[span] ?? 0;
  const caller = callerOf(trace, seen, span);
  const said = note(trace, seen, kind, span);
  const label = kind === FOUND ? `${said}: ${trace.operation(span)}` : [trace.operation(span), said].filter(Boolean).join(", ");
  return {
    kind,
    span,
    source: caller < 0 ? target : caller,
    target,
    label: [label, ...marks(trace, seen, span)].join(", "),
    dashed: trace.tier[span] === INFERRED,
    failed: trace.failed(span) && (kind === SEND || kind === SELF),
  };
}

function finish(trace: Trace, seen: Visible, kind: number, span: number): Step {
  const own = trace.component[span] ?? 0;
  const caller = callerOf(trace, seen, span);
  const target = kind === RETURN && caller >= 0 ? caller : own;
  return { kind, span, source: own, target, label: ending(trace, span), dashed: kind === RETURN, failed: trace.failed(span) };
}

/** Badges, what is folded into a message, and what is not shown below it. */
function marks(trace: Trace, seen: Visible, span: number): string[] {
  const fold = seen.folds.get(span);
  const below = seen.below.get(span);
  const folded = fold?.kind === "attempts";
  const badges = trace.badges(span).filter((badge) => !folded || badge.kind !== "attempt").map((badge) => badge.text);
  const attempts = folded ? [attemptWords(trace, fold.spans)] : [];
  const hidden = below && seen.lens.collapsed.has(span) ? [`${hiddenWords(below.spans, below.failures)} not shown`] : [];
  return [...badges, ...attempts, ...hidden, ...(trace.tierOf(span) === "unresolved" ? ["unresolved"] : [])];
}
