/** The sequence diagram on the screen: it draws what is in view, and follows what a person does. */
import {
  GUTTER, type Sequence, across, barsIn, detailAt, framesIn, heightOf, layout, lifelinesWithin, rowsWithin, sequence, widthOf,
} from "../../layout/sequence/diagram";
import { arrowY } from "../../layout/sequence/rows";
import { spoken } from "../../layout/sequence/words";
import { SCALE_MAX, SCALE_MIN, type State } from "../../state/state";
import type { Viewer } from "../../viewer";
import { GHOST } from "../../model/trace";
import { cleared } from "../canvas";
import { collapse, pick, turnFold } from "../choices";
import { drawDensity, paintOf } from "./canvas";
import { HEAD, Head } from "./head";
import { Hand } from "./hand";
import { type Act, actOf } from "./keys";
import { Lighting } from "../lights";
import { SequenceMap } from "./map";
import { Paper } from "./paper";
import { Places } from "./places";
import { Scroll } from "./scroll";
import type { Drawing } from "../stage";
import { put, say, svg } from "../svg";

const STEP = 1.25;
const MAP_EACH_MS = 120;
/** What of the state decides which spans stand out. */
const LIGHTING = ["lens", "selected", "check", "picked"] as const;

export class SequenceStage implements Drawing {
  private readonly scroll = new Scroll();
  private readonly crown = svg("svg", { class: "seq-head", height: HEAD, "aria-hidden": "true" });
  private readonly head = new Head(this.crown);
  private readonly paper = new Paper();
  private readonly density = document.createElement("canvas");
  private readonly nothing = document.createElement("p");
  private readonly tip = svg("title");
  private readonly map: SequenceMap;
  private readonly hand: Hand;
  private readonly watcher: ResizeObserver;
  private readonly ends: (() => void)[] = [];
  private readonly places: Places;
  private readonly lighting: Lighting;
  private cursor = -1;
  private hover = -1;
  private frame = 0;
  private fresh = true;
  private mapDue = 0;
  private placed = false;
  /** What is pressed is seen already. */
  private pressing = false;

  constructor(
    private readonly host: HTMLElement,
    private readonly viewer: Viewer,
  ) {
    this.places = new Places(sequence(viewer.trace, viewer.visible()), this.scroll, () => this.zoom);
    this.lighting = new Lighting(viewer);
    this.map = new SequenceMap(
      (from) => this.scroll.go(this.scroll.left, from * heightOf(this.model, this.zoom)),
      (way, unit) => this.page(way, unit),
      () => this.refresh(),
      () => this.places.settle(),
    );
    this.build();
    this.hand = new Hand(this.paper.root, this.scroll.root, {
      rowAt: (y) => this.places.rowUnder(y),
      hover: (row, spot) => this.point(row, spot),
      press: (row, spot, more) => this.press(row, spot, more),
      toggle: (row, spot) => this.collapse(this.places.spanAt(row, spot)),
      zoom: (factor, x, y) => this.zoomTo(this.zoom * factor, x, y),
    });
    this.cursor = this.places.keyRow(this.lighting.now.selected);
    this.watcher = new ResizeObserver(() => this.resized());
    this.watcher.observe(this.scroll.root);
    this.ends.push(viewer.store.watch((now, before) => this.changed(now, before)), viewer.hits.watch(() => this.refresh()));
    this.resized();
  }

