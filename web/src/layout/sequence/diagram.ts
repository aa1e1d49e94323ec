/** The sequence diagram as numbers: what is drawn of it within a box at a zoom. Pure. */
import type { Visible } from "../../model/lens";
import type { Loop, Trace } from "../../model/trace";
import { type Bars, LANE, bars, barsWithin } from "./bars";
import { type Columns, columns } from "./columns";
import { type Message, messageAt } from "./message";
import { type Rows, callerOf, rowAt, rows } from "./rows";
import { count } from "../units";

/** Times of day, left of everything; as wide at each zoom. */
export const GUTTER = 84;
export const BAR = 10;
/** Below the last row. */
const FOOT = 28;
/** Bars at once: more could not be told apart on a screen. */
const BARS_MAX = 160;

export interface Sequence {
  readonly trace: Trace;
  readonly visible: Visible;
  readonly rows: Rows;
  readonly columns: Columns;
  readonly bars: Bars;
  readonly frames: readonly Frame[];
  /** Spans that stand for those of later iterations. */
  readonly repeated: ReadonlySet<number>;
  /** All loops, by their first span. */
  readonly loops: ReadonlyMap<number, Loop>;
  /** The width that lifelines may take before they stand closer than at natural size. */
  readonly room: number;
}

/** What of the drawing is looked at: pixels of the drawing as it is at its zoom. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A folded loop: its first iteration, framed. */
export interface Frame {
  readonly loop: Loop;
  readonly span: number;
  readonly first: number;
  readonly last: number;
  readonly left: number;
  readonly right: number;
  readonly words: string;
}

/** How much is drawn of each row: everything, one line of text, an arrow, or a density of many. */
export type Detail = "full" | "compact" | "lines" | "density";

export function detailAt(zoom: number): Detail {
  const row = 36 * zoom;
  return row >= 23 ? "full" : row >= 9 ? "compact" : row >= 3 ? "lines" : "density";
}

export function sequence(trace: Trace, visible: Visible, room = 0): Sequence {
  const told = rows(trace, visible);
  const worked = bars(trace, visible, told);
  const placed = columns(trace, visible, told, worked.spread);
  const framed = frames(trace, visible, told, placed);
  return {
    trace, visible, room, rows: told, columns: placed,
    bars: worked,
    frames: framed,
    loops: new Map(trace.loops.map((loop) => [loop.spans[0] ?? 0, loop])),
    repeated: new Set(framed.flatMap(({ loop }) => loop.spans.slice(0, loop.period))),
  };
}

export function heightOf(model: Sequence, zoom: number): number {
  return ((model.rows.y[model.rows.n] ?? 0) + FOOT) * zoom;
}

/** Zoomed out, rows come closer; lifelines only where there is no room for them. */
export function across(model: Sequence, zoom: number): number {
  return Math.max(zoom, Math.min(1, (model.room - GUTTER) / model.columns.width));
}

export function widthOf(model: Sequence, zoom: number): number {
  return GUTTER + model.columns.width * across(model, zoom);
}

export function columnX(model: Sequence, column: number, zoom: number): number {
  return GUTTER + (model.columns.x[column] ?? 0) * across(model, zoom);
}

/** Bars and marks shrink and grow less than the distances between them. */
export function thickness(zoom: number): number {
  return Math.min(1.6, Math.max(0.4, zoom));
}

/** To the right of all bars of a lifeline. */
export function beyondBars(model: Sequence, component: number, zoom: number): number {
  const lanes = model.bars.spread[component] ?? 0;
  return columnX(model, model.columns.of[component] ?? 0, zoom) + (BAR / 2 + lanes * LANE) * thickness(zoom);
}

/** The left edge of the bar of a span. */
export function barX(model: Sequence, span: number, zoom: number): number {
  const column = model.columns.of[model.trace.component[span] ?? 0] ?? -1;
  return columnX(model, column, zoom) + (-BAR / 2 + (model.bars.lane[span] ?? 0) * LANE) * thickness(zoom);
}

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Bar extends Rect {
  readonly span: number;
  readonly dwell: boolean;
  readonly open: boolean;
}

export interface Framed extends Rect {
  readonly frame: Frame;
}

export interface Lifeline {
  readonly component: number;
  readonly x: number;
}

export interface Layout {
  /** The rows that are looked at: from, and up to but not with. */
  readonly from: number;
  readonly to: number;
  readonly lifelines: readonly Lifeline[];
  readonly bars: readonly Bar[];
  readonly frames: readonly Framed[];
  readonly messages: readonly Message[];
}

