/** The parts of the waterfall that stay: corner, ruler, scrolled rows, and the line that follows the pointer. */
import { count } from "../../layout/units";
import type { Viewer } from "../../viewer";
import { element, put } from "../svg";

export class Frame {
  readonly root = element("div", "fall");
  readonly corner = element("div", "fall-corner");
  readonly times = element("div", "fall-times");
  readonly scroller = element("div", "fall-scroll");
  readonly sheet = element("div", "fall-sheet");
  readonly pane = element("div", "fall-pane");
  readonly clip = element("div", "fall-clip");
  readonly foot = element("div", "fall-foot");
  readonly separator = element("div", "fall-separator");
  private readonly hair = element("div", "fall-hair");
  private readonly hairText = element("div", "fall-hair-text");

  constructor(viewer: Viewer) {
    const head = element("div", "fall-head");
    head.append(this.corner, this.times);
    this.pane.append(this.clip);
    this.sheet.append(this.pane);
    this.scroller.append(this.sheet);
    this.hair.append(this.hairText);
    this.root.append(head, this.scroller, this.foot, this.hair, this.separator);
    put(this.scroller, { role: "treegrid", tabindex: -1, "aria-colcount": 2, "aria-label": `Timeline of ${count(viewer.trace.n, "span")}` });
    for (const each of [this.sheet, this.pane]) put(each, { role: "presentation" });
    put(this.separator, { role: "separator", tabindex: 0, "aria-orientation": "vertical", "aria-label": "Width of the names" });
  }

  /** `names` is the width of the left column, `gutter` that of the scroll bar. */
  fit(names: number, gutter: number, least: number, most: number): void {
    this.root.style.setProperty("--names", `${names}px`);
    this.root.style.setProperty("--gutter", `${gutter}px`);
    const words = `${names} pixels`;
    put(this.separator, { "aria-valuenow": names, "aria-valuemin": least, "aria-valuemax": most, "aria-valuetext": words });
  }

  /** The hairline `x` pixels into the time column; null: none. */
  point(x: number | null, width: number, text: string): void {
    put(this.hair, { class: x === null ? "fall-hair" : x > width - 90 ? "fall-hair on left" : "fall-hair on" });
    if (x === null) return;
    this.hair.style.setProperty("transform", `translateX(${Math.round(x)}px)`);
    if (this.hairText.textContent !== text) this.hairText.textContent = text;
  }
}