  destroy(): void {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.mapDue);
    this.watcher.disconnect();
    this.hand.destroy();
    this.map.destroy();
    for (const end of this.ends) end();
    this.host.replaceChildren();
  }

  private get model(): Sequence {
    return this.places.model;
  }

  private get zoom(): number {
    return this.viewer.state.scale;
  }

  private build(): void {
    this.nothing.className = "seq-nothing";
    this.nothing.textContent = "No span was seen.";
    this.nothing.hidden = this.model.rows.n > 0;
    this.density.className = "seq-density";
    this.density.setAttribute("aria-hidden", "true");
    this.scroll.pane.append(this.crown, this.density, this.paper.root);
    this.scroll.root.addEventListener("scroll", this.schedule, { passive: true });
    this.paper.root.addEventListener("keydown", this.key);
    const stray = (event: KeyboardEvent): void => {
      if (event.target === document.body && !event.defaultPrevented) this.key(event);
    };
    document.addEventListener("keydown", stray);
    this.ends.push(() => document.removeEventListener("keydown", stray));
    this.host.classList.add("seq");
    this.host.append(this.scroll.root, this.map.root, this.nothing);
  }

  // What changes

  private changed(now: State, before: State): void {
    const lens = now.lens !== before.lens;
    if (lens) this.remodel();
    if (now.scale !== before.scale) this.rescale(before.scale, now.scale);
    if (now.selected !== before.selected || lens) this.follow(now.selected !== before.selected);
    if (now.check !== before.check && now.check !== null) this.toCheck(now.check);
    if (LIGHTING.some((key) => now[key] !== before[key])) this.refresh();
    else this.redraw();
  }

  /** What is shown changed: what was in the middle of attention stays where it was. */
  private remodel(): void {
    const held = this.places.held(this.cursor);
    this.places.model = sequence(this.viewer.trace, this.viewer.visible(), this.scroll.view.width);
    this.nothing.hidden = this.model.rows.n > 0;
    this.scroll.resize(widthOf(this.model, this.zoom), heightOf(this.model, this.zoom));
    if (!held) return;
    const row = this.places.rowOf(this.viewer.visible().stand[held.span] ?? -1);
    if (row >= 0) this.scroll.go(this.scroll.left, (this.model.rows.y[row] ?? 0) * this.zoom - held.offset);
  }

  /** Nearer or farther: where the keys are stays where it is, else the middle does. */
  private rescale(before: number, now: number): void {
    const { view, left, top } = this.scroll;
    const row = this.cursor < 0 ? -1 : arrowY(this.model.rows, this.cursor) * before - top;
    const [x, y] = [view.width / 2, row > 0 && row < view.height ? row : view.height / 2];
    const [atX, atY] = [(left + x - GUTTER) / across(this.model, before), (top + y) / before];
    this.scroll.resize(widthOf(this.model, now), heightOf(this.model, now));
    this.scroll.go(atX * across(this.model, now) + GUTTER - x, atY * now - y);
  }

  private follow(reveal: boolean): void {
    const { selected } = this.viewer.state;
    const span = selected === null ? -1 : (this.model.visible.stand[selected] ?? -1);
    if (span < 0 || this.places.spanOf(this.cursor) !== span) this.cursor = this.places.keyRow(span);
    if (reveal && span >= 0 && !this.pressing) this.places.reveal(this.cursor);
  }

  private toCheck(nth: number): void {
    const check = this.viewer.trace.checks[nth];
    const rows = (check?.cites ?? []).map((span) => this.places.rowOf(this.model.visible.stand[span] ?? -1)).filter((row) => row >= 0);
    const ghost = this.model.rows.kind.findIndex((kind, row) => kind === GHOST && (check?.misses ?? []).includes(this.model.rows.at[row] ?? -1));
    const first = rows.length ? Math.min(...rows) : ghost;
    if (first >= 0) this.places.reveal(first);
  }

  /** What lies in the window may be another than before. */
  private redraw(): void {
    this.fresh = true;
    this.schedule();
  }

  private refresh(): void {
    this.mapDue ||= window.setTimeout(() => {
      this.mapDue = 0;
      this.map.draw(this.model, this.lighting.now);
      this.schedule();
    }, MAP_EACH_MS);
    this.redraw();
  }

  private resized(): void {
    const before = this.scroll.view.width;
    this.scroll.measure();
    this.hand.moved();
    this.map.measure(this.model);
    const narrower = before > this.scroll.view.width;
    this.places.model = { ...this.model, room: this.scroll.view.width };
    this.scroll.resize(widthOf(this.model, this.zoom), heightOf(this.model, this.zoom));
    if (!this.placed && this.scroll.view.height > 0) {
      this.placed = true;
      if (this.cursor > 0) this.places.reveal(this.cursor);
    } else if (narrower) {
      const [from, to] = rowsWithin(this.model, this.places.box(), this.zoom);
      if (this.cursor >= from && this.cursor < to) this.places.reveal(this.cursor);
    }
    this.refresh();
  }

  // Drawing

  private readonly schedule = (): void => {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  };

  private draw(): void {
    const { model, zoom } = this;
    const box = this.places.box();
    const detail = detailAt(zoom);
    const [from, to] = rowsWithin(model, box, zoom);
    const lifelines = lifelinesWithin(model, box, zoom);
    const words = detail === "full" || detail === "compact";
    const dense = detail === "density";
    const drawn = { from, to, lifelines, bars: dense ? [] : barsIn(model, box, zoom), frames: dense ? [] : framesIn(model, box, zoom) };
    this.paper.draw({ model, zoom, box, lit: this.lighting.now, cursor: this.cursor, hover: this.hover, fresh: this.fresh }, drawn, words);
    this.paper.lines(detail === "lines" ? layout(model, box, zoom).messages : []);
    this.drawDensity(dense, box);
    put(this.crown, { width: box.width });
    const gap = model.columns.x.reduce((least, x, nth, all) => Math.min(least, nth ? x - (all[nth - 1] ?? 0) : least), 400);
    this.head.draw(model.trace.components, lifelines.map(({ component, x }) => ({ component, x: x - Math.round(box.left) })), gap * across(model, zoom));
    this.showWindow(box.top, from);
    this.fresh = false;
  }

  private drawDensity(dense: boolean, box: { left: number; top: number; width: number; height: number }): void {
    this.density.hidden = !dense;
    if (!dense) return;
    const context = cleared(this.density, box.width, box.height);
    if (context) drawDensity(context, this.model, this.zoom, box.left, box.top, box, this.lighting.now, paintOf(this.model, this.host));
  }

  private showWindow(top: number, from: number): void {
    const whole = Math.max(1, heightOf(this.model, this.zoom));
    const words = this.model.rows.n ? `message ${from + 1} of ${this.model.rows.n}` : "nothing";
    this.map.show({ from: top / whole, to: Math.min(1, (top + this.scroll.view.height) / whole) }, words);
  }

  // What a person does

  private point(row: number, spot: Element | null): void {
    const span = this.places.spanAt(row, spot);
    const part = this.paper.part(row);
    if (part && this.tip.parentNode !== part.root) part.root.prepend(this.tip);
    if (row >= 0) say(this.tip, spoken(this.model.trace, this.model.visible, this.model.rows, row));
    if (span === this.hover) return;
    this.hover = span;
    this.fresh = true;
    this.schedule();
  }

  private press(row: number, spot: Element | null, more: boolean): void {
    const act = spot?.closest("[data-do]");
    const span = this.places.spanAt(row, spot);
    const head = act?.getAttribute("data-head");
    if (row >= 0 && !spot?.closest("[data-bar]")) this.cursor = row;
    if (act?.getAttribute("data-do") === "turn") return this.turn(head === "own" || !head ? span : Number(head));
    if (act) return this.collapse(span);
    if (span < 0) return this.refresh();
    if (more) return this.pick(span);
    this.pressing = true;
    this.viewer.select(span, { details: true });
    this.pressing = false;
    this.refresh();
    this.focus();
  }

  private pick(span: number): void {
    this.viewer.say(`${pick(this.viewer, span)} picked`);
  }

  private collapse(span: number): void {
    if (span < 0 || (this.model.trace.size[span] ?? 1) < 2) return;
    this.cursor = this.places.rowOf(span);
    const opened = collapse(this.viewer, span);
    this.cursor = this.places.keyRow(span);
    this.viewer.say(opened ? "expanded" : "collapsed");
    this.focus();
  }

  /** Fold attempts or iterations that are shown one by one, or show them so. */
  private turn(head: number): void {
    const group = this.model.trace.attempts.get(head);
    const first = this.model.loops.has(head) && this.model.visible.folds.get(head)?.kind !== "attempts" ? head : (group?.[0] ?? head);
    if (!group && !this.model.loops.has(head)) return;
    turnFold(this.viewer, first);
    this.cursor = this.places.keyRow(this.model.visible.stand[first] ?? -1);
    this.refresh();
    this.focus();
  }

  private zoomTo(scale: number, x: number, y: number): void {
    const next = Math.min(SCALE_MAX, Math.max(SCALE_MIN, scale));
    if (next === this.zoom) return;
    const [atX, atY] = [(this.scroll.left + x - GUTTER) / across(this.model, this.zoom), (this.scroll.top + y) / this.zoom];
    this.viewer.store.set({ scale: next });
    this.scroll.go(atX * across(this.model, next) + GUTTER - x, atY * next - y);
    this.fresh = true;
    this.drawNow();
  }

  private page(way: number, unit: "row" | "page" | "all"): void {
    const { top, left, view, furthest } = this.scroll;
    const by = unit === "row" ? 40 : view.height * 0.9;
    this.scroll.go(left, unit === "all" ? (way < 0 ? 0 : furthest) : top + way * by);
  }

  /** Keys on a message; and from where nothing else has them. */
  private readonly key = (event: KeyboardEvent): void => {
    const act = actOf(event);
    if (!act || (this.cursor < 0 && act.act !== "move")) return;
    event.preventDefault();
    event.stopPropagation();
    this.act(act);
  };

  private act(act: Act): void {
    const span = this.places.spanOf(this.cursor);
    if (act.act === "move") this.moveTo(this.places.rowFor(this.cursor, act.by));
    else if (act.act === "zoom") this.zoomAtCursor(act.by);
    else if (act.act === "caller") this.moveTo(this.places.rowOf(this.model.visible.up[span] ?? -1));
    else if (act.act === "callee") this.moveTo(this.places.rowOf(this.places.firstCall(span)));
    else if (act.act === "open" && span >= 0) this.viewer.select(span, { details: true });
    else if (act.act === "collapse") this.collapse(span);
    else if (act.act === "turn") this.turn(span);
    else if (act.act === "pick" && span >= 0) this.pick(span);
  }

  private zoomAtCursor(by: -1 | 0 | 1): void {
    const y = arrowY(this.model.rows, this.cursor) * this.zoom - this.scroll.top;
    this.zoomTo(by ? this.zoom * STEP ** by : 1, this.scroll.view.width / 2, y);
    this.places.reveal(this.cursor);
    this.focus();
  }

  private moveTo(row: number): void {
    if (row < 0 || row >= this.model.rows.n) return;
    this.cursor = row;
    const span = this.places.spanOf(row);
    if (span >= 0) this.viewer.select(span);
    this.places.reveal(row);
    this.refresh();
    this.focus();
  }

  private drawNow(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.draw();
  }

  /** Draw at once, so that there is something to focus. */
  private focus(): void {
    this.fresh = true;
    this.drawNow();
    this.paper.part(this.cursor)?.root.focus({ preventScroll: true });
  }
}
