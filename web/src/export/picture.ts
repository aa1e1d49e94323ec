/** The drawing in view as a file that stands alone: with title, facts and banners, in light colours. */
import { fit, width as widthOf } from "../layout/text";
import { svg } from "../view/svg";
import type { Summary } from "../data/raw";
import { lightStyle } from "./light_style";

const NS = "http://www.w3.org/2000/svg";
const MARGIN = 24;
const WIDTH_MIN = 640;
const LINE = 18;
const TITLE = 19;
const SIGNS: Readonly<Record<Summary["status"], string>> = { passed: "✓", warning: "!", failed: "✕", error: "✕", inconclusive: "?" };
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

export function picture(page: Document, run: Summary, drawing: SVGSVGElement, note: string): Picture {
  const inner = sizeOf(drawing);
  const width = Math.ceil(Math.max(inner.width, WIDTH_MIN) + 2 * MARGIN);
  const { group, height: top } = heading(run, width - 2 * MARGIN, note);
  const height = Math.ceil(top + inner.height + MARGIN);
  for (const [name, value] of Object.entries({ x: MARGIN, y: top, width: inner.width, height: inner.height })) drawing.setAttribute(name, String(value));
  if (!drawing.hasAttribute("viewBox")) drawing.setAttribute("viewBox", `0 0 ${inner.width} ${inner.height}`);
  const ground = svg("rect", { class: "export-ground", width, height });
  const whole = svg("svg", { class: "stage export", width, height, viewBox: `0 0 ${width} ${height}`, role: "img" }, title(run), ground, group, drawing);
  whole.setAttribute("xmlns", NS);
  const style = page.createElementNS(NS, "style");
  style.textContent = lightStyle(page, whole);
  whole.prepend(style);
  return { text: `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(whole)}\n`, width, height };
}

/** How much the picture is enlarged, and whether it must be smaller than it should. */
export function scaleOf({ width, height }: Pick<Picture, "width" | "height">): number {
  const scale = Math.min(SCALE, SIDE_MAX / width, SIDE_MAX / height, Math.sqrt(AREA_MAX / (width * height)));
  if (scale < SCALE_MIN) throw new TooLarge(`${width.toLocaleString("en")} × ${height.toLocaleString("en")} is more than a PNG can hold: download the SVG, or collapse and filter first`);
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
  const group = svg("g", { class: "export-head" });
  const write = (text: string, kind: string, font: number, x = MARGIN) => {
    const made = svg("text", { x, y, class: kind });
    made.textContent = fit(text, MARGIN + room - x, font);
    group.append(made);
  };
  const verdict = `${SIGNS[run.status]} ${run.status.toUpperCase()}`;
  write(verdict, `export-title ${run.status}`, TITLE);
  write(run.title, "export-title", TITLE, MARGIN + 1.15 * widthOf(verdict, TITLE) + 10);
  y += 28;
  for (const banner of run.banners) {
    group.append(svg("rect", { class: "export-banner", x: MARGIN, y: y - 16, width: room, height: 23, rx: 4 }));
    write(`${banner.word} - ${banner.text}`, "export-banner-text", 13, MARGIN + 10);
    y += 29;
  }
  const said = lines(run.facts.map((fact) => `${fact.name}: ${fact.text}`), room);
  for (const line of note ? [...said, note] : said) {
    write(line, "export-fact", 12);
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
  const size = (name: string, other: string) => Number.parseFloat(drawing.getAttribute(name) ?? "") || Number.parseFloat(other) || 100;
  return { width: size("width", wide), height: size("height", high) };
}
