/** A row of the diagram as SVG: an arrow, its words, its marks. Kept and drawn again for other rows. */
import { MARK, type Message, type Pill, type Strip } from "../../layout/sequence/message";
import { thickness } from "../../layout/sequence/diagram";
import { KIND_NAMES } from "../../layout/sequence/words";
import { CALL, END, FOUND, GHOST, PAUSE, SELF } from "../../model/trace";
import { statusIcon } from "../icons";
import { CITED, HIT, PICKED } from "../lights";
import { type Attributes, put, say, svg } from "../svg";

/** How a row is to be drawn, beside where it is. */
export interface Look {
  /** Heights are drawn less this: SVG counts in numbers of few digits. */
  readonly anchor: number;
  readonly zoom: number;
  readonly spoken: string;
  readonly place: number;
  readonly places: number;
  /** The keys go here. */
  readonly focusable: boolean;
  readonly selected: boolean;
  readonly lit: boolean;
  /** Why its row stands out: see `Lights`. */
  readonly flags: number;
}

export class RowPart {
  readonly root = svg("g", { role: "listitem" });
  readonly clock = svg("text");
  row = -1;
  /** What was drawn last. */
  message: Message | null = null;
  private readonly slots = new Map<string, SVGElement>();
  private drawn = new Set<string>();
  private used = new Set<string>();

  /** `clocks`: where times stand. */
  draw(message: Message, look: Look, clocks: Element): void {
    this.row = message.row;
    this.message = message;
    this.used = new Set();
    const y = message.y - look.anchor;
    const ghost = message.kind === GHOST;
    put(this.root, {
      class: classes(message, look),
      "data-row": message.row,
      "data-span": message.span >= 0 ? message.span : null,
      "data-kind": KIND_NAMES[message.kind],
      "data-ghost": ghost ? message.ghost : null,
      tabindex: look.focusable ? 0 : -1,
      "aria-label": look.spoken,
      "aria-current": look.selected && "true",
      "aria-posinset": look.place,
      "aria-setsize": look.places,
    });
    if (message.kind === PAUSE) this.pause(message, y);
    else this.arrow(message, y, look.zoom);
    const paused = message.kind === PAUSE;
    if (!paused) this.words(message, look.anchor);
    // Words about a pause stand still while the diagram moves sideways, as times do.
    put(this.clock, paused
      ? { x: message.textX, y: y + 4, class: "pause-words", "text-anchor": "start", "font-size": message.font }
      : { x: 74, y: y + 4, class: "clock", "text-anchor": "end", "font-size": 11 });
    const time = paused ? message.label : message.detail === "full" || message.kind <= FOUND ? message.when : "";
    say(this.clock, time);
    if (!time) this.clock.remove();
    else if (!this.clock.parentNode) clocks.append(this.clock);
    for (const name of this.drawn) if (!this.used.has(name)) this.slots.get(name)?.remove();
    this.drawn = this.used;
  }

  private slot<K extends keyof SVGElementTagNameMap>(name: string, tag: K, attributes: Attributes): SVGElement {
    let found = this.slots.get(name);
    if (!found) {
      found = svg(tag);
      this.slots.set(name, found);
    }
    if (!this.drawn.has(name)) this.root.append(found);
    this.used.add(name);
    put(found, attributes);
    return found;
  }

  private pause({ x1, x2 }: Message, y: number): void {
    this.slot("wire", "path", { d: `M${x1} ${y}H${x2.toFixed(1)}`, class: "pause-line" });
  }

