/** The waterfall on the screen: time to the right, and every span in a row of its own under its caller. */
import { h, render } from "preact";
import { Axis, type Quiet, TimeScale, type Window, fitted, quiet } from "../../layout/waterfall/timescale";
import { ROW } from "../../layout/waterfall/geometry";
import { offset } from "../../layout/units";
import { sharesOf } from "../../layout/waterfall/shares";
import { type Rows, rowsOf, spanAt } from "../../layout/waterfall/rows";
import { Scroll } from "../../layout/waterfall/scroll";
import type { State } from "../../state/state";
import type { Viewer } from "../../viewer";
import type { Drawing } from "../stage";
import { put } from "../svg";
import { TimeMap } from "./map";
import { Corner, Strip } from "./corner";
import { Frame } from "./frame";
import { Hand } from "./hand";
import { press } from "./keys";
import { CITED, HIT, Lighting, PICKED } from "../lights";
import { NAMES_LEAST, NAMES_MAX, NAMES_MIN, options } from "./options";
import { Picture } from "./picture";
import { listen } from "./pointer";
import { Ruler } from "./ruler";
import { resizable } from "./separator";

export class WaterfallStage implements Drawing {
  private readonly frame: Frame;
  private readonly picture: Picture;
  private readonly map: TimeMap;
  private readonly ruler: Ruler;
  private readonly lighting: Lighting;
  private readonly hand: Hand;
  private readonly quiet: Quiet;
  private readonly axes: { readonly plain: Axis; readonly cut: Axis };
  private readonly stops: (() => void)[] = [];
  private rows: Rows;
  private size = { width: 0, height: 0, gutter: 0 };
  /** Where the drawing begins on the page: asked for only when it may be elsewhere, for the question costs a layout. */
  private left = 0;
  private scaled: { readonly key: string; readonly scale: TimeScale } | null = null;
  private waiting = 0;
  /** Where the pointer is on the time axis. */
  private pointer: number | null = null;
  /** A row to be brought into view at the next drawing; `softly`: by the smallest move. */
  private wanted: { readonly row: number; readonly softly: boolean; readonly focus: boolean } | null = null;

  constructor(
    private readonly host: HTMLElement,
    private readonly viewer: Viewer,
  ) {
    const { trace } = viewer;
    this.rows = rowsOf(trace, viewer.visible());
    this.quiet = quiet(trace);
    this.axes = { plain: new Axis(trace.last), cut: new Axis(trace.last, this.quiet.silences) };
    this.frame = new Frame(viewer);
    this.picture = new Picture(this.frame);
    this.map = new TimeMap(viewer);
    this.ruler = new Ruler(trace.unitNs, (window) => this.show(window));
    this.lighting = new Lighting(viewer);
    this.hand = new Hand(viewer, () => this.rows, {
      axis: () => this.axis,
      reveal: (row) => this.want(row, true, true),
      page: () => Math.max(Math.floor(this.size.height / ROW) - 1, 1),
      zoom: (factor) => this.zoom(factor),
      pan: (pixels) => this.pan(pixels),
      width: () => this.scale.width,
    });
    this.begin();
  }

  destroy(): void {
    for (const stop of this.stops) stop();
    cancelAnimationFrame(this.waiting);
    this.map.destroy();
    render(null, this.frame.corner);
    render(null, this.frame.foot);
    this.host.replaceChildren();
  }

  private begin(): void {
    const { viewer, frame } = this;
    frame.times.append(this.map.root, this.ruler.root);
    render(h(Corner, { viewer, quiet: this.quiet }), frame.corner);
    render(h(Strip, { viewer, shares: sharesOf(viewer.trace) }), frame.foot);
    this.host.append(frame.root);
    this.listen();
    this.measure();
    const { selected } = viewer.state;
    if (selected !== null) this.wantSpan(selected);
    this.draw();
  }