/** Rectangles and arrows within a box. */
export function layout(model: Sequence, box: Box, zoom: number): Layout {
  const [from, to] = rowsWithin(model, box, zoom);
  const messages: Message[] = [];
  if (detailAt(zoom) !== "density") for (let row = from; row < to; row++) messages.push(messageAt(model, row, zoom));
  return {
    from, to, messages,
    lifelines: lifelinesWithin(model, box, zoom),
    bars: barsIn(model, box, zoom),
    frames: framesIn(model, box, zoom),
  };
}

export function rowsWithin(model: Sequence, box: Box, zoom: number): [number, number] {
  const { rows } = model;
  if (!rows.n || box.top + box.height < 0 || box.top > heightOf(model, zoom)) return [0, 0];
  const last = rowAt(rows, (box.top + box.height) / zoom);
  return [rowAt(rows, box.top / zoom), last + 1];
}

export function lifelinesWithin(model: Sequence, box: Box, zoom: number): Lifeline[] {
  const reach = BAR * 8;
  return model.columns.components.flatMap((component, column) => {
    const x = columnX(model, column, zoom);
    return x < box.left - reach || x > box.left + box.width + reach ? [] : [{ component, x }];
  });
}

export function barsIn(model: Sequence, box: Box, zoom: number, most = BARS_MAX): Bar[] {
  const [top, bottom] = [box.top, box.top + box.height];
  const width = BAR * thickness(zoom);
  const found: Bar[] = [];
  const taken = new Map<number, number>();
  for (const at of barsWithin(model.bars, top / zoom, bottom / zoom)) {
    const span = model.bars.span[at] ?? 0;
    const x = barX(model, span, zoom);
    if (x + width < box.left || x > box.left + box.width) continue;
    // Of bars that lie upon each other one is enough, where rows are too small to tell them apart.
    const y = Math.max(top, (model.bars.y1[at] ?? 0) * zoom);
    const end = Math.min(bottom, Math.max((model.bars.y2[at] ?? 0) * zoom, y + 3));
    if (end <= (taken.get(x) ?? -1)) continue;
    taken.set(x, end);
    found.push({ span, x, y, width, height: end - y, dwell: model.bars.dwell[at] === 1, open: model.bars.open[at] === 1 });
    if (found.length === most) break;
  }
  return found;
}

export function framesIn(model: Sequence, box: Box, zoom: number): Framed[] {
  const { rows } = model;
  return model.frames.flatMap((frame) => {
    const y = (rows.y[frame.first] ?? 0) * zoom + 3;
    const end = (rows.y[frame.last + 1] ?? 0) * zoom - 1;
    if (end < box.top || y > box.top + box.height) return [];
    const x = columnX(model, frame.left, zoom) - 22 * thickness(zoom);
    const right = columnX(model, frame.right, zoom) + Math.max(66 * across(model, zoom), 20);
    return [{ frame, x, y, width: right - x, height: end - y }];
  });
}

function frames(trace: Trace, visible: Visible, rows: Rows, columns: Columns): Frame[] {
  const found: Frame[] = [];
  for (const [span, fold] of visible.folds) {
    if (fold.kind !== "loop") continue;
    const first = rows.opens[span] ?? -1;
    if (first < 0) continue;
    const body = fold.loop.spans.slice(0, fold.loop.period);
    const last = Math.max(...body.map((at) => rows.deepest[at] ?? -1));
    const [left, right] = spread(trace, visible, columns, body);
    found.push({ loop: fold.loop, span, first, last, left, right, words: loopWords(trace, fold.loop) });
  }
  return found.sort((a, b) => a.first - b.first);
}

/** `×40: 39 more like this, 78 spans`. */
function loopWords(trace: Trace, loop: Loop): string {
  const folded = loop.spans.slice(loop.period);
  const spans = folded.reduce((sum, span) => sum + (trace.size[span] ?? 1), 0);
  const failures = folded.reduce((sum, span) => sum + (trace.failuresBelow[span] ?? 0), 0);
  const more = loop.times - 1;
  const parts = [`×${loop.times}: ${more} more like this`, spans > more ? count(spans, "span") : "", failures ? `${failures} failed` : ""];
  return parts.filter(Boolean).join(", ");
}

/** The columns that a loop touches, with those who call it. */
function spread(trace: Trace, visible: Visible, columns: Columns, body: readonly number[]): [number, number] {
  let [left, right] = [Infinity, 0];
  const take = (component: number): void => {
    const column = columns.of[component] ?? -1;
    if (column < 0) return;
    left = Math.min(left, column);
    right = Math.max(right, column);
  };
  for (const head of body) {
    if (visible.shown[head]) take(callerOf(trace, visible, head));
    for (let span = head; span < head + (trace.size[head] ?? 1); span++) if (visible.shown[span]) take(trace.component[span] ?? -1);
  }
  return [left === Infinity ? 0 : left, right];
}
