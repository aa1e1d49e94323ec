/** The whole run at a glance: how much was going on when, where it failed, and the part that is shown. */
import { densityOf } from "../layout/waterfall_density";
import { type Axis, TimeScale } from "../layout/timescale";
import type { Viewer } from "../viewer";
import { Brush } from "./timemap_brush";
import { put } from "./svg";
import { barColour } from "./waterfall_colours";

export const MAP = 56;
const FOOT = 8;
const DARK = "(prefers-color-scheme: dark)";

export class TimeMap {
  readonly root = document.createElement("div");
  private readonly canvas = document.createElement("canvas");
  private readonly pointer = document.createElement("div");
  private readonly brush: Brush;
  private readonly dark = matchMedia(DARK);
  private readonly repaint = (): void => this.paint();
  private scale: TimeScale | null = null;

  constructor(private readonly viewer: Viewer) {
    this.root.className = "fall-map";
    this.canvas.setAttribute("aria-hidden", "true");
    this.brush = new Brush(viewer);
    this.root.append(this.canvas, this.pointer, this.brush.root);
    this.dark.addEventListener("change", this.repaint);
  }

  show(axis: Axis, width: number): void {
    if (this.scale?.axis !== axis || this.scale.width !== width) {
      this.scale = new TimeScale(axis, null, width);
      this.paint();
    }
    this.brush.show(this.scale, this.viewer.state.window);
    this.pin(this.scale);
  }

  /** Where in the run the selected span is. */
  private pin(scale: TimeScale): void {
    const { trace, state } = this.viewer;
    const { selected } = state;
    put(this.pointer, { class: selected === null ? "fall-pin" : "fall-pin on" });
    if (selected === null) return;
    const [x0, x1] = [scale.x(trace.start[selected] ?? 0), scale.x(trace.end[selected] ?? 0)];
    this.pointer.style.setProperty("transform", `translateX(${Math.round(x0)}px)`);
    this.pointer.style.setProperty("width", `${Math.max(Math.round(x1 - x0), 2)}px`);
  }

  destroy(): void {
    this.dark.removeEventListener("change", this.repaint);
  }

  private paint(): void {
    const scale = this.scale;
    const pen = this.canvas.getContext("2d");
    if (!scale || !pen) return;
    const dots = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(scale.width * dots);
    this.canvas.height = Math.round(MAP * dots);
    this.canvas.style.setProperty("width", `${scale.width}px`);
    this.canvas.style.setProperty("height", `${MAP}px`);
    pen.scale(dots, dots);
    this.paintWork(pen, scale);
  }

  private paintWork(pen: CanvasRenderingContext2D, scale: TimeScale): void {
    const { components } = this.viewer.trace;
    const { work, most, failures } = densityOf(this.viewer.trace, scale);
    const height = MAP - FOOT - 4;
    const used = new Float32Array(scale.width);
    work.forEach((of, at) => {
      const component = components[at];
      if (!component) return;
      pen.fillStyle = barColour(component, this.dark.matches);
      for (let x = 0; x < scale.width; ) {
        const [amount = 0, under = 0] = [of[x], used[x]];
        let end = x + 1;
        while (end < scale.width && of[end] === amount && used[end] === under) end++;
        const size = (amount / (most || 1)) * height;
        if (size > 0) {
          pen.fillRect(x, MAP - FOOT - under - Math.max(size, 0.75), end - x, Math.max(size, 0.75));
          used.fill(under + size, x, end);
        }
        x = end;
      }
    });
    pen.fillStyle = getComputedStyle(this.root).getPropertyValue("--bad");
    failures.forEach((n, x) => n && triangle(pen, x, MAP - FOOT + 1));
  }
}

function triangle(pen: CanvasRenderingContext2D, x: number, y: number): void {
  pen.beginPath();
  pen.moveTo(x, y);
  pen.lineTo(x + 3.5, y + 6);
  pen.lineTo(x - 3.5, y + 6);
  pen.fill();
}
