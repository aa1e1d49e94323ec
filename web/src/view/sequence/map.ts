/** The strip at the right: the whole run, where the window onto it is, and a way to move that. */
import type { Sequence } from "../../layout/sequence/diagram";
import { cleared } from "../canvas";
import { drawMap, paintOf } from "./canvas";
import type { Lights } from "../lights";

/** Pixels of the strip for each of the drawing, at most. */
const LARGEST = 0.2;

/** What the strip needs to know of the drawing: shares of its whole height. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

export class SequenceMap {
  readonly root = document.createElement("div");
  private readonly canvas = document.createElement("canvas");
  private readonly brush = document.createElement("div");
  private window: Window = { from: 0, to: 1 };
  private held: number | null = null;
  /** Of what is drawn: a short run does not fill the strip. */
  private height = 1;
  private width = 1;
  private readonly dark = matchMedia("(prefers-color-scheme: dark)");

  constructor(
    private readonly go: (from: number) => void,
    private readonly page: (way: number, unit: "row" | "page" | "all") => void,
    private readonly stale: () => void,
    private readonly done: () => void,
  ) {
    this.root.className = "seq-map";
    this.brush.className = "seq-brush";
    const names = { role: "slider", tabindex: "0", "aria-label": "Position in the diagram", "aria-orientation": "vertical", "aria-valuemin": "0", "aria-valuemax": "100" };
    for (const [name, value] of Object.entries(names)) this.root.setAttribute(name, value);
    this.root.append(this.canvas, this.brush);
    this.root.addEventListener("pointerdown", this.grab);
    this.root.addEventListener("pointermove", this.drag);
    this.root.addEventListener("pointerup", this.drop);
    this.root.addEventListener("pointercancel", this.drop);
    this.root.addEventListener("keydown", this.key);
    this.dark.addEventListener("change", this.stale);
  }

  destroy(): void {
    this.dark.removeEventListener("change", this.stale);
  }

  /** How much room there is, and how much of it the run needs. */
  measure(model: Sequence): void {
    this.width = this.root.clientWidth;
    this.height = Math.min(this.root.clientHeight, Math.max(48, (model.rows.y[model.rows.n] ?? 0) * LARGEST));
  }

  draw(model: Sequence, lit: Lights): void {
    this.measure(model);
    const { width, height } = this;
    const context = cleared(this.canvas, width, height);
    if (context) drawMap(context, model, { width, height }, lit, paintOf(model, this.root));
  }

  /** Where the window is now, and in words. */
  show(window: Window, words: string): void {
    this.window = window;
    const { height } = this;
    const size = Math.max(14, (window.to - window.from) * height);
    const top = Math.min(height - size, Math.max(0, window.from * height));
    this.brush.style.setProperty("transform", `translateY(${top.toFixed(1)}px)`);
    this.brush.style.setProperty("height", `${size.toFixed(1)}px`);
    const now = String(Math.round(100 * window.from));
    if (this.root.getAttribute("aria-valuenow") !== now) this.root.setAttribute("aria-valuenow", now);
    if (this.root.getAttribute("aria-valuetext") !== words) this.root.setAttribute("aria-valuetext", words);
  }

  private share(event: PointerEvent): number {
    const box = this.root.getBoundingClientRect();
    return (event.clientY - box.top) / Math.max(1, this.height);
  }

  private readonly grab = (event: PointerEvent): void => {
    const at = this.share(event);
    const { from, to } = this.window;
    const inside = at >= from && at <= to;
    this.held = inside ? at - from : (to - from) / 2;
    this.root.setPointerCapture(event.pointerId);
    if (!inside) this.go(at - this.held);
  };

  private readonly drag = (event: PointerEvent): void => {
    if (this.held !== null) this.go(this.share(event) - this.held);
  };

  private readonly drop = (): void => {
    if (this.held !== null) this.done();
    this.held = null;
  };

  private readonly key = (event: KeyboardEvent): void => {
    const moves: Readonly<Record<string, [number, "row" | "page" | "all"]>> = {
      ArrowUp: [-1, "row"], ArrowDown: [1, "row"], ArrowLeft: [-1, "row"], ArrowRight: [1, "row"],
      PageUp: [-1, "page"], PageDown: [1, "page"], Home: [-1, "all"], End: [1, "all"],
    };
    const move = moves[event.key];
    if (!move || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.page(...move);
  };
}
