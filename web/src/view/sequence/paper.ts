/** The layers of the diagram, and what is on each of them for a window onto it. */
import { type Bar, type Box, type Framed, GUTTER, type Lifeline, type Sequence } from "../../layout/sequence/diagram";
import { asideOf } from "../../layout/sequence/asides";
import { type Message, messageAt } from "../../layout/sequence/message";
import { isMessage, isOpening } from "../../layout/sequence/rows";
import { spoken } from "../../layout/sequence/words";
import { width } from "../../layout/text";
import { GHOST } from "../../model/trace";
import { CITED, HIT, type Lights, PICKED } from "../lights";
import { Links } from "./links";
import { RowPart } from "./row";
import { type Part, Pool, put, say, style, svg } from "../svg";

class One<K extends keyof SVGElementTagNameMap> implements Part {
  readonly root: SVGElementTagNameMap[K];
  constructor(tag: K) {
    this.root = svg(tag);
  }
}

class TabPart implements Part {
  readonly root = svg("g", { class: "loop" });
  readonly tab = svg("rect", { class: "loop-tab", rx: 6, role: "button", "data-do": "turn" });
  readonly text = svg("text", { class: "loop-text" });
  readonly chevron = svg("path", { class: "chevron" });
  constructor() {
    this.root.append(this.tab, this.chevron, this.text);
  }
}

/** What a frame is drawn with. */
export interface View {
  readonly model: Sequence;
  readonly zoom: number;
  readonly box: Box;
  readonly lit: Lights;
  /** The row where the keys are, and the span under the pointer. */
  readonly cursor: number;
  readonly hover: number;
  /** Whatever was drawn before may be wrong. */
  readonly fresh: boolean;
}

/** Of more rows than a screen can tell apart, the first ones are lit. */
const BANDS_MAX = 200;
const BANDS_LOOKED_AT = 20_000;
/** Heights are counted from here on, so that they stay small numbers. */
const ANCHOR = 16_384;

export class Paper {
  readonly root = svg("svg", { class: "seq-body" });
  private readonly still = layer(this.root, "lifelines");
  private readonly moving = layer(this.root, "moving");
  private readonly lives = new Pool(this.still, () => new One("line"));
  private readonly bands = new Pool(layer(this.moving, "bands"), () => new One("rect"));
  private readonly frames = new Pool(layer(this.moving, "loops"), () => new One("rect"));
  private readonly bars = new Pool(layer(this.moving, "bars"), () => new One("rect"));
  private readonly hatches = new Pool(layer(this.moving, "hatches"), () => new One("rect"));
  private readonly tabs = new Pool(layer(this.moving, "tabs"), () => new TabPart());
  private readonly links = new Links(layer(this.moving, "links"));
  private readonly thin = new Pool(layer(this.moving, "thin"), () => new One("path"));
  private readonly list = svg("g", { role: "list", "aria-label": "Messages in the order of time" });
  private readonly margin = layer(this.root, "margin");
  private readonly back = svg("rect", { class: "gutter", x: 0, y: 0, width: GUTTER - 4 });
  private readonly edges = new Pool(layer(this.margin, "edges"), () => new One("rect"));
  private readonly clocks = layer(this.margin, "clocks");
  private readonly marks = new Pool(layer(this.margin, "marks"), () => new One("path"));
  private readonly asides = new Pool(layer(this.margin, "asides"), () => new One("text"));
  private readonly spare: RowPart[] = [];
  /** Rows that stand in the document, in their order. */
  private live: RowPart[] = [];
  private anchor = 0;

  constructor() {
    this.root.prepend(svg("defs", {}, hatch("seq-hatch")));
    this.moving.append(this.list);
    this.margin.prepend(this.back);
  }

  part(row: number): RowPart | undefined {
    return this.live.find((part) => part.row === row);
  }

  draw(view: View, drawn: { from: number; to: number; lifelines: readonly Lifeline[]; bars: readonly Bar[]; frames: readonly Framed[] }, messages: boolean): void {
    const { box } = view;
    const anchor = Math.round(box.top / ANCHOR) * ANCHOR;
    const fresh = view.fresh || anchor !== this.anchor;
    this.anchor = anchor;
    put(this.root, { width: box.width, height: box.height });
    put(this.moving, { transform: `translate(${-Math.round(box.left)} ${Math.round(anchor - box.top)})` });
    put(this.clocks, { transform: `translate(0 ${Math.round(anchor - box.top)})` });
    put(this.back, { height: box.height });
    this.lifelines(view, drawn.lifelines);
    this.framed(drawn.frames);
    this.activations(view, drawn.bars);
    this.rows(view, messages ? drawn.from : 0, messages ? drawn.to : 0, fresh);
    this.lights(view, drawn.from, drawn.to);
    this.links.draw(view, this.anchor);
    this.elsewhere(view);
  }

