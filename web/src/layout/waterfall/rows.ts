/** The rows of a waterfall: visible spans in tree order, then what was never seen; and what is drawn in each. */
import type { Fold, Visible } from "../../model/lens";
import type { Trace } from "../../model/trace";

/** Numbers of things by row: those of row `r` stand from `from[r]` up to `from[r + 1]`. */
export interface ByRow {
  readonly from: Int32Array;
  readonly is: Int32Array;
}

export interface Rows {
  readonly trace: Trace;
  readonly visible: Visible;
  /** Spans, then ghosts. */
  readonly count: number;
  readonly spans: number;
  /** By span; -1: not shown. */
  readonly rowOf: Int32Array;
  /** By row of a span: its place among those with the same caller, from 1, and how many those are. */
  readonly position: Int32Array;
  readonly siblings: Int32Array;
  readonly marks: ByRow;
  readonly critical: ByRow;
  /** Folds by each span that is shown for others: of a loop, every one of its first round. */
  readonly folds: ReadonlyMap<number, Fold>;
  /** Which spans could be shown as one and are not, and the first of them. */
  readonly unfolded: ReadonlyMap<number, number>;
}

export function rowsOf(trace: Trace, visible: Visible): Rows {
  const spans = visible.spans.length;
  const rowOf = new Int32Array(trace.n).fill(-1);
  visible.spans.forEach((span, row) => (rowOf[span] = row));
  const standsIn = (span: number): number => rowOf[visible.stand[span] ?? -1] ?? -1;
  return {
    trace,
    visible,
    count: spans + trace.ghosts.length,
    spans,
    rowOf,
    ...placesAmong(visible, rowOf),
    marks: byRow(trace.marks.span, standsIn, spans),
    critical: byRow(trace.critical.span, standsIn, spans),
    folds: foldsByMember(visible),
    unfolded: unfolded(trace, visible),
  };
}

/** Of a span: is something below it shown, not shown, or is there nothing? */
export function expanded(rows: Rows, span: number): boolean | null {
  if (rows.visible.lens.collapsed.has(span)) return (rows.trace.size[span] ?? 1) > 1 ? false : null;
  const next = rows.visible.spans[(rows.rowOf[span] ?? 0) + 1];
  return next !== undefined && rows.visible.up[next] === span ? true : null;
}

export function spanAt(rows: Rows, row: number): number {
  return rows.visible.spans[row] ?? -1;
}

export function* each(of: ByRow, row: number): Generator<number> {
  for (let n = of.from[row] ?? 0; n < (of.from[row + 1] ?? 0); n++) yield of.is[n] ?? 0;
}

function placesAmong(visible: Visible, rowOf: Int32Array): { position: Int32Array; siblings: Int32Array } {
  const { spans, up } = visible;
  const position = new Int32Array(spans.length);
  const siblings = new Int32Array(spans.length);
  const children = new Int32Array(spans.length + 1);
  const familyOf = (span: number): number => ((up[span] ?? -1) < 0 ? spans.length : (rowOf[up[span] ?? 0] ?? 0));
  spans.forEach((span, row) => {
    const family = familyOf(span);
    position[row] = children[family] = (children[family] ?? 0) + 1;
  });
  spans.forEach((span, row) => (siblings[row] = children[familyOf(span)] ?? 1));
  return { position, siblings };
}

/** Sorted into rows by counting; what stands nowhere is left out. */
function byRow(spans: ArrayLike<number>, rowFor: (span: number) => number, rows: number): ByRow {
  const from = new Int32Array(rows + 2);
  for (let n = 0; n < spans.length; n++) {
    const row = rowFor(spans[n] ?? 0);
    if (row >= 0) from[row + 2] = (from[row + 2] ?? 0) + 1;
  }
  for (let row = 1; row < from.length; row++) from[row] = (from[row] ?? 0) + (from[row - 1] ?? 0);
  const is = new Int32Array(from[rows + 1] ?? 0);
  for (let n = 0; n < spans.length; n++) {
    const row = rowFor(spans[n] ?? 0);
    if (row < 0) continue;
    const at = from[row + 1] ?? 0;
    is[at] = n;
    from[row + 1] = at + 1;
  }
  return { from, is };
}

function foldsByMember(visible: Visible): Map<number, Fold> {
  const found = new Map(visible.folds);
  for (const fold of visible.folds.values()) {
    if (fold.kind === "loop") fold.loop.spans.slice(0, fold.loop.period).forEach((span) => found.set(span, fold));
  }
  return found;
}

function unfolded(trace: Trace, visible: Visible): Map<number, number> {
  const found = new Map<number, number>();
  for (const { spans } of trace.loops) {
    const head = spans[0] ?? 0;
    if (visible.folds.get(head)?.kind !== "loop") for (const span of spans) found.set(span, head);
  }
  for (const [span, group] of trace.attempts) {
    if (!visible.folds.has(group[group.length - 1] ?? 0)) found.set(span, group[0] ?? 0);
  }
  return found;
}
