/** A place that scrolls over a drawing of any size: browsers stop at some millions of pixels, drawings need not. */
import { HEAD } from "./head";

/** Every browser can scroll this far. */
const HEIGHT_MAX = 8_000_000;

export class Scroll {
  readonly root = document.createElement("div");
  readonly pane = document.createElement("div");
  private readonly sizer = document.createElement("div");
  private height = 0;
  /** Of the drawing's part that is seen, below the head. */
  view = { width: 0, height: 0 };

  constructor() {
    this.root.className = "seq-scroll";
    this.sizer.className = "seq-sizer";
    this.pane.className = "seq-pane";
    this.sizer.append(this.pane);
    this.root.append(this.sizer);
  }

  /** Tell how large the drawing is. */
  resize(width: number, height: number): void {
    this.height = height;
    this.sizer.style.setProperty("width", `${Math.ceil(width)}px`);
    this.sizer.style.setProperty("height", `${Math.ceil(Math.min(height, HEIGHT_MAX) + HEAD)}px`);
  }

  /** Ask how much room there is: after the place itself changed, for it costs a layout. */
  measure(): void {
    const { clientWidth, clientHeight } = this.root;
    this.view = { width: clientWidth, height: Math.max(0, clientHeight - HEAD) };
    this.pane.style.setProperty("width", `${clientWidth}px`);
    this.pane.style.setProperty("height", `${clientHeight}px`);
  }

  get left(): number {
    return this.root.scrollLeft;
  }

  get top(): number {
    return this.root.scrollTop * this.ratio();
  }

  get furthest(): number {
    return Math.max(0, this.height - this.view.height);
  }

  go(left: number, top: number): void {
    this.root.scrollLeft = left;
    this.root.scrollTop = Math.min(this.furthest, Math.max(0, top)) / this.ratio();
  }

  /** Pixels of the drawing for each that is scrolled. */
  private ratio(): number {
    const scrolled = Math.min(this.height, HEIGHT_MAX) - this.view.height;
    return this.height > HEIGHT_MAX && scrolled > 0 ? this.furthest / scrolled : 1;
  }
}