  private arrow(message: Message, y: number, zoom: number): void {
    const { x1, x2, kind } = message;
    const s = thickness(zoom);
    const way = x2 >= x1 ? 1 : -1;
    if (kind === SELF) {
      this.slot("wire", "path", { d: d`M${x2} ${y - 7 * s}h${20 * s}v${14 * s}h${-17 * s}`, class: "wire" });
      this.slot("tip", "path", { d: tip(x2 + 1, y + 7 * s, -1, s, true), class: "tip filled" });
    } else if (kind === END) {
      this.slot("wire", "path", { d: d`M${x2} ${y}h${7 * s}`, class: "wire" });
    } else {
      const stop = kind === GHOST && !message.beside ? 9 * s : kind === GHOST ? 0 : 2;
      this.slot("wire", "path", { d: d`M${x1} ${y}H${x2 - way * stop}`, class: "wire" });
      if (kind !== GHOST) {
        const filled = kind === CALL || kind === FOUND;
        this.slot("tip", "path", { d: tip(x2, y, way, s, filled), class: filled ? "tip filled" : "tip" });
      }
    }
    if (kind === GHOST) this.ghost(message.beside ? x2 + 9 * s : x2, y, s);
    if (kind === FOUND) this.slot("origin", "circle", { cx: x1, cy: y, r: 4.5 * s, class: "origin" });
    if (message.gap) this.gap(message, message.gap, y, s, zoom);
    if (message.failed) this.cross(message, y, s);
    if (message.strip) this.strip(message.strip, message.strip.y - message.y + y, zoom);
  }

  private ghost(x: number, y: number, s: number): void {
    this.slot("box", "rect", { x: x - 9 * s, y: y - 9 * s, width: 18 * s, height: 18 * s, rx: 4, class: "ghost-box" });
    const mark = this.slot("ask", "text", { x, y: y + 4.5 * s, class: "ghost-mark", "text-anchor": "middle", "font-size": 13 * s });
    say(mark, "?");
  }

  /** A place in the drawing where a log line should be: hatched, with what it should say. */
  private gap(message: Message, gap: NonNullable<Message["gap"]>, y: number, s: number, zoom: number): void {
    const x = message.kind === FOUND ? message.x1 - 20 * s : message.beside ? message.x2 + 4 : message.x1 + (message.x2 > message.x1 ? 4 : -16 * s);
    this.slot("hole", "rect", { x, y: y - 6 * s, width: 12 * s, height: 12 * s, rx: 2, class: "gap-mark" });
    const text = this.slot("gap", "text", { x: gap.x, y: gap.y - message.y + y, class: "gap-text", "font-size": 10.5 * Math.max(0.95, Math.min(1.5, zoom)) });
    say(text, gap.text);
  }

  /** A failure has a shape of its own: where the answer arrives, or where it would have come from. */
  private cross(message: Message, y: number, s: number): void {
    const size = 14 * Math.max(0.7, s);
    const x = message.beside ? message.x2 + (message.kind === SELF ? 30 * s : 9) : message.x1 + (message.x2 > message.x1 ? 14 : -14);
    const left = message.beside ? x : x - size / 2;
    this.slot("back", "circle", { cx: left + size / 2, cy: y, r: size / 2, class: "mark-back" });
    this.slot("cross", "path", {
      d: statusIcon(message.status), class: "mark", transform: `translate(${left.toFixed(1)} ${(y - size / 2).toFixed(1)}) scale(${(size / 16).toFixed(3)})`,
    });
  }

  /** Each try by shape: a cross where it failed, a ring where it did not; dots while nobody tried. */
  private strip(strip: Strip, y: number, zoom: number): void {
    const gaps: string[] = [];
    const tries: string[] = [];
    let [bad, good] = ["", ""];
    strip.ticks.forEach((tick, nth) => {
      const before = strip.ticks[nth - 1];
      if (before) gaps.push(d`M${before.x2 + 2} ${y}H${tick.x1 - 2}`);
      tries.push(d`M${tick.x1} ${y - 4}v8M${tick.x1} ${y}H${tick.x2 - 8}`);
      if (tick.failed) bad += d`M${tick.x2 - 7} ${y - 3.5}l7 7m0 -7l-7 7`;
      else good += d`M${tick.x2 - 7.5} ${y}a4 4 0 1 0 8 0a4 4 0 1 0 -8 0`;
    });
    this.slot("tries", "path", { d: tries.join("") || "M0 0", class: "try" });
    if (gaps.length) this.slot("rests", "path", { d: gaps.join(""), class: "rest" });
    if (bad) this.slot("bad", "path", { d: bad, class: "try-bad" });
    if (good) this.slot("good", "path", { d: good, class: "try-good" });
    this.toggle("unfold", strip.toggleX, y, false, { "data-do": "turn", "data-head": strip.head, "aria-label": "Show each attempt" });
    const words = this.slot("told", "text", { x: strip.wordsX, y: y + 17 * Math.max(0.9, Math.min(1.2, zoom)), class: "strip-words", "font-size": 11 });
    say(words, strip.words);
  }

