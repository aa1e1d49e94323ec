/** The whole run at a glance: how much was going on when, where it failed, and the part that is shown. */
import { densityOf } from "../../layout/waterfall/density";
import { type Axis, TimeScale } from "../../layout/waterfall/timescale";
import type { Viewer } from "../../viewer";
import { cleared } from "../canvas";
import { Brush } from "./brush";
import { put } from "../svg";
import { barColour } from "../colours";

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
    this.root.append(this.canvas, this.brush.root, this.pointer);
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
    const pen = scale && cleared(this.canvas, scale.width, MAP);
    if (pen) this.paintWork(pen, scale);
  }

  /** Stacked by component; heights grow with the root of the amount, so that one span is seen beside a hundred. */
  private paintWork(pen: CanvasRenderingContext2D, scale: TimeScale): void {
    const { components } = this.viewer.trace;
    const { work, most, failures } = densityOf(this.viewer.trace, scale);
    const columns = failures.length;
    const perSpan = new Float32Array(columns);
    for (let x = 0; x < columns; x++) {
      const all = work.reduce((sum, of) => sum + (of[x] ?? 0), 0);
      perSpan[x] = all ? (Math.sqrt(all / most) * (MAP - FOOT - 4)) / all : 0;
    }
    const used = new Float32Array(columns);
    work.forEach((of, at) => {
      const component = components[at];
      if (!component) return;
      pen.fillStyle = barColour(component, this.dark.matches);
      for (let x = 0; x < columns; x++) {
        const [size, under] = [(of[x] ?? 0) * (perSpan[x] ?? 0), used[x] ?? 0];
        if (!size) continue;
        pen.fillRect(x, MAP - FOOT - under - size, 1, size);
        used[x] = under + size;
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
