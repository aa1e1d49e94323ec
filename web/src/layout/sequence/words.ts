/** What the diagram says: labels, notes, and each row as it is spoken. */
import type { Visible } from "../../model/lens";
import { CALL, DELIVER, END, FOUND, GHOST, INFERRED, PAUSE, RETURN, SELF, SEND, type Trace, UNRESOLVED } from "../../model/trace";
import { attemptWords } from "./attempts";
import { type Rows, callerOf, isOpening } from "./rows";
import { ending, length, waited } from "../span_words";
import { count, duration, offset } from "../units";

const KINDS: Readonly<Record<number, string>> = {
  [CALL]: "call", [SEND]: "message", [DELIVER]: "delivery", [SELF]: "own step", [FOUND]: "caller not known,",
  [RETURN]: "answer", [END]: "end", [GHOST]: "not seen,", [PAUSE]: "pause",
};
/** For tests and style: the kind of a row in one word. */
export const KIND_NAMES = ["call", "send", "deliver", "self", "found", "return", "end", "ghost", "pause"] as const;

/** The quieter words after a label. */
export function note(trace: Trace, visible: Visible, kind: number, span: number): string {
  if (kind === DELIVER) return (waited(trace, firstTry(visible, span)) || "wait not known");
  if (kind === FOUND) return (trace.parent[span] ?? -1) < 0 ? "caller not known" : cutWords(trace, visible, span);
  return kind === SELF || kind === SEND ? length(trace, span) : "";
}

/** Of folded attempts the first, else the span itself. */
function firstTry(visible: Visible, span: number): number {
  const fold = visible.folds.get(span);
  return fold?.kind === "attempts" ? (fold.spans[0] ?? span) : span;
}

function cutWords(trace: Trace, visible: Visible, span: number): string {
  const tier = trace.tier[span];
  return visible.lens.proven && (tier === INFERRED || tier === UNRESOLVED) ? "link not proven" : "caller hidden";
}

/** What is folded away below a span: `+12 spans, 2 failed`. */
export function hiddenWords(spans: number, failures: number): string {
  return `+${count(spans, "span")}${failures ? `, ${failures} failed` : ""}`;
}

export function pauseWords(trace: Trace, rows: Rows, row: number): string {
  return `${duration((rows.pauses[rows.at[row] ?? 0] ?? 0) * trace.unitNs)} in which nothing was seen`;
}

/** When a row happened; empty where nobody said. */
export function when(trace: Trace, rows: Rows, row: number): string {
  const kind = rows.kind[row] ?? 0;
  if (kind >= GHOST || trace.gone(rows.at[row] ?? 0)) return "";
  const unsaid = isOpening(kind) ? trace.noStart : trace.noEnd;
  return unsaid[rows.at[row] ?? 0] ? "" : offset((rows.time[row] ?? 0) * trace.unitNs);
}

export function componentName(trace: Trace, component: number): string {
  const found = trace.components[component];
  return found ? `${found.type}:${found.name}` : "";
}

/** `call from lambda:router to agent:claims, InvokeAgent, try 2 of 3, throttled, 812 ms, +1.2 s, inferred`. */
export function spoken(trace: Trace, visible: Visible, rows: Rows, row: number): string {
  const kind = rows.kind[row] ?? 0;
  if (kind === PAUSE) return pauseWords(trace, rows, row);
  if (kind === GHOST) return spokenGhost(trace, rows.at[row] ?? 0);
  const span = rows.at[row] ?? 0;
  const caller = callerOf(trace, visible, span);
  const own = trace.component[span] ?? -1;
  const [from, to] = kind === RETURN ? [own, caller] : [caller, own];
  const way = `${KINDS[kind] ?? ""} ${from >= 0 && from !== to ? `from ${componentName(trace, from)} ` : ""}to ${componentName(trace, to)}`;
  const parts = kind === END ? [`end of ${trace.operation(span)} on ${componentName(trace, own)}`] : [way, trace.operation(span)];
  const more = isOpening(kind) ? opened(trace, visible, kind, span) : [ending(trace, span)];
  return [...parts, ...more, when(trace, rows, row) || (trace.gone(span) ? "only in run A" : "no time")].filter(Boolean).join(", ");
}

function opened(trace: Trace, visible: Visible, kind: number, span: number): string[] {
  const fold = visible.folds.get(span);
  const below = visible.below.get(span);
  const gap = trace.gaps.get(span);
  return [
    kind === DELIVER ? (waited(trace, firstTry(visible, span)) || "wait not known") : "",
    ...trace.badges(span).filter((badge) => fold?.kind !== "attempts" || badge.kind !== "attempt").map((badge) => badge.text),
    fold?.kind === "attempts" ? attemptWords(trace, fold.spans) : "",
    fold?.kind === "loop" ? `repeated ${fold.loop.times} times` : "",
    ending(trace, span),
    visible.lens.collapsed.has(span) && below ? `collapsed, ${hiddenWords(below.spans, below.failures)}` : "",
    gap ?? "",
  ];
}

function spokenGhost(trace: Trace, nth: number): string {
  const ghost = trace.ghosts[nth];
  if (!ghost) return "";
  const from = ghost.source === undefined || ghost.source === ghost.target ? "" : ` from ${componentName(trace, ghost.source)}`;
  const asked = (ghost.checks ?? []).flatMap((at) => trace.checks[at]?.name ?? []);
  const by = asked.length ? `, asked for by ${asked.join(" and ")}` : "";
  return `${ghost.label}${from}, to ${componentName(trace, ghost.target)}${by}`;
}
