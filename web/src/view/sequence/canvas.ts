/** Very many rows as a density, and the strip that shows all of them. Drawn on a canvas: a sample of each pixel's rows. */
import { type Sequence, columnX } from "../../layout/sequence/diagram";
import { callerOf, isMessage, rowAt } from "../../layout/sequence/rows";
import { PAUSE } from "../../model/trace";
import { lineColour } from "../colours";
import { CITED, HIT, type Lights, PICKED, SELECTED } from "../lights";

/** Rows that are looked at for one pixel. */
const SAMPLES = 4;

export interface Paint {
  readonly hue: (component: number) => string;
  readonly bad: string;
  readonly found: string;
  readonly cite: string;
  readonly pick: string;
  readonly line: string;
}

/** Colours as the style sheet has them now. */
export function paintOf(model: Sequence, host: Element): Paint {
  const style = getComputedStyle(host);
  const named = (name: string): string => style.getPropertyValue(name).trim();
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  return {
    hue: (component) => lineColour(model.trace.components[component], dark),
    bad: named("--bad"), found: named("--warn"), cite: named("--warn"), pick: named("--pick-line"), line: named("--line"),
  };
}

interface Place {
  /** Of a column. */
  readonly x: (component: number) => number;
  /** Natural pixels of the drawing at a height of the canvas. */
  readonly at: (y: number) => number;
  readonly width: number;
  readonly height: number;
}

export function drawDensity(context: CanvasRenderingContext2D, model: Sequence, zoom: number, left: number, top: number, size: { width: number; height: number }, lit: Lights, paint: Paint): void {
  const of = model.columns.of;
  draw(context, model, lit, paint, {
    ...size,
    x: (component) => columnX(model, of[component] ?? 0, zoom) - left,
    at: (y) => (top + y) / zoom,
  });
}

export function drawMap(context: CanvasRenderingContext2D, model: Sequence, size: { width: number; height: number }, lit: Lights, paint: Paint): void {
  const { of, components } = model.columns;
  const room = size.width - 22;
  const whole = model.rows.y[model.rows.n] ?? 1;
  draw(context, model, lit, paint, {
    ...size,
    x: (component) => 9 + (room * ((of[component] ?? 0) + 0.5)) / Math.max(1, components.length),
    at: (y) => (y / size.height) * whole,
  });
}

function draw(context: CanvasRenderingContext2D, model: Sequence, lit: Lights, paint: Paint, place: Place): void {
  const { rows } = model;
  if (!rows.n) return;
  const whole = rows.y[rows.n] ?? 0;
  const colours = model.trace.components.map((_, component) => paint.hue(component));
  let next = -1;
  for (let y = 0; y < place.height && place.at(y) <= whole; y++) {
    const from = Math.max(next, rowAt(rows, place.at(y)));
    const to = place.at(y + 1) >= whole ? rows.n : rowAt(rows, place.at(y + 1));
    if (to <= from) continue;
    next = to;
    pixel(context, model, from, to, y, colours, paint, place);
  }
  marks(context, model, lit, paint, place);
}

/** One line of pixels stands for rows `from` to `to`. */
function pixel(context: CanvasRenderingContext2D, model: Sequence, from: number, to: number, y: number, colours: readonly string[], paint: Paint, place: Place): void {
  const { rows, trace, visible } = model;
  const step = Math.max(1, Math.floor((to - from) / SAMPLES));
  const thick = place.at(1) - place.at(0) < 12 ? 2 : 1;
  for (let row = from; row < to; row += step) {
    const kind = rows.kind[row] ?? 0;
    if (!isMessage(kind)) {
      if (kind === PAUSE) line(context, paint.line, 4, place.width - 4, y, 1);
      continue;
    }
    const span = rows.at[row] ?? 0;
    const own = trace.component[span] ?? 0;
    const caller = callerOf(trace, visible, span);
    const x = place.x(own);
    const other = caller < 0 ? x : place.x(caller);
    line(context, colours[own] ?? paint.line, Math.min(x, other) - 2, Math.max(x, other) + 2, y, thick);
  }
  if ((rows.failures[to] ?? 0) > (rows.failures[from] ?? 0)) line(context, paint.bad, place.width - 13, place.width, y, 2);
}

/** What stands out, each line of pixels once, however many spans that are. */
function marks(context: CanvasRenderingContext2D, { rows, visible }: Sequence, { flags, selected }: Lights, paint: Paint, place: Place): void {
  const first = place.at(0);
  const perPixel = place.at(1) - first;
  const found = new Uint8Array(Math.ceil(place.height));
  const mark = (span: number, flag: number): void => {
    const y = Math.floor(((rows.y[rows.opens[span] ?? 0] ?? 0) - first) / perPixel);
    found[y] = (found[y] ?? 0) | flag;
  };
  for (const span of visible.spans) if (flags[span]) mark(span, flags[span] ?? 0);
  if (selected >= 0) mark(selected, SELECTED);
  for (let y = 0; y < found.length; y++) {
    const flag = found[y] ?? 0;
    if (flag & CITED) line(context, paint.cite, 0, 6, y, 2);
    if (flag & HIT) line(context, paint.found, 0, 4, y, 2);
    if (flag & PICKED) line(context, paint.pick, 0, 5, y, 2);
    if (flag & SELECTED) line(context, paint.pick, 0, place.width, y, 2);
  }
}

function line(context: CanvasRenderingContext2D, colour: string, x1: number, x2: number, y: number, height: number): void {
  context.fillStyle = colour;
  context.fillRect(x1, y, Math.max(2, x2 - x1), height);
}