  /** What lies to the left or right of what is seen is named at that edge. */
  private elsewhere({ model, box }: View): void {
    this.asides.begin();
    for (const { message } of this.live) {
      const aside = message && asideOf(model.trace, message, box);
      if (!aside) continue;
      const { root } = this.asides.take();
      const x = aside.isLeft ? GUTTER + 4 : box.width - 8;
      put(root, { x, y: message.y - box.top + 4, "text-anchor": aside.isLeft ? "start" : "end", "font-size": 10.5, class: message.failed ? "aside bad" : "aside" });
      say(root, aside.isLeft ? `‹ ${aside.words}` : `${aside.words} ›`);
    }
    this.asides.end();
  }

  /** Arrows only: too small to be read, large enough to be told apart. */
  lines(messages: readonly Message[]): void {
    const paths = { plain: "", quiet: "", bad: "" };
    for (const { x1, x2, y, kind, failed, beside } of messages) {
      const path = `M${x1.toFixed(1)} ${(y - this.anchor).toFixed(1)}H${(beside ? x2 + 7 : x2).toFixed(1)}`;
      paths[failed ? "bad" : !isOpening(kind) ? "quiet" : "plain"] += path;
    }
    this.thin.begin();
    for (const [name, path] of Object.entries(paths)) if (path) put(this.thin.take().root, { d: path, class: `thin ${name}` });
    this.thin.end();
  }

  private lifelines({ model, box }: View, lifelines: readonly Lifeline[]): void {
    this.lives.begin();
    for (const { component, x } of lifelines) {
      const at = Math.round(x - box.left) + 0.5;
      const ghost = model.trace.components[component]?.ghost;
      put(this.lives.take().root, { x1: at, x2: at, y1: 0, y2: box.height, class: ghost ? "life ghostly" : "life" });
    }
    this.lives.end();
  }

  private framed(frames: readonly Framed[]): void {
    this.frames.begin();
    this.tabs.begin();
    for (const { frame, x, y, width: wide, height } of frames) {
      const top = y - this.anchor;
      put(this.frames.take().root, { x, y: top, width: wide, height, rx: 6, class: "loop-box" });
      if (height < 44) continue;
      const part = this.tabs.take();
      const { words } = frame;
      put(part.tab, { x, y: top, width: width(words, 11) * 1.16 + 34, height: 20, "data-head": frame.span, "aria-label": `Show all ${frame.loop.times} iterations` });
      put(part.chevron, { d: `M${(x + 9).toFixed(1)} ${(top + 6).toFixed(1)}l4 4l-4 4` });
      put(part.text, { x: x + 20, y: top + 14, "font-size": 11 });
      say(part.text, words);
    }
    this.frames.end();
    this.tabs.end();
  }

  private activations({ model, hover, lit }: View, bars: readonly Bar[]): void {
    this.bars.begin();
    this.hatches.begin();
    for (const bar of bars) {
      const { root } = this.bars.take();
      const component = model.trace.componentOf(bar.span);
      const shape = { x: bar.x, y: bar.y - this.anchor, width: bar.width, height: bar.height, rx: Math.min(2, bar.width / 4) };
      const bright = bar.span === hover || bar.span === lit.selected;
      put(root, { ...shape, class: `bar tone${component.tone}${model.trace.gone(bar.span) ? " c-removed" : ""}${bar.dwell ? " dwell" : ""}${bar.open ? " open" : ""}${bright ? " bright" : ""}`, "data-bar": bar.span });
      style(root, "--hue", String(component.hue));
      if (bar.dwell) put(this.hatches.take().root, { ...shape, class: "hatch", fill: "url(#seq-hatch)" });
    }
    this.bars.end();
    this.hatches.end();
  }

