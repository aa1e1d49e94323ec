/** What is drawn of a row of the waterfall: its bar, what lies before it, and words. On the screen and in pictures. */
import { BAR, BAR_TOP, type PlacedRow } from "../../layout/waterfall/geometry";
import type { Rows } from "../../layout/waterfall/rows";
import { statusIcon } from "../icons";
import { keep, put, say, style, svg } from "../svg";
import { boxes, round, shape, thread } from "./shapes";

export class RowArt {
  readonly root = svg("g");
  private readonly bar = svg("path");
  private readonly text = svg("text", { class: "fall-text" });
  // What few rows need stands in the document only where it is needed.
  private readonly others = svg("g", {}, ...["fall-others", "fall-others bad", "fall-thread"].map((name) => svg("path", { class: name })));
  private readonly wait = svg("g", {}, svg("rect", { class: "fall-wait", y: 9, height: 9, rx: 2 }), svg("text", { class: "fall-waited", y: 17.5, "text-anchor": "middle" }));
  private readonly cross = svg("path", { class: "fall-cross", d: statusIcon("error") });
  private readonly pills: SVGGElement[] = [];

  constructor() {
    this.root.append(this.bar, this.text);
  }

  /** `y` is where the row stands; `lit` the class of the band behind it. */
  show(rows: Rows, placed: PlacedRow, y: number, lit = ""): void {
    const component = placed.span < 0 ? null : rows.trace.componentOf(placed.span);
    const change = rows.trace.changeOf(placed.span);
    const names = [component ? `tone${component.tone}` : "ghost", change === "same" ? "" : `c-${change}`, placed.cross === null ? "" : "failed", lit];
    put(this.root, { display: null, transform: `translate(0 ${y})`, class: names.filter(Boolean).join(" ") });
    if (component) style(this.root, "--hue", String(component.hue));
    this.draw(placed);
  }

  private draw(placed: PlacedRow): void {
    put(this.bar, { d: placed.bar ? shape(placed.bar, placed.open, placed.ghost >= 0) : null, class: placed.open ? "fall-bar open" : "fall-bar" });
    this.drawOthers(placed);
    this.drawWait(placed);
    keep(this.cross, placed.cross !== null, () => this.root.append(this.cross));
    if (placed.cross !== null) put(this.cross, { transform: `translate(${round(placed.cross)} 7) scale(.84)` });
    put(this.text, { x: placed.x, y: BAR_TOP + BAR - 3, class: placed.inside && placed.ghost < 0 ? "fall-text inside" : "fall-text" });
    say(this.text, placed.text);
    this.drawPills(placed);
  }

  private drawOthers(placed: PlacedRow): void {
    const { others } = placed;
    keep(this.others, others.length > 0, () => this.root.prepend(this.others));
    if (!others.length) return;
    const shapes = [boxes(others.filter((each) => !each.failed)), boxes(others.filter((each) => each.failed)), thread(placed)];
    shapes.forEach((d, n) => {
      const path = this.others.children[n];
      if (path) put(path, { d: d || null });
    });
  }

  private drawWait({ wait }: PlacedRow): void {
    keep(this.wait, wait !== null, () => this.root.prepend(this.wait));
    const [box, text] = this.wait.children;
    if (!wait || !box || !text) return;
    put(box, { x: wait.x0, width: wait.x1 - wait.x0 });
    put(text, { x: (Math.max(wait.x0, 0) + wait.x1) / 2 });
    say(text, wait.text);
  }

  private drawPills({ pills }: PlacedRow): void {
    for (let n = 0; n < Math.max(pills.length, this.pills.length); n++) {
      const pill = pills[n];
      const made = this.pills[n] ?? this.newPill();
      keep(made, pill !== undefined, () => this.root.append(made));
      put(made, { class: `fall-pill p-${pill?.kind ?? ""}` });
      const [box, text] = made.children;
      if (!pill || !box || !text) continue;
      put(box, { x: pill.x, width: pill.width });
      put(text, { x: pill.x + pill.width / 2 });
      say(text, pill.text);
    }
  }

  private newPill(): SVGGElement {
    const made = svg("g", {}, svg("rect", { y: 5.5, height: 16, rx: 8 }), svg("text", { y: 17.2, "text-anchor": "middle" }));
    this.pills.push(made);
    return made;
  }
}
