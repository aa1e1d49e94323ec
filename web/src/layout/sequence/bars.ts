/** Activations: one bar a span on its lifeline, from where it opens to where it, or what it caused, was last seen. */
import type { Visible } from "../../model/lens";
import { DELIVER, GHOST, NO_CLOSING, SEND, type Trace } from "../../model/trace";
import { type Rows, arrowY, isMessage, isOpening } from "./rows";

/** Bars side by side; more of them share the last lane. */
export const LANES_MAX = 8;
/** How far each lane is from the one before it. */
export const LANE = 6;
const BLOCK = 256;

export interface Bars {
  readonly n: number;
  /** In the order of `y1`. */
  readonly span: Int32Array;
  readonly y1: Float64Array;
  readonly y2: Float64Array;
  /** A message that lies in a queue. */
  readonly dwell: Uint8Array;
  /** Its end was not seen. */
  readonly open: Uint8Array;
  /** By span. */
  readonly lane: Uint8Array;
  /** How many lanes each component takes beside its first. */
  readonly spread: Uint8Array;
  /** The lowest `y2` of each block of bars. */
  readonly reach: Float64Array;
}

export function bars(trace: Trace, visible: Visible, rows: Rows): Bars {
  const taken = takenUp(trace, visible, rows);
  const awaited = awaitedUntil(trace, rows);
  const n = visible.spans.length;
  const span = new Int32Array(n);
  const [y1, y2] = [new Float64Array(n), new Float64Array(n)];
  const [dwell, open] = [new Uint8Array(n), new Uint8Array(n)];
  let count = 0;
  for (let row = 0; row < rows.n; row++) {
    const kind = rows.kind[row] ?? 0;
    if (!isMessage(kind) || !isOpening(kind)) continue;
    const at = rows.at[row] ?? 0;
    const begin = arrowY(rows, row);
    const received = taken[at] ?? 0;
    const waits = kind === SEND || received > 0;
    const unseen = waits ? !received : Boolean(trace.noEnd[at]);
    const until = waits ? received || begin + 18 : worked(trace, rows, at);
    span[count] = at;
    y1[count] = begin;
    y2[count] = Math.max(until, begin + 8, awaited.get(at) ?? 0);
    dwell[count] = waits ? 1 : 0;
    open[count++] = unseen ? 1 : 0;
  }
  const lane = lanes(trace, span, y1, y2, count);
  return { n: count, span, y1, y2, dwell, open, lane, spread: spreads(trace, span, lane, count), reach: reaches(y2, count) };
}

/** The bars that touch the heights from `top` to `bottom`. */
export function barsWithin(bars: Bars, top: number, bottom: number): number[] {
  const found: number[] = [];
  for (let block = 0; block < bars.reach.length && (bars.y1[block * BLOCK] ?? Infinity) <= bottom; block++) {
    if ((bars.reach[block] ?? 0) < top) continue;
    const end = Math.min(bars.n, (block + 1) * BLOCK);
    for (let at = block * BLOCK; at < end && (bars.y1[at] ?? 0) <= bottom; at++) {
      if ((bars.y2[at] ?? 0) >= top) found.push(at);
    }
  }
  return found;
}

/** By span: where the last message of all that it put down was taken up; 0: none was. */
function takenUp(trace: Trace, visible: Visible, rows: Rows): Float64Array {
  const found = new Float64Array(trace.n);
  for (const span of visible.spans) {
    const up = visible.up[span] ?? -1;
    if (trace.opening[span] !== DELIVER || up < 0 || up !== trace.parent[span]) continue;
    found[up] = Math.max(found[up] ?? 0, arrowY(rows, rows.opens[span] ?? 0));
  }
  return found;
}

/** Ghosts stand last: who waits for one waits until there. */
function awaitedUntil(trace: Trace, rows: Rows): Map<number, number> {
  const found = new Map<number, number>();
  for (let row = rows.n - 1; row >= 0 && rows.kind[row] === GHOST; row--) {
    const span = trace.ghosts[rows.at[row] ?? 0]?.span;
    if (span !== undefined && !found.has(span)) found.set(span, arrowY(rows, row) - 9);
  }
  return found;
}

function worked(trace: Trace, rows: Rows, span: number): number {
  const closes = rows.closes[span] ?? -1;
  if (closes >= 0 && trace.closing[span] !== NO_CLOSING) return arrowY(rows, closes);
  return arrowY(rows, Math.max(0, rows.deepest[span] ?? 0)) + (trace.noEnd[span] ? 22 : 14);
}

/** A bar stands beside those of its lifeline that are still open where it begins. */
function lanes(trace: Trace, span: Int32Array, y1: Float64Array, y2: Float64Array, n: number): Uint8Array {
  const lane = new Uint8Array(trace.n);
  const ends = new Float64Array(trace.components.length * LANES_MAX); // by component and lane
  for (let at = 0; at < n; at++) {
    const first = (trace.component[span[at] ?? 0] ?? 0) * LANES_MAX;
    const begin = y1[at] ?? 0;
    let free = 0;
    while (free < LANES_MAX - 1 && (ends[first + free] ?? 0) >= begin) free++;
    ends[first + free] = Math.max(ends[first + free] ?? 0, y2[at] ?? 0);
    lane[span[at] ?? 0] = free;
  }
  return lane;
}

function spreads(trace: Trace, span: Int32Array, lane: Uint8Array, n: number): Uint8Array {
  const found = new Uint8Array(trace.components.length);
  for (let at = 0; at < n; at++) {
    const component = trace.component[span[at] ?? 0] ?? 0;
    found[component] = Math.max(found[component] ?? 0, lane[span[at] ?? 0] ?? 0);
  }
  return found;
}

function reaches(y2: Float64Array, n: number): Float64Array {
  const found = new Float64Array(Math.ceil(n / BLOCK));
  for (let at = 0; at < n; at++) {
    const block = Math.floor(at / BLOCK);
    found[block] = Math.max(found[block] ?? 0, y2[at] ?? 0);
  }
  return found;
}