  private listen(): void {
    const { viewer, frame } = this;
    this.stops.push(
      viewer.store.watch((now, before) => this.changed(now, before)),
      viewer.hits.watch(() => this.later()),
      options.watch(() => this.resized()),
    );
    const resize = new ResizeObserver(() => this.resized());
    resize.observe(frame.scroller);
    this.stops.push(() => resize.disconnect());
    frame.root.addEventListener("pointerenter", () => this.locate());
    frame.scroller.addEventListener("scroll", () => this.later(), { passive: true });
    frame.scroller.addEventListener("dblclick", (event) => this.hand.doubleClick(event));
    const wasDrag = listen(frame.root, frame.scroller, {
      zoomAt: (x, factor) => this.show(this.scale.zoomed(x, factor)),
      panBy: (pixels) => this.pan(pixels),
      scrollBy: (pixels) => frame.scroller.scrollBy(0, pixels),
      point: (x) => this.point(x),
      left: () => this.left + this.names,
    });
    frame.scroller.addEventListener("click", (event) => wasDrag() || this.hand.click(event));
    resizable(frame.separator, () => this.names, () => this.left);
    const keys = (event: KeyboardEvent): void => this.keys(event);
    document.addEventListener("keydown", keys);
    this.stops.push(() => document.removeEventListener("keydown", keys));
  }

  /** Keys in the waterfall; and from where nothing else has them. */
  private keys(event: KeyboardEvent): void {
    const { target } = event;
    if (event.defaultPrevented || !(target instanceof HTMLElement)) return;
    const inside = this.frame.scroller.contains(target);
    if (!inside && target !== document.body) return;
    const { window } = this.viewer.state;
    if (!press(event, this.hand)) return;
    event.preventDefault();
    if (this.viewer.state.window !== window) this.viewer.say(this.shownTime());
  }

  private shownTime(): string {
    const { unitNs } = this.viewer.trace;
    const [from, to] = this.scale.window.map((time) => offset(Math.round(time * unitNs)));
    return this.viewer.state.window ? `Shown from ${from} to ${to}` : "The whole run is shown";
  }

  private changed(now: State, before: State): void {
    if (now.lens !== before.lens) this.look();
    if (now.selected !== before.selected && !this.hand.busy) {
      this.hand.forget();
      if (now.selected !== null) this.wantSpan(now.selected);
    }
    if (now.check !== before.check && now.check !== null) this.wantEvidence();
    this.later();
  }

  /** Rows through another lens; what is selected stays where it was on the screen. */
  private look(): void {
    const { scroller, sheet } = this.frame;
    const { selected } = this.viewer.state;
    const stand = (): number => this.rows.rowOf[this.rows.visible.stand[selected ?? -1] ?? -1] ?? -1;
    const [before, scroll] = [stand(), this.scroll];
    this.rows = rowsOf(this.viewer.trace, this.viewer.visible());
    const after = stand();
    const next = this.scroll;
    sheet.style.setProperty("height", `${next.sheet}px`);
    if (before < 0 || after < 0 || before === after || scroll.revealing(before, scroller.scrollTop) !== null) return;
    scroller.scrollTop = next.scrollTop(scroll.top(scroller.scrollTop) + (after - before) * ROW);
  }

  /** A span that was chosen elsewhere: its row comes into view, and its time where a part of the time is shown. */
  private wantSpan(span: number): void {
    const { trace, state } = this.viewer;
    const row = this.rows.rowOf[this.rows.visible.stand[span] ?? -1] ?? -1;
    if (row >= 0) this.want(row, false, false);
    if (!state.window) return;
    const [from, to] = state.window;
    const [start = 0, end = 0] = [trace.start[span], trace.end[span]];
    if (end >= from && start <= to) return;
    const length = to - from;
    this.show(fitted(this.axis, [start - 0.2 * length, start + 0.8 * length]));
  }

  /** The first row that the check rests on or misses. */
  private wantEvidence(): void {
    const { flags, ghosts } = this.lighting.now;
    const { visible, spans } = this.rows;
    const cited = visible.spans.findIndex((span) => ((flags[span] ?? 0) & CITED) !== 0);
    const row = cited >= 0 ? cited : spans + Math.min(...ghosts);
    if (row < this.rows.count) this.want(row, false, false);
  }

  /** Why the row of a span, or of a ghost, stands out. */
  private flagsOf(row: number): number {
    const { flags, ghosts } = this.lighting.now;
    return row < this.rows.spans ? (flags[spanAt(this.rows, row)] ?? 0) : ghosts.has(row - this.rows.spans) ? CITED : 0;
  }

  private want(row: number, softly: boolean, focus: boolean): void {
    this.wanted = { row, softly, focus };
    this.later();
  }

  private get axis(): Axis {
    return this.viewer.state.squeezed ? this.axes.cut : this.axes.plain;
  }

