/** Geometry of the waterfall: of the rows in view their bars, waits, marks and words. Pixels. */
import type { TimeScale } from "./timescale";
import type { Badge, Trace } from "../../model/trace";
import { fit, width as widthOf } from "../text";
import { type Path, pathOf } from "./critical";
import { type Rows, each, spanAt } from "./rows";
import { length, waited } from "../span_words";
import { beside } from "./words";

export const ROW = 28;
export const BAR_TOP = 6;
export const BAR = 15;
const BAR_MIN = 3;
const OPEN_MIN = 26;
const GAP = 7;
const EDGE = 6;
// Measured a little larger than drawn: fonts differ, and words must not be cut.
const FONT = 12.8;
const WAIT_FONT = 11.6;
const PILL_FONT = 11.2;
const BOLD = 1.12;
const CROSS = 18;
const PILL_GAP = 6;

/** Which rows are in view, and how wide the time column is. */
export interface Box {
  readonly width: number;
  readonly from: number;
  readonly to: number;
}

export interface Bar {
  readonly x0: number;
  readonly x1: number;
  readonly failed: boolean;
}

export interface Pill {
  readonly kind: string;
  readonly text: string;
  readonly x: number;
  readonly width: number;
}

export interface PlacedRow {
  readonly row: number;
  /** -1: a ghost. */
  readonly span: number;
  /** -1: a span. */
  readonly ghost: number;
  /** Null: no time is known, or not within the window. */
  readonly bar: Bar | null;
  /** Which end of the bar nobody saw. */
  readonly open: "start" | "end" | null;
  /** Earlier attempts, or the other rounds of a loop. */
  readonly others: readonly Bar[];
  readonly wait: { readonly x0: number; readonly x1: number; readonly text: string } | null;
  readonly text: string;
  /** Where everything that is written begins and ends, and where the text does. */
  readonly from: number;
  readonly to: number;
  readonly x: number;
  /** Does the text stand on the bar? */
  readonly inside: boolean;
  /** A cross stands before everything that is written. */
  readonly cross: number | null;
  readonly pills: readonly Pill[];
}

export interface Mark {
  readonly x: number;
  readonly row: number;
  /** 0 plain, 1 warning, 2 error. */
  readonly level: number;
}

export interface Placed {
  readonly rows: readonly PlacedRow[];
  readonly marks: readonly Mark[];
  readonly critical: Path;
}

/** Place everything that is seen in `box`; what is outside costs nothing. */
export function layout(rows: Rows, box: Box, scale: TimeScale): Placed {
  const [from, to] = [Math.max(box.from, 0), Math.min(box.to, rows.count)];
  const placed: PlacedRow[] = [];
  for (let row = from; row < to; row++) {
    placed.push(row < rows.spans ? spanRow(rows, row, box.width, scale) : ghostRow(rows, row, box.width, scale));
  }
  return { rows: placed, marks: marksOf(rows, from, to, box.width, scale), critical: pathOf(rows, from, to, box.width, scale) };
}

function spanRow(rows: Rows, row: number, width: number, scale: TimeScale): PlacedRow {
  const { trace } = rows;
  const span = spanAt(rows, row);
  const known = !(trace.noStart[span] && trace.noEnd[span]);
  const open = !known ? null : trace.noStart[span] ? "start" : trace.noEnd[span] ? "end" : null;
  const whole = barOf(rows, span, scale, open);
  const others = othersOf(rows, span, width, scale);
  const wait = waitOf(rows, span, width, scale);
  const drawn = spread([whole, ...others, ...(wait ? [wait] : [])]);
  const place = (said: string, badges: readonly Badge[]) => {
    const room = width - 2 * EDGE;
    const text = trace.failed(span) ? fit(said, (room - CROSS) / BOLD, FONT) : fit(said, room, FONT);
    return { text, ...written(trace, badges, span, text, known ? drawn : null, whole, width) };
  };
  const full = place(wordsOf(rows, span, wait, whole, width), badgesOf(rows, span));
  const hides = !full.inside && others.some((other) => full.from < other.x1 && full.to > other.x0);
  const words = hides ? place(length(trace, span), []) : full; // an earlier try is worth more than words about it
  const covered = wait !== null && !words.inside && words.from < wait.x1 && words.to > wait.x0;
  return {
    row,
    span,
    ghost: -1,
    bar: known && inView(whole, width) ? clipped(whole, width) : null,
    open,
    others,
    wait: covered ? { ...wait, text: "" } : wait,
    ...words,
  };
}

