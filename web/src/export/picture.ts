/** The drawing in view as a file that stands alone: with title, facts and banners, in light colours. */
import { grouped } from "../layout/units";
import type { Summary } from "../data/raw";
import { fit, width as widthOf } from "../layout/text";
import { type Attributes, svg } from "../view/svg";

const NS = "http://www.w3.org/2000/svg";
const MARGIN = 24;
const WIDTH_MIN = 640;
const LINE = 18;
const TITLE = 19;
const [INK, MUTED, GOOD, BAD, WARN] = ["#171c24", "#566072", "#16713a", "#b9202b", "#7d5200"];
const FONT = 'system-ui, -apple-system, "Segoe UI", "Liberation Sans", "DejaVu Sans", sans-serif';
const BOLD: Attributes = { "font-weight": 600 };
type Status = Summary["status"];
const SIGNS: Readonly<Record<Status, string>> = { passed: "✓", warning: "!", failed: "✕", error: "✕", inconclusive: "?" };
const COLOURS: Readonly<Record<Status, string>> = { passed: GOOD, warning: WARN, failed: BAD, error: BAD, inconclusive: WARN };
/** A canvas of more is refused by some browsers, or drawn as nothing. */
const SIDE_MAX = 16_000;
const AREA_MAX = 100_000_000;
const SCALE = 2;
const SCALE_MIN = 0.5;

/** Larger than any canvas. */
export class TooLarge extends Error {}

export interface Picture {
  readonly text: string;
  readonly width: number;
  readonly height: number;
}

/** `drawing` brings its own colours, as attributes; so does what is put above it. */
export function picture(run: Summary, drawing: SVGSVGElement, note: string): Picture {
  const inner = sizeOf(drawing);
  const width = Math.ceil(Math.max(inner.width, WIDTH_MIN) + 2 * MARGIN);
  const { group, height: top } = heading(run, width - 2 * MARGIN, note);
  const height = Math.ceil(top + inner.height + MARGIN);
  const place = { x: MARGIN, y: top, width: inner.width, height: inner.height };
  for (const [name, value] of Object.entries(place)) drawing.setAttribute(name, String(value));
  if (!drawing.hasAttribute("viewBox")) drawing.setAttribute("viewBox", `0 0 ${inner.width} ${inner.height}`);
  const frame = { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "font-family": FONT };
  const whole = svg("svg", frame, title(run), svg("rect", { width, height, fill: "#ffffff" }), group, drawing);
  whole.setAttribute("xmlns", NS);
  return { text: `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(whole)}\n`, width, height };
}

/** How much the picture is enlarged, and whether it must be smaller than it should. */
export function scaleOf({ width, height }: Pick<Picture, "width" | "height">): number {
  const scale = Math.min(SCALE, SIDE_MAX / width, SIDE_MAX / height, Math.sqrt(AREA_MAX / (width * height)));
  if (scale < SCALE_MIN) {
    const size = `${grouped(width)} × ${grouped(height)}`;
    throw new TooLarge(`${size} is more than a PNG can hold: download the SVG, or collapse and filter first`);
  }
  return scale;
}

export async function png(made: Picture): Promise<Blob> {
  const scale = scaleOf(made);
  const image = await load(made.text);
  const canvas = document.createElement("canvas");
  canvas.width = Math.floor(made.width * scale);
  canvas.height = Math.floor(made.height * scale);
  const context = canvas.getContext("2d");
  if (!context) throw new TooLarge("this browser gives no canvas: download the SVG");
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
  if (!blob) throw new TooLarge("this browser cannot draw it that large: download the SVG");
  return blob;
}

async function load(text: string): Promise<HTMLImageElement> {
  const url = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    return image;
  } finally {
    URL.revokeObjectURL(url);
  }
}

function title(run: Summary): SVGTitleElement {
  const made = svg("title");
  made.textContent = `${run.status}: ${run.title}`;
  return made;
}

/** Verdict and case, banners, facts; and how much of the run is shown. */
function heading(run: Summary, room: number, note: string): { group: SVGGElement; height: number } {
  let y = MARGIN + 14;
  const group = svg("g");
  const write = (said: string, font: number, look: Attributes, x = MARGIN) => {
    const made = svg("text", { x, y, "font-size": font, ...look });
    made.textContent = fit(said, MARGIN + room - x, font);
    group.append(made);
  };
  const verdict = `${SIGNS[run.status]} ${run.status.toUpperCase()}`;
  write(verdict, TITLE, { fill: COLOURS[run.status], ...BOLD });
  write(run.title, TITLE, { fill: INK, ...BOLD }, MARGIN + 1.15 * widthOf(verdict, TITLE) + 10);
  y += run.banners.length ? 33 : 28;
  for (const banner of run.banners) {
    const ground = { x: MARGIN + 0.5, y: y - 16.5, width: room - 1, height: 24, rx: 4, fill: "#fff2c9", stroke: WARN };
    group.append(svg("rect", ground));
    write(`${banner.word} - ${banner.text}`, 13, { fill: INK, ...BOLD }, MARGIN + 10);
    y += 30;
  }
  const facts = lines(run.facts.map((fact) => `${fact.name}: ${fact.text}`), room);
  for (const line of note ? [...facts, note] : facts) {
    write(line, 12, { fill: MUTED });
    y += LINE;
  }
  return { group, height: y + 4 };
}

/** Facts side by side, as many to a line as have room. */
function lines(facts: readonly string[], room: number): string[] {
  const found: string[] = [];
  for (const fact of facts) {
    const together = found.length ? `${found[found.length - 1]} · ${fact}` : "";
    if (together && fit(together, room, 12) === together) found[found.length - 1] = together;
    else found.push(fact);
  }
  return found;
}

function sizeOf(drawing: SVGSVGElement): { width: number; height: number } {
  const [, , wide = "", high = ""] = (drawing.getAttribute("viewBox") ?? "").split(/[\s,]+/);
  const said = (name: string) => Number.parseFloat(drawing.getAttribute(name) ?? "");
  const size = (name: string, other: string) => said(name) || Number.parseFloat(other) || 100;
  return { width: size("width", wide), height: size("height", high) };
}