  /** As wide as a person likes it, but never most of the picture. */
  private get names(): number {
    return Math.min(options.get().names, this.namesMost);
  }

  private get namesMost(): number {
    return Math.min(Math.max(Math.round(this.size.width / 2), NAMES_LEAST), NAMES_MAX);
  }

  /** The same one for as long as nothing about it changes. */
  private get scale(): TimeScale {
    const { window } = this.viewer.state;
    const width = Math.max(this.size.width - this.names, 80);
    const key = [this.axis === this.axes.cut, window, width].join();
    if (this.scaled?.key !== key) this.scaled = { key, scale: new TimeScale(this.axis, window && fitted(this.axis, window), width) };
    return this.scaled.scale;
  }

  private get scroll(): Scroll {
    return new Scroll(this.rows.count, this.size.height);
  }

  private show(window: Window | null): void {
    this.viewer.store.set({ window });
  }

  private zoom(factor: number): void {
    const { scale, viewer } = this;
    const { selected, window } = viewer.state;
    const x = selected === null ? scale.width / 2 : scale.x(((viewer.trace.start[selected] ?? 0) + (viewer.trace.end[selected] ?? 0)) / 2);
    const seen = x >= 0 && x <= scale.width && (window !== null || factor > 1);
    this.show(scale.zoomed(seen ? x : scale.width / 2, factor));
  }

  private pan(pixels: number): void {
    if (this.viewer.state.window) this.show(this.scale.panned(pixels));
  }

  private point(x: number | null): void {
    this.pointer = x;
    this.frame.point(x, this.scale.width, x === null ? "" : this.ruler.timeAt(x));
  }

  private resized(): void {
    this.measure();
    this.later();
  }

  private locate(): void {
    this.left = this.host.getBoundingClientRect().left;
  }

  private measure(): void {
    const { scroller } = this.frame;
    this.locate();
    this.size = { width: scroller.clientWidth, height: scroller.clientHeight, gutter: scroller.offsetWidth - scroller.clientWidth };
    this.frame.fit(this.names, this.size.gutter, Math.min(this.namesMost, NAMES_MIN), this.namesMost);
    this.frame.sheet.style.setProperty("height", `${this.scroll.sheet}px`);
    put(this.frame.scroller, { "aria-rowcount": this.rows.count });
  }

  private later(): void {
    this.waiting ||= requestAnimationFrame(() => {
      this.waiting = 0;
      this.draw();
    });
  }

  private draw(): void {
    const { rows, scale, scroll } = this;
    const { scroller } = this.frame;
    const scrollTop = this.scrolled(scroll);
    const current = this.hand.current();
    const inView = current >= 0 && scroll.revealing(current, scrollTop) === null;
    const stop = inView ? current : Math.min(Math.ceil(scroll.top(scrollTop) / ROW), rows.count - 1);
    this.keepFocus(stop, inView);
    const marked = this.picture.show({
      rows, scale, scroll, scrollTop, view: this.size.height, critical: options.get().critical,
      marked: (row) => {
        const flags = this.flagsOf(row);
        return { selected: row === current, picked: (flags & PICKED) > 0, cited: (flags & CITED) > 0, found: (flags & HIT) > 0, focusable: row === stop };
      },
    }); // prettier-ignore
    this.ruler.show(scale, marked.ticks, marked.cuts);
    this.map.show(this.axis, scale.width);
    this.point(this.pointer);
    if (this.wanted?.focus || (inView && document.activeElement === scroller)) this.picture.element(stop)?.focus({ preventScroll: true });
    this.wanted = null;
  }

  /** How far it is scrolled, after what is wanted was brought into view. */
  private scrolled(scroll: Scroll): number {
    const { scroller } = this.frame;
    const now = scroller.scrollTop;
    if (!this.wanted) return now;
    const to = this.wanted.softly ? scroll.following(this.wanted.row, now) : scroll.revealing(this.wanted.row, now);
    if (to === null) return now;
    scroller.scrollTop = to;
    return to;
  }

  /** Elements of rows are used for others: the keys must not wander with them. */
  private keepFocus(stop: number, inView: boolean): void {
    const active = document.activeElement;
    if (!(active instanceof HTMLElement) || active === this.frame.scroller || !this.frame.scroller.contains(active)) return;
    if (!inView || this.picture.element(stop) !== active) this.frame.scroller.focus({ preventScroll: true });
  }
}
