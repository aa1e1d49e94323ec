/** What is visible of a run, in order: one step for each message and each end, as `sequence.mmd` tells it. */
import { duration } from "../layout/units";
import { ANSWERS, CALL, DELIVER, END, FOUND, GHOST, NO_CLOSING, PAUSE, RETURN, SELF, SEND, type Trace } from "../model/trace";
import type { Fold, Visible } from "../model/lens";

export interface Step {
  readonly kind: number;
  /** -1: it is about no span. */
  readonly span: number;
  /** Components; -1: nobody is known. */
  readonly source: number;
  readonly target: number;
  readonly label: string;
  readonly dashed: boolean;
  readonly failed: boolean;
}

const PAUSE_MIN_NS = 1e9;

interface Draft extends Step {
  readonly time: number;
  readonly known: boolean;
}

export function steps(trace: Trace, seen: Visible): Step[] {
  const drafts = [...walk(seen)].flatMap(([span, closing]) => (closing ? finish(trace, seen, span) : begin(trace, seen, span)));
  drafts.sort((a, b) => a.time - b.time); // stable: what is at one time stays as the tree has it
  return [...withPauses(trace, drafts), ...ghosts(trace, seen)];
}

/** Visible spans, each when it opens (false) and when it closes (true). */
function* walk(seen: Visible): Generator<[number, boolean]> {
  const open: number[] = [];
  for (const span of seen.spans) {
    while (open.length > (seen.depth[span] ?? 0)) yield [open.pop() ?? 0, true];
    open.push(span);
    yield [span, false];
  }
  while (open.length) yield [open.pop() ?? 0, true];
}

/** Who called, of what is visible: else who called in the run. */
function callerOf(trace: Trace, seen: Visible, span: number): number {
  const up = seen.up[span] ?? -1;
  if (up >= 0) return trace.component[up] ?? -1;
  const caller = trace.caller(span);
  return seen.lens.hidden.has(caller) || (seen.lens.proven && (trace.parent[span] ?? -1) >= 0) ? -1 : caller;
}

function begin(trace: Trace, seen: Visible, span: number): Draft[] {
  const target = trace.component[span] ?? 0;
  const caller = callerOf(trace, seen, span);
  const opening = trace.opening[span] ?? CALL;
  const kind = caller < 0 && opening !== SELF ? FOUND : caller === target && opening === CALL ? SELF : opening;
  const found = kind === FOUND ? `caller ${trace.caller(span) < 0 ? "not known" : "not shown"}: ` : "";
  const words = [found + trace.operation(span), note(trace, span, kind), folded(seen.folds.get(span)), hiddenBelow(seen, span)];
  const badges = trace.badges(span).map((badge) => badge.text);
  const tier = trace.tierOf(span);
  return [
    {
      kind,
      span,
      source: caller < 0 ? target : caller,
      target,
      label: [...words, ...badges, tier === "unresolved" ? tier : ""].filter(Boolean).join(", "),
      dashed: tier === "inferred",
      failed: trace.failed(span) && (kind === SEND || kind === SELF),
      time: trace.start[span] ?? 0,
      known: !trace.noStart[span],
    },
  ];
}

function finish(trace: Trace, seen: Visible, span: number): Draft[] {
  if ((trace.closing[span] ?? NO_CLOSING) === NO_CLOSING) return [];
  const own = trace.component[span] ?? 0;
  const caller = callerOf(trace, seen, span);
  const answers = trace.closing[span] === ANSWERS && caller >= 0 && caller !== own;
  return [
    {
      kind: answers ? RETURN : END,
      span,
      source: own,
      target: answers ? caller : own,
      label: ending(trace, span),
      dashed: answers,
      failed: trace.failed(span),
      time: trace.end[span] ?? 0,
      known: !trace.noEnd[span],
    },
  ];
}

function ending(trace: Trace, span: number): string {
  const status = trace.statusOf(span);
  const said = [status === "ok" || status === "unknown" ? "" : status, trace.errorType(span)].filter(Boolean).join(" ");
  return [said, length(trace, span)].filter(Boolean).join(", ") || (status === "ok" ? "ok" : "ended");
}

function note(trace: Trace, span: number, kind: number): string {
  if (kind === SELF || kind === SEND) return length(trace, span);
  const waited = trace.wait(span);
  if (kind !== DELIVER) return "";
  return waited === null ? "wait not known" : `waited ${duration(waited * trace.unitNs)}`;
}

function length(trace: Trace, span: number): string {
  const units = trace.duration(span);
  return units === null ? "" : duration(units * trace.unitNs);
}

function folded(fold: Fold | undefined): string {
  return fold?.kind === "attempts" ? `${fold.spans.length} attempts folded` : "";
}

function hiddenBelow(seen: Visible, span: number): string {
  const hidden = seen.below.get(span);
  if (!hidden || seen.folds.has(span) || !seen.lens.collapsed.has(span)) return "";
  return `${hidden.spans} below not shown${hidden.failures ? ` (${hidden.failures} failed)` : ""}`;
}

function withPauses(trace: Trace, drafts: readonly Draft[]): Step[] {
  const known = drafts.filter((draft) => draft.known).map((draft) => draft.time * trace.unitNs);
  if (known.length === 0) return [...drafts];
  const [first, last] = [known[0] ?? 0, known[known.length - 1] ?? 0];
  const least = Math.max(PAUSE_MIN_NS, (last - first) / 5);
  const told: Step[] = [];
  let before = Number.POSITIVE_INFINITY;
  for (const draft of drafts) {
    const time = draft.time * trace.unitNs;
    if (draft.known && time - before >= least) {
      const label = `${duration(time - before)} in which nothing was seen`;
      told.push({ kind: PAUSE, span: -1, source: draft.target, target: draft.target, label, dashed: false, failed: false });
    }
    if (draft.known) before = time;
    told.push(draft);
  }
  return told;
}

function ghosts(trace: Trace, seen: Visible): Step[] {
  return trace.ghosts
    .filter((ghost) => !seen.lens.hidden.has(ghost.target))
    .map((ghost) => ({
      kind: GHOST,
      span: -1,
      source: ghost.target,
      target: ghost.target,
      label: ghost.label,
      dashed: true,
      failed: false,
    }));
}

