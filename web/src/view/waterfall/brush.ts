/** The part of the run that is shown, as a frame to be drawn, moved and resized: with a pointer, or with keys. */
import { type TimeScale, type Window, fitted, windowOf } from "../../layout/waterfall/timescale";
import { offset } from "../../layout/units";
import type { Viewer } from "../../viewer";
import { follow } from "../pointer";
import { element, put, style } from "../svg";

const MOVED = 3;
const HANDLE = 12;
type Grip = "new" | "move" | "from" | "to";

export class Brush {
  readonly root = element("div", "fall-brush");
  private readonly before = element("div", "fall-shade");
  private readonly after = element("div", "fall-shade");
  private readonly frame = element("div", "fall-frame");
  private readonly handles: Readonly<Record<"from" | "to", HTMLElement>> = { from: element("div", "fall-handle"), to: element("div", "fall-handle") };
  private scale: TimeScale | null = null;
  private window: Window | null = null;

  constructor(private readonly viewer: Viewer) {
    this.root.append(this.before, this.after, this.frame, this.handles.from, this.handles.to);
    this.root.addEventListener("pointerdown", (event) => this.grab(event));
    this.root.addEventListener("dblclick", () => this.set(null));
    for (const side of ["from", "to"] as const) {
      const handle = this.handles[side];
      put(handle, { role: "slider", tabindex: 0, "aria-label": side === "from" ? "Start of the time shown" : "End of the time shown" });
      handle.addEventListener("keydown", (event) => this.press(event, side));
    }
  }

  show(scale: TimeScale, window: Window | null): void {
    this.scale = scale;
    this.window = window;
    const [from, to] = this.shown(scale);
    const [x0, x1] = window ? [scale.x(from), scale.x(to)] : [0, scale.width];
    place(this.before, 0, x0);
    place(this.after, x1, scale.width - x1);
    place(this.frame, x0, Math.max(x1 - x0, 2));
    place(this.handles.from, Math.min(x0, x1 - HANDLE) - (window ? HANDLE / 2 : 0), HANDLE);
    place(this.handles.to, Math.max(x1 - HANDLE, x0) + (window ? HANDLE / 2 : 0), HANDLE);
    put(this.root, { class: window ? "fall-brush part" : "fall-brush" });
    this.tell("from", from, 0, to);
    this.tell("to", to, from, scale.axis.last);
  }

  private tell(side: "from" | "to", now: number, least: number, most: number): void {
    const text = offset(Math.round(now * this.viewer.trace.unitNs));
    const [min, max, at] = [least, most, now].map((value) => String(Math.round(value)));
    put(this.handles[side], { "aria-valuemin": min, "aria-valuemax": max, "aria-valuenow": at, "aria-valuetext": text });
  }

  private shown(scale: TimeScale): Window {
    return this.window ?? [0, Math.max(scale.axis.last, 1)];
  }

  private set(window: Window | null): void {
    this.viewer.store.set({ window });
  }

  private grab(down: PointerEvent): void {
    const scale = this.scale;
    if (!scale || down.button !== 0) return;
    const left = this.root.getBoundingClientRect().left;
    const start = down.clientX - left;
    const grip = this.gripAt(down.target);
    const [low, high] = this.shown(scale).map((time) => scale.axis.place(time)) as [number, number]; // of a pair, a pair
    const at = scale.axis.place(scale.time(start));
    let moved = false;
    this.root.setPointerCapture(down.pointerId);
    follow(this.root, (event) => {
      const x = event.clientX - left;
      if (!moved && Math.abs(x - start) < MOVED) return;
      moved = true;
      this.set(dragged(scale, grip, low, high, at, scale.axis.place(scale.time(x))));
    });
  }

  private gripAt(target: EventTarget | null): Grip {
    if (target === this.handles.from) return "from";
    if (target === this.handles.to) return "to";
    return target === this.frame && this.window ? "move" : "new";
  }

  private press(event: KeyboardEvent, side: "from" | "to"): void {
    const scale = this.scale;
    if (!scale) return;
    const [low, high] = this.shown(scale).map((time) => scale.axis.place(time)) as [number, number]; // of a pair, a pair
    const step = (event.shiftKey ? 0.1 : 0.01) * (["ArrowLeft", "ArrowDown"].includes(event.key) ? -1 : 1);
    const now = side === "from" ? low : high;
    const to = /^Arrow/.test(event.key) ? now + step : event.key === "Home" ? 0 : event.key === "End" ? 1 : null;
    if (to === null) return;
    event.preventDefault();
    event.stopPropagation();
    this.set(side === "from" ? windowOf(scale.axis, Math.min(Math.max(to, 0), high), high) : windowOf(scale.axis, low, Math.max(Math.min(to, 1), low)));
  }
}

/** The window after `grip` was dragged from one place to another. Ends that pass each other change their parts. */
function dragged(scale: TimeScale, grip: Grip, low: number, high: number, from: number, to: number): Window | null {
  const { axis } = scale;
  const inside = (place: number): number => Math.min(Math.max(place, 0), 1);
  if (grip === "move") {
    const by = Math.min(Math.max(to - from, -low), 1 - high);
    return windowOf(axis, low + by, high + by);
  }
  const fixed = grip === "new" ? from : grip === "from" ? high : low;
  const [a, b] = [inside(Math.min(fixed, to)), inside(Math.max(fixed, to))];
  return grip === "new" ? fitted(axis, [axis.time(a), axis.time(b)]) : windowOf(axis, a, b);
}

function place(part: HTMLElement, x: number, width: number): void {
  style(part, "transform", `translateX(${Math.round(x)}px)`);
  style(part, "width", `${Math.max(Math.round(width), 0)}px`);
}
