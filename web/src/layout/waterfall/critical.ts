/** Where the critical path runs through the rows in view. Pixels. */
import type { TimeScale } from "./timescale";
import { type Rows, each } from "./rows";

const EDGE = 6;

/** What the end of the run waited for: along a row, and from one row to the next. */
export interface Path {
  readonly along: readonly { readonly row: number; readonly x0: number; readonly x1: number }[];
  readonly across: readonly { readonly x: number; readonly from: number; readonly to: number }[];
}

export function pathOf(rows: Rows, from: number, to: number, width: number, scale: TimeScale): Path {
  const { critical } = rows.trace;
  const along: { row: number; x0: number; x1: number }[] = [];
  for (let row = from; row < Math.min(to, rows.spans); row++) {
    for (const n of each(rows.critical, row)) {
      const [x0, x1] = [scale.x(critical.from[n] ?? 0), scale.x(critical.to[n] ?? 0)];
      if (x1 < 0 || x0 > width) continue;
      const before = along[along.length - 1];
      if (before && before.row === row && x0 - before.x1 < 0.5) before.x1 = Math.min(Math.max(x1, before.x1), width + EDGE);
      else along.push({ row, x0: Math.max(x0, -EDGE), x1: Math.min(Math.max(x1, x0 + 1), width + EDGE) });
    }
  }
  return { along, across: acrossOf(rows, from, to, width, scale) };
}

/** Where one stretch ends the next begins, in another row: lines that touch the rows in view. */
function acrossOf(rows: Rows, from: number, to: number, width: number, scale: TimeScale): Path["across"] {
  const { critical } = rows.trace;
  const found: { x: number; from: number; to: number }[] = [];
  const rowOf = (n: number): number => rows.rowOf[rows.visible.stand[critical.span[n] ?? -1] ?? -1] ?? -1;
  for (let n = 1; n < critical.span.length; n++) {
    const [time = 0, before = 0] = [critical.from[n], critical.to[n - 1]];
    if (Math.abs(time - before) > 1) continue;
    const [a, b] = [rowOf(n - 1), rowOf(n)];
    if (a < 0 || b < 0 || a === b) continue;
    if (!(a >= from && a < to) && !(b >= from && b < to)) continue;
    const x = scale.x(time);
    if (x >= 0 && x <= width) found.push({ x, from: a, to: b });
  }
  return found;
}
