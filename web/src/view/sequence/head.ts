/** The participants: icon, name and kind, above their lifelines. */
import { BOX } from "../../layout/sequence/columns";
import type { Lifeline } from "../../layout/sequence/diagram";
import { fit, width } from "../../layout/text";
import type { RawComponent } from "../../data/raw";
import { componentIcon } from "../icons";
import { type Part, Pool, put, say, style, svg } from "../svg";

export const HEAD = 64;
const NAME = 12.5;
const SMALLER = 10.5;
/** How much wider bold letters are. */
const BOLD = 1.18;

class Box implements Part {
  readonly root = svg("g");
  readonly title = svg("title");
  readonly box = svg("rect", { class: "box" });
  readonly stripe = svg("rect", { class: "stripe" });
  readonly icon = svg("path", { class: "icon" });
  readonly names = [svg("text", { class: "name" }), svg("text", { class: "name" })] as const;
  readonly kind = svg("text", { class: "kind" });

  constructor() {
    this.root.append(this.title, this.box, this.stripe, this.icon, ...this.names, this.kind);
  }
}

export class Head {
  private readonly pool: Pool<Box>;

  constructor(parent: SVGElement) {
    this.pool = new Pool(parent, () => new Box());
  }

  /** `gap`: how near the nearest two lifelines are. */
  draw(components: readonly RawComponent[], lifelines: readonly Lifeline[], gap: number): void {
    this.pool.begin();
    const wide = Math.min(BOX, gap - 8);
    for (const { component, x } of lifelines) {
      const found = components[component];
      if (found) drawBox(this.pool.take(), found, x, wide);
    }
    this.pool.end();
  }
}

/** What does not fit is left out: first the kind, then the name, then the icon. */
function drawBox(part: Box, component: RawComponent, x: number, wide: number): void {
  const left = x - Math.max(wide, 4) / 2;
  const words = wide >= 74;
  put(part.root, { class: `part tone${component.tone}${component.ghost ? " ghostly" : ""}`, "data-component": component.name });
  style(part.root, "--hue", String(component.hue));
  say(part.title, [`${component.type}:${component.name}`, component.ghost ? "never seen" : "", component.id].filter(Boolean).join("\n"));
  put(part.box, { x: left, y: 8, width: Math.max(wide, 4), height: 46, rx: wide > 20 ? 7 : 2 });
  put(part.stripe, { x: left, y: 8, width: Math.min(5, Math.max(wide, 4)), height: 46, rx: 2 });
  const small = !words && wide >= 36;
  const iconX = words ? left + 12 : x + (small ? 2.5 : 0) - 9;
  put(part.icon, { d: componentIcon(component.type), display: wide >= 24 ? null : "none", transform: `translate(${iconX.toFixed(1)} ${small ? 14 : 22}) scale(1.125)` });
  const [first, second, size] = words ? twoLines(shortName(component), wide - 42) : [small ? fit(shortName(component), wide - 10, 10) : "", "", 9.5];
  const top = second ? 22 : 28;
  put(part.names[0], words ? { x: left + 37, y: top, "font-size": size, "text-anchor": null } : { x: x + 2.5, y: 47, "font-size": size, "text-anchor": "middle" });
  put(part.names[1], { x: left + 37, y: top + 13, "font-size": NAME });
  say(part.names[0], first);
  say(part.names[1], second);
  put(part.kind, { x: left + 37, y: second ? 48.5 : 44, "font-size": 10.5 });
  say(part.kind, words ? fit(component.ghost ? "not seen" : component.type.replace(/_/g, " "), wide - 52, 10.5) : "");
}

/** The name; of a model's id without the vendor in front, which would leave no room for the model. */
function shortName({ type, name }: RawComponent): string {
  const last = name.slice(name.lastIndexOf(".") + 1);
  return (type === "model" && last.length > 3 ? last : name) || "(unnamed)";
}

/** Cut after a hyphen, a slash or the like where that fits; else a little smaller; else where the first line is full. */
function twoLines(name: string, room: number): [string, string, number] {
  const bold = NAME * BOLD;
  if (width(name, bold) <= room) return [name, "", NAME];
  let cut = 0;
  for (let at = 1; at < name.length; at++) {
    if (/[-/_:. ]/.test(name[at - 1] ?? "") && width(name.slice(0, at), bold) <= room) cut = at;
  }
  if (!cut && width(name, SMALLER * BOLD) <= room) return [name, "", SMALLER];
  if (!cut) cut = Math.max(1, fit(name, room, bold).length - 1);
  return [name.slice(0, cut), fit(name.slice(cut), room, bold), NAME];
}
