/** The rows of the diagram: every message that is shown, by time; then what was missed. Natural pixels. */
import type { Visible } from "../../model/lens";
import {
  ANSWERS, CALL, END, FOUND, GHOST, NO_CLOSING, PAUSE, RETURN, SELF, type Trace,
} from "../../model/trace";
import { backOff } from "./attempts";
import { events, isClosing } from "./order";

export const TOP = 10;
/** By kind: call, send, deliver, self, found, return, end, ghost, pause. */
const HEIGHTS = [38, 38, 42, 40, 38, 32, 28, 46, 40];
/** Below a folded arrow: its attempts, and words about them. */
export const STRIP = 34;
/** Below an arrow whose link could be proven: what would prove it. */
export const GAP_LINE = 15;
/** Above the first message of a folded loop: its title. */
export const TITLE = 26;
const PAUSE_MIN_NS = 1e9;

export interface Rows {
  readonly n: number;
  readonly kind: Uint8Array;
  /** Of a message its span; of a ghost and of a pause its place in `trace.ghosts` and `pauses`. */
  readonly at: Int32Array;
  /** In units; of a ghost the end of the run. */
  readonly time: Float64Array;
  /** Where each row begins, and where the last one ends. */
  readonly y: Float64Array;
  /** How many rows before each tell of a failure. */
  readonly failures: Int32Array;
  /** By span: the row in which it opens, the one in which it closes, the last one of all below it. -1: none. */
  readonly opens: Int32Array;
  readonly closes: Int32Array;
  readonly deepest: Int32Array;
  /** How long each pause is, in units. */
  readonly pauses: readonly number[];
  /** What stands above and below the arrow of a row, beside its own height. */
  readonly above: Uint8Array;
  readonly below: Uint8Array;
}

export function rows(trace: Trace, visible: Visible): Rows {
  const draft = new Draft(2 * visible.spans.length + trace.ghosts.length);
  messages(trace, visible, draft);
  const told = withPauses(trace, draft);
  trace.ghosts.forEach((ghost, nth) => {
    if (!visible.lens.hidden.has(ghost.target)) told.draft.push(GHOST, nth, trace.last);
  });
  return finish(trace, visible, told.draft, told.pauses);
}

/** The component that a message comes from, as it is shown; -1: nobody that is known. */
export function callerOf(trace: Trace, visible: Visible, span: number): number {
  const up = visible.up[span] ?? -1;
  if (up >= 0) return trace.component[up] ?? -1;
  if ((trace.parent[span] ?? -1) >= 0) return -1;
  const caller = trace.caller(span);
  return visible.lens.hidden.has(caller) ? -1 : caller;
}

export function openingOf(trace: Trace, visible: Visible, span: number): number {
  const said = trace.opening[span] ?? CALL;
  const caller = callerOf(trace, visible, span);
  if (caller < 0) return said === SELF && (trace.parent[span] ?? -1) < 0 ? SELF : FOUND;
  return caller === trace.component[span] ? SELF : said;
}

function closingOf(trace: Trace, visible: Visible, span: number): number {
  if (trace.closing[span] !== ANSWERS) return END;
  const caller = callerOf(trace, visible, span);
  return caller >= 0 && caller !== trace.component[span] ? RETURN : END;
}

/** Where the arrow of a row is. */
export function arrowY(rows: Rows, row: number): number {
  const kind = rows.kind[row] ?? CALL;
  const height = HEIGHTS[kind] ?? 38;
  return (rows.y[row] ?? 0) + (rows.above[row] ?? 0) + height - (kind === SELF ? 20 : kind === PAUSE ? height / 2 : 10);
}

/** The row at a height; the nearest one where there is none. */
export function rowAt(rows: Rows, y: number): number {
  let low = 0;
  let high = rows.n;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((rows.y[middle] ?? 0) <= y) low = middle;
    else high = middle;
  }
  return low;
}

export function isMessage(kind: number): boolean {
  return kind < GHOST;
}

export function isOpening(kind: number): boolean {
  return kind < RETURN;
}

class Draft {
  readonly kind: Uint8Array;
  readonly at: Int32Array;
  readonly time: Float64Array;
  n = 0;

  constructor(readonly room: number) {
    this.kind = new Uint8Array(room);
    this.at = new Int32Array(room);
    this.time = new Float64Array(room);
  }

  push(kind: number, at: number, time: number): void {
    this.kind[this.n] = kind;
    this.at[this.n] = at;
    this.time[this.n++] = time;
  }
}

/** Attempts that are folded begin with the first and end with the last: what their caller felt. */
function messages(trace: Trace, visible: Visible, draft: Draft): void {
  const { shown } = visible;
  const { closing, start, end } = trace;
  const shownAs = openings(trace, visible);
  const all = events(trace);
  for (let nth = 0; nth < all.length; nth++) {
    const event = all[nth] ?? 0;
    const span = event >> 1;
    if (!isClosing(event)) {
      const as = shownAs ? (shownAs[span] ?? -1) : span;
      if (shown[as]) draft.push(openingOf(trace, visible, as), as, start[span] ?? 0);
    } else if (shown[span] && closing[span] !== NO_CLOSING) draft.push(closingOf(trace, visible, span), span, end[span] ?? 0);
  }
}