  /** Rows that were drawn stay as they are; only those that came into view are new. The row of the keys always stays. */
  private rows(view: View, from: number, to: number, fresh: boolean): void {
    const { cursor } = view;
    const wanted = (row: number): boolean => (row >= from && row < to) || row === cursor;
    const kept = new Map<number, RowPart>();
    for (const part of this.live) {
      if (wanted(part.row) && part.row < view.model.rows.n) kept.set(part.row, part);
      else {
        part.root.remove();
        part.clock.remove();
        this.spare.push(part);
      }
    }
    const rows: number[] = [];
    if (cursor >= 0 && cursor < from) rows.push(cursor);
    for (let row = from; row < to; row++) rows.push(row);
    if (cursor >= to && cursor < view.model.rows.n) rows.push(cursor);
    let before: Element | null = null;
    this.live = [];
    for (const row of rows.reverse()) {
      let part = kept.get(row);
      if (!part) {
        part = this.spare.pop() ?? new RowPart();
        this.list.insertBefore(part.root, before);
        this.show(view, part, row);
      } else if (fresh) this.show(view, part, row);
      before = part.root;
      this.live.push(part);
    }
    this.live.reverse();
  }

  private show({ model, zoom, lit, cursor, hover }: View, part: RowPart, row: number): void {
    const message = messageAt(model, row, zoom);
    const place = model.rows.n;
    part.draw(message, {
      anchor: this.anchor, zoom,
      spoken: spoken(model.trace, model.visible, model.rows, row),
      place: row + 1, places: place,
      focusable: row === cursor,
      selected: message.span >= 0 && message.span === lit.selected && message.ghost < 0,
      flags: message.span >= 0 && message.ghost < 0 ? (lit.flags[message.span] ?? 0) : lit.ghosts.has(message.ghost) ? CITED : 0,
      lit: (message.span >= 0 && message.span === hover) || lit.ghosts.has(message.ghost),
    }, this.clocks);
  }

  private lights({ model, lit, hover, box, zoom, cursor }: View, from: number, to: number): void {
    const { rows } = model;
    let count = 0;
    this.bands.begin();
    this.edges.begin();
    this.marks.begin();
    for (let row = from; row < Math.min(to, from + BANDS_LOOKED_AT) && count < BANDS_MAX; row++) {
      const kind = rows.kind[row] ?? 0;
      const span = isMessage(kind) ? (rows.at[row] ?? 0) : -1;
      const flags = span >= 0 ? (lit.flags[span] ?? 0) : lit.ghosts.has(kind === GHOST ? (rows.at[row] ?? -1) : -1) ? CITED : 0;
      const selected = span >= 0 && span === lit.selected;
      if (!flags && !selected && (span < 0 || span !== hover) && row !== cursor) continue;
      count++;
      const y = (rows.y[row] ?? 0) * zoom - this.anchor;
      const height = Math.max(2, (rows.y[row + 1] ?? 0) * zoom - this.anchor - y);
      const plain = !flags && !selected && (span < 0 || span !== hover);
      const name = `band${plain ? " bare" : ""}${flags & HIT ? " found" : ""}${flags & CITED ? " cited" : ""}${flags & PICKED ? " picked" : ""}${selected ? " selected" : ""}${row === cursor ? " here" : ""}`;
      put(this.bands.take().root, { x: Math.round(box.left) - 2, y, width: box.width + 4, height, class: name });
      put(this.edges.take().root, { x: 0, y: y + this.anchor - box.top, width: GUTTER - 4, height, class: name.replace(" here", "") });
      this.mark(flags, selected, y + this.anchor - box.top, height);
    }
    this.bands.end();
    this.edges.end();
    this.marks.end();
  }

  /** At the left edge, so that no light depends on its colour: a bar for evidence, a dot for a hit, a tick for what was picked. */
  private mark(flags: number, selected: boolean, y: number, height: number): void {
    const middle = y + height / 2;
    if (flags & CITED) put(this.marks.take().root, { d: `M0 ${y.toFixed(1)}h5v${height.toFixed(1)}h-5z`, class: "mark-cited" });
    if (flags & HIT) put(this.marks.take().root, { d: `M19 ${middle.toFixed(1)}m-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0`, class: "mark-found" });
    if (flags & PICKED) put(this.marks.take().root, { d: `M15 ${middle.toFixed(1)}l3 3.5l6 -7`, class: "mark-picked" });
    if (selected) put(this.marks.take().root, { d: `M6 ${(middle - 6).toFixed(1)}l7 6l-7 6z`, class: "mark-selected" });
  }
}

function layer(parent: SVGElement, name: string): SVGGElement {
  const made = svg("g", { class: `l-${name}` });
  if (name !== "moving") made.setAttribute("aria-hidden", "true");
  parent.append(made);
  return made;
}

export function hatch(id: string): SVGElement {
  const line = svg("path", { d: "M0 0V6", class: "hatch-line" });
  return svg("pattern", { id, width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" }, line);
}

