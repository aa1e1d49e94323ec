/** Mouse, pen and touch on the diagram: press, drag, hover, and the wheel that zooms. */
import { closer } from "../pointer";

export interface Doings {
  /** The row at a height of the drawing's window; -1: none. */
  rowAt(y: number): number;
  hover(row: number, spot: Element | null): void;
  press(row: number, spot: Element | null, more: boolean): void;
  toggle(row: number, spot: Element | null): void;
  zoom(factor: number, x: number, y: number): void;
}

/** A press that moves further than this drags. */
const STILL = 4;

export class Hand {
  private from: { x: number; y: number; left: number; top: number } | null = null;
  private dragged = false;
  /** Where the drawing is on the page: asked for once, for each question costs a layout. */
  private box: DOMRect | null = null;
  private wheel = { factor: 1, x: 0, y: 0, frame: 0 };
  private readonly stop = new AbortController();

  constructor(
    private readonly paper: SVGSVGElement,
    private readonly scroll: HTMLElement,
    private readonly doings: Doings,
  ) {
    const { signal } = this.stop;
    paper.addEventListener("pointerenter", () => this.moved(), { signal });
    paper.addEventListener("pointerdown", this.down, { signal });
    paper.addEventListener("pointermove", this.move, { signal });
    paper.addEventListener("pointerup", this.up, { signal });
    paper.addEventListener("pointercancel", this.up, { signal });
    paper.addEventListener("pointerleave", () => doings.hover(-1, null), { signal });
    paper.addEventListener("click", this.click, { signal });
    paper.addEventListener("dblclick", this.twice, { signal });
    scroll.addEventListener("wheel", this.turn, { signal, passive: false });
  }

  destroy(): void {
    this.stop.abort();
    cancelAnimationFrame(this.wheel.frame);
  }

  /** The drawing may be elsewhere on the page than before. */
  moved(): void {
    this.box = null;
  }

  private place(event: MouseEvent): { x: number; y: number } {
    const box = (this.box ??= this.paper.getBoundingClientRect());
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  private readonly down = (event: PointerEvent): void => {
    this.dragged = false;
    if (event.button !== 0 || event.pointerType === "touch") return;
    this.from = { x: event.clientX, y: event.clientY, left: this.scroll.scrollLeft, top: this.scroll.scrollTop };
  };

  private readonly move = (event: PointerEvent): void => {
    const { from } = this;
    if (!from) return this.doings.hover(this.doings.rowAt(this.place(event).y), spotOf(event));
    const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
    if (!this.dragged && Math.hypot(dx, dy) < STILL) return;
    if (!this.dragged) this.paper.setPointerCapture(event.pointerId);
    this.dragged = true;
    this.paper.classList.add("dragging");
    this.scroll.scrollTo(from.left - dx, from.top - dy);
  };

  private readonly up = (): void => {
    this.from = null;
    this.paper.classList.remove("dragging");
  };

  private readonly click = (event: MouseEvent): void => {
    if (this.dragged) return;
    this.doings.press(this.doings.rowAt(this.place(event).y), spotOf(event), event.shiftKey || event.ctrlKey || event.metaKey);
  };

  private readonly twice = (event: MouseEvent): void => {
    const spot = spotOf(event);
    if (!spot?.closest("[data-do]")) this.doings.toggle(this.doings.rowAt(this.place(event).y), spot);
  };

  /** Several turns of the wheel within a frame are one. */
  private readonly turn = (event: WheelEvent): void => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.wheel = { ...this.wheel, ...this.place(event), factor: this.wheel.factor * closer(event) };
    this.wheel.frame ||= requestAnimationFrame(() => {
      const { factor, x, y } = this.wheel;
      this.wheel = { factor: 1, x: 0, y: 0, frame: 0 };
      this.doings.zoom(factor, x, y);
    });
  };
}

function spotOf(event: Event): Element | null {
  return event.target instanceof Element ? event.target : null;
}
