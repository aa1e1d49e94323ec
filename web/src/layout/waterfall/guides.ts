/** The left column of the waterfall: how far a row is indented, and the lines that lead to it. Pixels. */
import { TIERS, type Tier } from "../../model/trace";
import { ROW } from "./geometry";
import { type Rows, expanded, spanAt } from "./rows";

export const INDENT = 16;
const LEFT = 8;
/** Deeper rows stand no further to the right: their depth is written. */
export const DEPTH_MAX = 10;
const TURN = 8;

export function indent(depth: number): number {
  return LEFT + Math.min(depth, DEPTH_MAX) * INDENT;
}

export interface Guide {
  /** From the row of the caller, or from above what is in view, down to this row, and then to the right. */
  readonly x: number;
  readonly y0: number;
  readonly y1: number;
  readonly to: number;
  readonly tier: Tier;
  /** What would prove the link was not logged. */
  readonly gap: boolean;
}

/** Lines to all rows from `from` up to `to`, and those that only pass by. */
export function guides(rows: Rows, from: number, to: number): Guide[] {
  const { visible, trace } = rows;
  const found: Guide[] = [];
  const last = Math.min(to, rows.spans);
  const reached = new Map<number, number>(); // how far down the line of each caller was drawn
  const start = (up: number): number => reached.get(up) ?? Math.max((rows.rowOf[up] ?? 0) * ROW + ROW - 5, (from - 1) * ROW);
  for (let row = from; row < last; row++) {
    const span = spanAt(rows, row);
    const depth = visible.depth[span] ?? 0;
    if (!depth || depth > DEPTH_MAX) {
      if (trace.gaps.has(span)) found.push(bare(row));
      continue;
    }
    const up = visible.up[span] ?? -1;
    const x = indent(depth - 1) + TURN;
    const y1 = row * ROW + ROW / 2;
    const to = x + (expanded(rows, span) === null ? INDENT + 5 : INDENT - 6);
    found.push({ x, y0: start(up), y1, to, tier: TIERS[trace.tier[span] ?? 0] ?? "", gap: trace.gaps.has(span) });
    reached.set(up, y1);
  }
  for (const { up, depth } of goingOn(rows, last - 1)) {
    const x = indent(depth) + TURN;
    found.push({ x, y0: start(up), y1: last * ROW, to: x, tier: "exact", gap: false });
  }
  return found;
}

/** Only the sign of a gap: no line leads to this row. */
function bare(row: number): Guide {
  const y = row * ROW + ROW / 2;
  return { x: 2, y0: y, y1: y, to: 2, tier: "", gap: true };
}

/** Callers at or above a row that call more below it: all of them called the next row, or something after it. */
function* goingOn(rows: Rows, row: number): Generator<{ up: number; depth: number }> {
  const { depth, up: upOf } = rows.visible;
  const next = spanAt(rows, row + 1);
  for (let span = next; span >= 0; span = upOf[span] ?? -1) {
    const up = upOf[span] ?? -1;
    const at = rows.rowOf[span] ?? 0;
    const more = span === next || (rows.position[at] ?? 1) < (rows.siblings[at] ?? 1);
    if (up >= 0 && more && (depth[up] ?? 0) < DEPTH_MAX) yield { up, depth: depth[up] ?? 0 };
  }
}