/** Where the cross of a failure, the badges and the words of a row stand, in this order. */
function written(trace: Trace, badges: readonly Badge[], span: number, text: string, drawn: Span | null, bar: Span, width: number) {
  const cross = trace.failed(span) ? CROSS : 0;
  const pills = badges.map(({ kind, text: said }) => ({ kind, text: said, width: widthOf(said, PILL_FONT) * BOLD + 14 }));
  const needed = cross + pills.reduce((sum, pill) => sum + pill.width + PILL_GAP, 0) + widthOf(text, FONT) * (cross ? BOLD : 1);
  const place = drawn ?? { x0: bar.x0, x1: bar.x0 - GAP }; // no bar: the words begin where it would
  const at = textPlace(place, bar, needed, width);
  let x = at.x + cross;
  const placed = pills.map((pill) => {
    x += pill.width + PILL_GAP;
    return { ...pill, x: x - pill.width - PILL_GAP };
  });
  return { from: at.x, to: at.x + needed, x, pills: placed, inside: at.inside, cross: cross ? at.x : null };
}

/** The first round of a loop stands for all: which try it was itself says nothing. */
function badgesOf(rows: Rows, span: number): readonly Badge[] {
  const badges = rows.trace.badges(span);
  return rows.folds.get(span)?.kind === "loop" ? badges.filter(({ kind }) => kind !== "attempt") : badges;
}

interface Span {
  readonly x0: number;
  readonly x1: number;
}

function spread(bars: readonly Span[]): Span {
  return { x0: Math.min(...bars.map((bar) => bar.x0)), x1: Math.max(...bars.map((bar) => bar.x1)) };
}

/** After everything that is drawn where there is room, else before it, else on the bar, else over what is before the bar. */
function textPlace(drawn: Span, bar: Span, needed: number, width: number): { x: number; inside: boolean } {
  const most = Math.max(width - EDGE - needed, EDGE);
  if (drawn.x1 < 0) return { x: EDGE, inside: false };
  if (drawn.x0 > width) return { x: most, inside: false };
  if (drawn.x1 + GAP <= most) return { x: drawn.x1 + GAP, inside: false };
  if (drawn.x0 - GAP - needed >= EDGE) return { x: drawn.x0 - GAP - needed, inside: false };
  const [x0, x1] = [Math.max(bar.x0, 0), Math.min(bar.x1, width)];
  const [before, inside] = [Math.min(bar.x0 - GAP - needed, most), needed + 2 * GAP <= x1 - x0];
  if (!inside && before >= EDGE) return { x: before, inside };
  return { x: Math.max(Math.min(x1 - GAP - needed, most), EDGE), inside };
}

/** What is said beside the bar; an arrow where the bar lies outside the window. */
function wordsOf(rows: Rows, span: number, wait: PlacedRow["wait"], bar: Span, width: number): string {
  const said = beside(rows.trace, span);
  const lay = waited(rows.trace, span);
  const all = lay && !wait?.text ? `${said}, ${lay}` : said;
  return bar.x1 < 0 ? `◂ ${all}` : bar.x0 > width ? `${all} ▸` : all;
}

function barOf(rows: Rows, span: number, scale: TimeScale, open: PlacedRow["open"] = null): Bar {
  const { trace } = rows;
  const x0 = scale.x(trace.start[span] ?? 0);
  const x1 = scale.x(trace.end[span] ?? 0);
  const failed = trace.failed(span);
  if (open === "start") return { x0: Math.min(x0, x1 - OPEN_MIN), x1, failed };
  return { x0, x1: Math.max(x1, x0 + (open ? OPEN_MIN : BAR_MIN)), failed };
}

