/** One row of the waterfall on the screen: made once, and used for whichever row comes to stand in its place. */
import { DEPTH_MAX, indent } from "../layout/waterfall_guides";
import { BAR, BAR_TOP, type PlacedRow } from "../layout/waterfall";
import { type Rows, expanded } from "../layout/waterfall_rows";
import { folded, spoken } from "../layout/waterfall_words";
import { componentIcon, statusIcon } from "./icons";
import { put, say, svg } from "./svg";
import { boxes, round, shape, thread } from "./waterfall_shapes";

/** How a row is marked. */
export interface Marked {
  readonly selected: boolean;
  readonly picked: boolean;
  readonly cited: boolean;
  readonly found: boolean;
  /** Do the keys come here? */
  readonly focusable: boolean;
}

export class RowView {
  readonly root = element("div", "fall-row");
  readonly art = svg("g");
  private readonly name = element("div", "fall-name");
  private readonly turn = element("span", "fall-turn");
  private readonly icon = svg("path");
  private readonly operation = element("b", "fall-op");
  private readonly component = element("span", "fall-on");
  private readonly fold = element("span", "fall-fold");
  private readonly mark = element("span", "fall-mark");
  private readonly markIcon = svg("path");
  private readonly markText = document.createTextNode("");
  private readonly time = element("div", "fall-time");
  private readonly bar = svg("path");
  private readonly text = svg("text", { class: "fall-text" });
  // What few rows need stands in the document only where it is needed.
  private readonly others = svg("g", {}, ...["fall-others", "fall-others bad", "fall-thread"].map((name) => svg("path", { class: name })));
  private readonly wait = svg("g", {}, svg("rect", { class: "fall-wait", y: 9, height: 9, rx: 2 }), svg("text", { class: "fall-waited", y: 17.5, "text-anchor": "middle" }));
  private readonly cross = svg("path", { class: "fall-cross", d: statusIcon("error") });
  private readonly pills: SVGGElement[] = [];
  private hue = "";

  constructor() {
    this.mark.append(svg("svg", { class: "icon", viewBox: "0 0 16 16", "aria-hidden": "true" }, this.markIcon), this.markText);
    const icon = svg("svg", { class: "icon fall-kind", viewBox: "0 0 16 16", "aria-hidden": "true" }, this.icon);
    this.name.append(this.turn, icon, this.operation, this.component);
    this.root.append(this.name, this.time);
    this.art.append(this.bar, this.text);
    put(this.root, { role: "row" });
    put(this.name, { role: "gridcell" });
    put(this.time, { role: "gridcell" });
    put(this.turn, { "aria-hidden": "true" });
  }

  /** `y` is where the row stands within its block. */
  show(rows: Rows, placed: PlacedRow, y: number, marked: Marked): void {
    put(this.root, { hidden: null, tabindex: marked.focusable ? 0 : -1, "aria-rowindex": placed.row + 1 });
    put(this.art, { display: null, transform: `translate(0 ${y})` });
    this.root.style.setProperty("top", `${y}px`);
    if (placed.span < 0) this.nameGhost(rows, placed);
    else this.nameSpan(rows, placed.span);
    const tone = placed.span < 0 ? "" : `tone${rows.trace.componentOf(placed.span).tone}`;
    const change = rows.trace.changeOf(placed.span);
    const differs = change !== "same" && `c-${change}`;
    put(this.root, {
      class: classes(
        "fall-row",
        tone || "ghost",
        differs,
        marked.selected && "selected",
        marked.picked && "picked",
        marked.cited && "cited",
        marked.found && "found",
      ),
      "aria-selected": String(marked.selected || marked.picked),
    });
    const lit = marked.selected || marked.picked ? "on-pick" : marked.cited ? "on-cite" : "";
    put(this.art, { class: classes(tone || "ghost", differs, placed.cross !== null && "failed", lit) });
    this.draw(placed);
  }

  hide(): void {
    put(this.root, { hidden: "" });
    put(this.art, { display: "none" });
  }