  private toggle(name: string, x: number, y: number, open: boolean, attributes: Attributes): void {
    const turn = open ? `M${(x + 1).toFixed(1)} ${(y - 2).toFixed(1)}l4 4l4 -4` : `M${(x + 3).toFixed(1)} ${(y - 4).toFixed(1)}l4 4l-4 4`;
    this.slot(`${name}-place`, "rect", { x: x - 4, y: y - 9, width: 18, height: 18, rx: 4, class: "toggle", role: "button", ...attributes });
    this.slot(name, "path", { d: turn, class: "chevron" });
  }

  private words(message: Message, anchor: number): void {
    const { chevron, font, pillFont } = message;
    const y = message.textY - anchor;
    if (chevron) {
      this.toggle("fold", chevron.x + 1, y - 0.34 * font, chevron.open, {
        "data-do": "collapse", "aria-label": chevron.open ? "Collapse" : "Expand", "aria-expanded": chevron.open ? "true" : "false",
      });
    }
    message.pills.forEach((pill, nth) => this.pill(`p${nth}`, pill, y, pillFont));
    if (!message.label && !message.note) return;
    const text = this.slot("text", "text", { x: message.textX, y, "font-size": font, class: "label" });
    if (!(text.firstChild instanceof Text)) text.prepend("");
    if (text.firstChild && text.firstChild.nodeValue !== message.label) text.firstChild.nodeValue = message.label;
    const note = text.lastElementChild ?? (message.note ? text.appendChild(svg("tspan", { class: "note", dx: 7 })) : null);
    if (note) say(note, message.note);
  }

  private pill(name: string, pill: Pill, y: number, font: number): void {
    const height = font + 5.5;
    const acts = pill.kind === "fold" ? "turn" : pill.kind.startsWith("below") ? "collapse" : null;
    this.slot(`${name}-box`, "rect", {
      x: pill.x, y: y - font - 1.5, width: pill.width, height, rx: height / 2, class: `pill p-${pill.kind}`, "data-do": acts, "data-head": acts === "turn" ? "own" : null,
    });
    const bad = pill.kind === "below bad";
    if (bad) this.slot(`${name}-mark`, "path", { d: statusIcon("failed"), class: "mark", transform: `translate(${(pill.x + 6).toFixed(1)} ${(y - font - 1.5 + height / 2 - 5.5).toFixed(1)}) scale(.69)` });
    const text = this.slot(name, "text", {
      x: pill.x + (pill.width + (bad ? MARK : 0)) / 2, y: y - 0.6, "text-anchor": "middle", "font-size": font, class: `pill-text p-${pill.kind}`,
    });
    say(text, pill.text);
  }
}

function classes(message: Message, look: Look): string {
  const tier = message.tier ? ` t-${message.tier}` : "";
  const small = message.detail === "full" ? "" : ` ${message.detail}`;
  return `msg m-${KIND_NAMES[message.kind]}${tier}${message.change === "same" ? "" : ` c-${message.change}`}${message.failed ? " bad" : ""}${look.lit ? " lit" : ""}${band(look)}${small}`;
}

/** On which band the words stand. */
function band({ flags, selected, lit }: Look): string {
  if (selected) return " selected";
  return flags & PICKED ? " on-pick" : flags & CITED ? " on-cite" : flags & HIT ? " on-found" : lit ? " on-soft" : "";
}

/** Filled: somebody waits for the answer. Open: a message, or an answer. */
export function tip(x: number, y: number, way: number, s: number, filled: boolean): string {
  const back = x - way * 9 * s;
  return `${d`M${back} ${y - 4.5 * s}L${x} ${y}L${back} ${y + 4.5 * s}`}${filled ? "z" : ""}`;
}

/** A path with at most one decimal in each number. */
function d(texts: TemplateStringsArray, ...numbers: readonly number[]): string {
  return texts.reduce((path, text, nth) => `${path}${Math.round((numbers[nth - 1] ?? 0) * 10) / 10}${text}`);
}

