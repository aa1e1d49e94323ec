/** One row of the waterfall on the screen: made once, and used for whichever row comes to stand in its place. */
import { DEPTH_MAX, indent } from "../../layout/waterfall/guides";
import type { PlacedRow } from "../../layout/waterfall/geometry";
import { type Rows, expanded } from "../../layout/waterfall/rows";
import { folded, spoken } from "../../layout/waterfall/words";
import { componentIcon, statusIcon } from "../icons";
import { element, keep, put, say, style, svg } from "../svg";
import { RowArt } from "./bar";

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
  readonly art = new RowArt();
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

  constructor() {
    this.mark.append(svg("svg", { class: "icon", viewBox: "0 0 16 16", "aria-hidden": "true" }, this.markIcon), this.markText);
    const icon = svg("svg", { class: "icon fall-kind", viewBox: "0 0 16 16", "aria-hidden": "true" }, this.icon);
    this.name.append(this.turn, icon, this.operation, this.component);
    this.root.append(this.name, this.time);
    put(this.root, { role: "row" });
    put(this.name, { role: "gridcell" });
    put(this.time, { role: "gridcell" });
    put(this.turn, { "aria-hidden": "true" });
  }

  /** `y` is where the row stands within its block. */
  show(rows: Rows, placed: PlacedRow, y: number, marked: Marked): void {
    const { row, span } = placed;
    const { selected, picked, cited, found } = marked;
    put(this.root, { hidden: null, tabindex: marked.focusable ? 0 : -1, "aria-rowindex": row + 1, "aria-selected": String(selected || picked) });
    style(this.root, "top", `${y}px`);
    if (span < 0) this.nameGhost(rows, placed);
    else this.nameSpan(rows, span);
    const change = rows.trace.changeOf(span);
    const names = [
      span < 0 ? "ghost" : `tone${rows.trace.componentOf(span).tone}`, change === "same" ? "" : `c-${change}`,
      selected && "selected", picked && "picked", cited && "cited", found && "found",
    ]; // prettier-ignore
    put(this.root, { class: ["fall-row", ...names].filter(Boolean).join(" ") });
    this.art.show(rows, placed, y, selected || picked ? "on-pick" : cited ? "on-cite" : "");
  }

  hide(): void {
    put(this.root, { hidden: "" });
    put(this.art.root, { display: "none" });
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
    style(this.root, "--hue", String(component.hue));
    style(this.name, "padding-left", `${indent(depth)}px`);
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
    style(this.name, "padding-left", `${indent(0)}px`);
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
}
