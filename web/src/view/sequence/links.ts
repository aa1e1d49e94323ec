/** Relations of the selected span that are not calls: what it repeats, what it shared a batch with. */
import { type Sequence, barX, thickness } from "../../layout/sequence/diagram";
import { arrowY } from "../../layout/sequence/rows";
import { type Part, Pool, put, say, svg } from "../svg";
import type { View } from "./paper";

const LINKS_MAX = 12;

class LinkPart implements Part {
  readonly root = svg("g", { class: "link" });
  readonly line = svg("path", { class: "link-line" });
  readonly text = svg("text", { class: "link-text" });
  constructor() {
    this.root.append(this.line, this.text);
  }
}

export class Links {
  private readonly links: Pool<LinkPart>;

  constructor(parent: SVGElement) {
    this.links = new Pool(parent, () => new LinkPart());
  }

  draw(view: View, anchor: number): void {
    const { model, lit } = view;
    this.links.begin();
    if (lit.selected >= 0) {
      for (const { other, reason } of relations(model, lit.selected).slice(0, LINKS_MAX)) this.link(view, lit.selected, other, reason, anchor);
    }
    this.links.end();
  }

  private link({ model, zoom, box }: View, span: number, other: number, reason: string, anchor: number): void {
    const spot = (at: number): [number, number] => {
      const y = arrowY(model.rows, model.rows.opens[at] ?? 0) * zoom + 5;
      return [barX(model, at, zoom), Math.min(box.top + box.height + 900, Math.max(box.top - 900, y)) - anchor];
    };
    const [[x1, y1], [x2, y2]] = [spot(span), spot(other)];
    const out = Math.min(x1, x2) - 34 * thickness(zoom);
    const part = this.links.take();
    put(part.line, { d: `M${x1.toFixed(1)} ${y1.toFixed(1)}C${out.toFixed(1)} ${y1.toFixed(1)} ${out.toFixed(1)} ${y2.toFixed(1)} ${x2.toFixed(1)} ${y2.toFixed(1)}` });
    put(part.text, { x: (x1 + 6 * out + x2) / 8 - 5, y: (y1 + y2) / 2 + 4, "text-anchor": "end", "font-size": 11 });
    say(part.text, reason);
  }
}

const known = new WeakMap<Sequence, Map<number, { other: number; reason: string }[]>>();

/** The visible spans that a span is linked to, and how. */
function relations(model: Sequence, span: number): { other: number; reason: string }[] {
  let all = known.get(model);
  if (!all) known.set(model, (all = new Map()));
  let found = all.get(span);
  if (found) return found;
  found = [];
  const { from, to, reason } = model.trace.links;
  const { stand } = model.visible;
  for (let nth = 0; nth < from.length; nth++) {
    const [a, b] = [stand[from[nth] ?? 0] ?? -1, stand[to[nth] ?? 0] ?? -1];
    if (a === b || (a !== span && b !== span) || a < 0 || b < 0) continue;
    found.push({ other: a === span ? b : a, reason: (reason[nth] ?? "").replace(/_/g, " ") });
  }
  all.set(span, found);
  return found;
}