  private nameSpan(rows: Rows, span: number): void {
    const { trace, visible } = rows;
    const row = rows.rowOf[span] ?? 0;
    const depth = visible.depth[span] ?? 0;
    const component = trace.componentOf(span);
    const open = expanded(rows, span);
    const label = spoken(rows, span);
    put(this.root, {
      "data-span": span,
      "data-ghost": null,
      "aria-level": depth + 1,
      "aria-expanded": open === null ? null : String(open),
      "aria-posinset": rows.position[row],
      "aria-setsize": rows.siblings[row],
      "aria-label": label,
      title: label,
    });
    this.colour(component.hue);
    this.name.style.setProperty("padding-left", `${indent(depth)}px`);
    put(this.turn, { class: open === null ? "fall-turn" : `fall-turn ${open ? "open" : "closed"}` });
    put(this.icon, { d: componentIcon(component.type) });
    say(this.operation, depth > DEPTH_MAX ? `${depth}› ${trace.operation(span)}` : trace.operation(span));
    say(this.component, component.name);
    const others = folded(rows, span);
    keep(this.fold, others !== "", () => this.component.after(this.fold));
    say(this.fold, others);
    this.outcome(rows, span);
    put(this.time, { "aria-label": label.slice(label.indexOf(", ") + 2) });
  }

  /** How it ended, where that is not well; of what is not shown, how many failed, or how much that is. */
  private outcome(rows: Rows, span: number): void {
    const { trace, visible } = rows;
    const status = trace.statusOf(span);
    const below = visible.below.get(span);
    const bad = trace.failed(span) || trace.incomplete(span);
    const failures = below?.failures ?? 0;
    keep(this.mark, bad || below !== undefined, () => this.name.append(this.mark));
    put(this.mark, { class: `fall-mark s-${bad ? status : failures ? "error" : "more"}` });
    put(this.markIcon, { d: bad ? statusIcon(status) : failures ? statusIcon("error") : "M3 8h10M8 3v10" });
    const text = failures ? `${failures} in ${below?.spans}` : below ? `${below.spans}` : "";
    if (this.markText.data !== text) this.markText.data = text;
  }

  private nameGhost(rows: Rows, placed: PlacedRow): void {
    const ghost = rows.trace.ghosts[placed.ghost];
    const target = rows.trace.components[ghost?.target ?? -1];
    put(this.root, {
      "data-span": null, "data-ghost": placed.ghost, "aria-level": 1, "aria-expanded": null, title: placed.text,
      "aria-posinset": null, "aria-setsize": null, "aria-label": placed.text,
    }); // prettier-ignore
    this.name.style.setProperty("padding-left", `${indent(0)}px`);
    put(this.turn, { class: "fall-turn" });
    put(this.icon, { d: componentIcon(target?.type ?? "service") });
    say(this.operation, "not seen");
    say(this.component, target?.name ?? "");
    keep(this.fold, false);
    keep(this.mark, true, () => this.name.append(this.mark));
    put(this.mark, { class: "fall-mark s-incomplete" });
    put(this.markIcon, { d: statusIcon("incomplete") });
    this.markText.data = "";
    put(this.time, { "aria-label": placed.text });
  }

  private draw(placed: PlacedRow): void {
    put(this.bar, { d: placed.bar ? shape(placed.bar, placed.open, placed.ghost >= 0) : null, class: placed.open ? "fall-bar open" : "fall-bar" });
    this.drawOthers(placed);
    this.drawWait(placed);
    keep(this.cross, placed.cross !== null, () => this.art.append(this.cross));
    if (placed.cross !== null) put(this.cross, { transform: `translate(${round(placed.cross)} 7) scale(.84)` });
    put(this.text, { x: placed.x, y: BAR_TOP + BAR - 3, class: placed.inside && placed.ghost < 0 ? "fall-text inside" : "fall-text" });
    say(this.text, placed.text);
    this.drawPills(placed);
  }

  private drawOthers(placed: PlacedRow): void {
    const { others } = placed;
    keep(this.others, others.length > 0, () => this.art.prepend(this.others));
    if (!others.length) return;
    const shapes = [boxes(others.filter((each) => !each.failed)), boxes(others.filter((each) => each.failed)), thread(placed)];
    shapes.forEach((d, n) => {
      const path = this.others.children[n];
      if (path) put(path, { d: d || null });
    });
  }

  private drawWait({ wait }: PlacedRow): void {
    keep(this.wait, wait !== null, () => this.art.prepend(this.wait));
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
      keep(made, pill !== undefined, () => this.art.append(made));
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

  private colour(hue: number): void {
    if (this.hue === String(hue)) return;
    this.hue = String(hue);
    this.root.style.setProperty("--hue", this.hue);
    this.art.style.setProperty("--hue", this.hue);
  }
}

/** Put an element into the document or take it out. */
function keep(element: Element, wanted: boolean, add: () => void = () => undefined): void {
  if (wanted && !element.parentNode) add();
  if (!wanted) element.remove();
}

function classes(...names: readonly (string | false)[]): string {
  return names.filter(Boolean).join(" ");
}

function element(tag: string, name: string): HTMLElement {
  const made = document.createElement(tag);
  made.className = name;
  return made;
}