/** By span the one that opens where it does; -1: none does. Null: each for itself. */
function openings(trace: Trace, visible: Visible): Int32Array | null {
  let shownAs: Int32Array | null = null;
  for (const [span, fold] of visible.folds) {
    if (fold.kind !== "attempts") continue;
    shownAs ??= new Int32Array(trace.n).map((_, at) => at);
    shownAs[span] = -1;
    shownAs[fold.spans[0] ?? span] = span;
  }
  return shownAs;
}

/** A long silence gets a row of its own: the eye cannot see 30 s between two rows. */
function withPauses(trace: Trace, draft: Draft): { draft: Draft; pauses: number[] } {
  const { kind, at, time, n } = draft;
  const { noStart, noEnd } = trace;
  const seen = (row: number): boolean =>
    !(isOpening(kind[row] ?? 0) ? noStart : noEnd)[at[row] ?? 0] && !trace.gone(at[row] ?? 0);
  let [first, last] = [0, n - 1];
  while (first < n && !seen(first)) first++;
  while (last > first && !seen(last)) last--;
  const least = Math.max(PAUSE_MIN_NS / trace.unitNs, ((time[last] ?? 0) - (time[first] ?? 0)) / 5);
  const before: number[] = [];
  const pauses: number[] = [];
  let latest = time[first] ?? 0;
  for (let row = first + 1; row <= last; row++) {
    if (!seen(row)) continue;
    const now = time[row] ?? 0;
    if (now - latest >= least) {
      before.push(row);
      pauses.push(now - latest);
    }
    latest = now;
  }
  return { draft: pauses.length ? spaced(draft, before, pauses) : draft, pauses };
}

/** Pauses before the rows that they end with; each begins where it began. */
function spaced(draft: Draft, before: readonly number[], pauses: readonly number[]): Draft {
  const told = new Draft(draft.room + pauses.length);
  for (let row = 0; row < draft.n; row++) {
    const time = draft.time[row] ?? 0;
    if (before[told.n - row] === row) told.push(PAUSE, told.n - row, time - (pauses[told.n - row] ?? 0));
    told.push(draft.kind[row] ?? 0, draft.at[row] ?? 0, time);
  }
  return told;
}

function finish(trace: Trace, visible: Visible, draft: Draft, pauses: readonly number[]): Rows {
  const { n } = draft;
  const opens = new Int32Array(trace.n).fill(-1);
  const closes = new Int32Array(trace.n).fill(-1);
  for (let row = 0; row < n; row++) {
    const kind = draft.kind[row] ?? 0;
    if (isMessage(kind)) (isOpening(kind) ? opens : closes)[draft.at[row] ?? 0] = row;
  }
  const { above, below } = extras(trace, visible, opens, n);
  const y = new Float64Array(n + 1);
  const failures = new Int32Array(n + 1);
  y[0] = TOP;
  for (let row = 0; row < n; row++) {
    const kind = draft.kind[row] ?? 0;
    y[row + 1] = (y[row] ?? 0) + (HEIGHTS[kind] ?? 38) + (above[row] ?? 0) + (below[row] ?? 0);
    const failed = kind === GHOST || (isOpening(kind) && trace.failed(draft.at[row] ?? 0));
    failures[row + 1] = (failures[row] ?? 0) + (failed ? 1 : 0);
  }
  return {
    n, opens, closes, y, failures, pauses, above, below,
    kind: draft.kind.subarray(0, n),
    at: draft.at.subarray(0, n),
    time: draft.time.subarray(0, n),
    deepest: deepestRows(visible, opens, closes),
  };
}

/** Room for titles of loops, attempts, and what would prove a link. */
function extras(trace: Trace, visible: Visible, opens: Int32Array, n: number) {
  const above = new Uint8Array(n);
  const below = new Uint8Array(n);
  for (const [span, fold] of visible.folds) {
    const row = opens[span] ?? -1;
    if (row < 0) continue;
    if (fold.kind === "loop") above[row] = TITLE;
    else if (backOff(trace, fold.spans)) below[row] = STRIP;
  }
  for (const span of trace.gaps.keys()) {
    const row = opens[span] ?? -1;
    if (row >= 0) below[row] = (below[row] ?? 0) + GAP_LINE;
  }
  return { above, below };
}

function deepestRows(visible: Visible, opens: Int32Array, closes: Int32Array): Int32Array {
  const deepest = new Int32Array(opens.length).fill(-1);
  for (let nth = visible.spans.length - 1; nth >= 0; nth--) {
    const span = visible.spans[nth] ?? 0;
    deepest[span] = Math.max(deepest[span] ?? -1, opens[span] ?? -1, closes[span] ?? -1);
    const up = visible.up[span] ?? -1;
    if (up >= 0) deepest[up] = Math.max(deepest[up] ?? -1, deepest[span] ?? -1);
  }
  return deepest;
}
