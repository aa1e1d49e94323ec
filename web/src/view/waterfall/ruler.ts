/** The ruler over the bars: times, cuts, and a range that is dragged out to be zoomed into. */
import { type Cut, type Tick, said } from "../../layout/waterfall/ticks";
import type { TimeScale, Window } from "../../layout/waterfall/timescale";
import { fitted } from "../../layout/waterfall/timescale";
import { width as widthOf } from "../../layout/text";
import { duration } from "../../layout/units";
import { follow } from "../pointer";
import { Pool, put, say, svg } from "../svg";
import { round } from "./shapes";

export const RULER = 32;
const MOVED = 4;

export class Ruler {
  readonly root = svg("svg", { class: "fall-ruler", height: RULER, "aria-hidden": "true" });
  private readonly lines = svg("path", { class: "fall-ticks" });
  private readonly labels = new Pool(svgGroup(this.root, this.lines), () => ({ root: svg("text", { y: 20 }) }));
  private readonly cuts = new Pool(svgGroup(this.root), () => ({ root: svg("text", { class: "fall-cut-text", y: 12, "text-anchor": "middle" }) }));
  private readonly range = svg("rect", { class: "fall-range", y: 0, height: RULER, display: "none" });
  private readonly rangeText = svg("text", { class: "fall-range-text", y: 20, "text-anchor": "middle" });
  private scale: TimeScale | null = null;

  constructor(
    private readonly unitNs: number,
    private readonly zoom: (window: Window | null) => void,
  ) {
    this.root.append(this.range, this.rangeText);
    this.root.addEventListener("pointerdown", (event) => this.drag(event));
  }

  show(scale: TimeScale, ticks: readonly Tick[], cuts: readonly Cut[]): void {
    this.scale = scale;
    put(this.root, { width: scale.width });
    put(this.lines, { d: ticks.map(({ x }) => `M${round(x)} ${RULER - 9}v9`).join("") || null });
    this.labels.begin();
    for (const tick of ticks) {
      if (tick.x + 4 + widthOf(tick.label, 11) > scale.width) continue;
      const { root } = this.labels.take();
      put(root, { x: tick.x + 4 });
      say(root, tick.label);
    }
    this.labels.end();
    this.cuts.begin();
    for (const cut of cuts) {
      if (widthOf(cut.label, 10.5) > cut.x1 - cut.x0 + 24) continue;
      const { root } = this.cuts.take();
      put(root, { x: (cut.x0 + cut.x1) / 2 });
      say(root, cut.label);
    }
    this.cuts.end();
  }

  /** The time under the pointer, as exact as a pixel is. */
  timeAt(x: number): string {
    if (!this.scale) return "";
    const [time, next] = [this.scale.time(x), this.scale.time(x + 1)];
    const ns = Math.max(time, 0) * this.unitNs;
    return said(ns, 10 ** Math.floor(Math.log10(Math.max((next - time) * this.unitNs, 1))));
  }

  private drag(down: PointerEvent): void {
    const scale = this.scale;
    if (down.button !== 0 || !scale) return;
    const left = this.root.getBoundingClientRect().left;
    const from = down.clientX - left;
    let to = from;
    this.root.setPointerCapture(down.pointerId);
    const move = (event: PointerEvent): void => {
      to = Math.min(Math.max(event.clientX - left, 0), scale.width);
      this.showRange(scale, Math.min(from, to), Math.max(from, to));
    };
    follow(this.root, move, (letGo) => {
      this.showRange(scale, 0, 0);
      if (letGo && Math.abs(to - from) > MOVED) {
        this.zoom(fitted(scale.axis, [scale.time(Math.min(from, to)), scale.time(Math.max(from, to))]));
      }
    });
  }

  private showRange(scale: TimeScale, x0: number, x1: number): void {
    const shown = x1 - x0 > MOVED;
    put(this.range, { display: shown ? null : "none", x: x0, width: x1 - x0 });
    put(this.rangeText, { display: shown ? null : "none", x: (x0 + x1) / 2 });
    if (shown) say(this.rangeText, duration(Math.round((scale.time(x1) - scale.time(x0)) * this.unitNs)));
  }
}

function svgGroup(root: SVGElement, ...children: Node[]): SVGGElement {
  const group = svg("g", {}, ...children);
  root.append(group);
  return group;
}