/** From where the message was put down to where it was first taken up; words where they fit. */
function waitOf(rows: Rows, span: number, width: number, scale: TimeScale): PlacedRow["wait"] {
  const { trace } = rows;
  const fold = rows.folds.get(span);
  const first = fold?.kind === "attempts" ? (fold.spans[0] ?? span) : span;
  const units = trace.wait(first);
  // Between two tries a message did not lie there to be taken: no queue kept it waiting.
  if (units === null || units <= 0 || trace.noStart[first] || (trace.attempt(first) ?? 1) > 1) return null;
  const start = trace.start[first] ?? 0;
  const bar = { x0: scale.x(start - units), x1: scale.x(start) };
  if (bar.x1 - bar.x0 < 1.5 || !inView(bar, width)) return null;
  const { x0, x1 } = clipped(bar, width);
  const text = waited(trace, first);
  return { x0, x1, text: widthOf(text, WAIT_FONT) + 12 < Math.min(x1, width) - Math.max(x0, 0) ? text : "" };
}

/** What a row stands for besides its span, no two on the same pixels. */
function othersOf(rows: Rows, span: number, width: number, scale: TimeScale): Bar[] {
  const fold = rows.folds.get(span);
  if (!fold) return [];
  const nth = fold.kind === "loop" ? fold.loop.spans.indexOf(span) : 0;
  const spans = fold.kind === "loop" ? fold.loop.spans.filter((_, n) => n % fold.loop.period === nth) : fold.spans;
  const found: Bar[] = [];
  for (const other of spans) {
    if (other === span || (rows.trace.noStart[other] && rows.trace.noEnd[other])) continue;
    const bar = barOf(rows, other, scale);
    const before = found[found.length - 1];
    if (!inView(bar, width)) continue;
    if (before && bar.x0 < before.x1 + 1) found[found.length - 1] = { ...before, x1: Math.max(before.x1, bar.x1), failed: before.failed || bar.failed };
    else found.push(clipped(bar, width));
  }
  return found;
}

/** What was never seen, from where it was missed to the end of time. */
function ghostRow(rows: Rows, row: number, width: number, scale: TimeScale): PlacedRow {
  const nth = row - rows.spans;
  const ghost = rows.trace.ghosts[nth];
  const after = ghost?.span === undefined ? 0 : (rows.trace.end[ghost.span] ?? 0);
  const bar = { x0: scale.x(after), x1: Math.max(scale.x(rows.trace.last), scale.x(after) + OPEN_MIN), failed: false };
  const text = fit(ghost?.label ?? "", width - 2 * EDGE, FONT);
  const shown = inView(bar, width) ? clipped(bar, width) : null;
  const needed = widthOf(text, FONT);
  const left = Math.max(bar.x0, 0) + GAP;
  const { x, inside } = left + needed <= Math.min(bar.x1, width) - GAP ? { x: left, inside: true } : textPlace(bar, bar, needed, width);
  return { row, span: -1, ghost: nth, bar: shown, open: "end", others: [], wait: null, text, from: x, to: x + needed, x, inside, cross: null, pills: [] };
}

function inView(bar: Span, width: number): boolean {
  return bar.x1 >= 0 && bar.x0 <= width;
}

/** Cut where nobody sees it: an edge that was cut is drawn outside the picture. */
function clipped<B extends Span>(bar: B, width: number): B {
  return { ...bar, x0: Math.max(bar.x0, -EDGE), x1: Math.min(bar.x1, width + EDGE) };
}

/** Log lines, one for each pixel and level. */
function marksOf(rows: Rows, from: number, to: number, width: number, scale: TimeScale): Mark[] {
  const { marks } = rows.trace;
  const found: Mark[] = [];
  for (let row = from; row < Math.min(to, rows.spans); row++) {
    const taken = new Set<number>();
    for (const n of each(rows.marks, row)) {
      const x = scale.x(marks.time[n] ?? 0);
      const level = marks.level[n] ?? 0;
      const place = Math.round(x) * 4 + level;
      if (x < 0 || x > width || taken.has(place)) continue;
      taken.add(place);
      found.push({ x, row, level });
    }
  }
  return found;
}
