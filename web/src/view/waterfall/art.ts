/** What the rows of a waterfall share: grid, cuts, the lines of the tree, log marks, and the critical path. */
import type { Cut, Tick } from "../../layout/waterfall/ticks";
import { BAR, BAR_TOP, type Mark, ROW } from "../../layout/waterfall/geometry";
import type { Path } from "../../layout/waterfall/critical";
import type { Guide } from "../../layout/waterfall/guides";
import { put, svg } from "../svg";
import { round } from "./shapes";

/** The lines of the left column. */
export class TreeArt {
  readonly root = svg("svg", { class: "fall-tree", "aria-hidden": "true" });
  private readonly lines = new Map<string, SVGPathElement>();

  show(guides: readonly Guide[], origin: number): void {
    const paths = new Map<string, string>();
    for (const guide of guides) {
      const kind = guide.gap ? `${guide.tier} gap` : guide.tier;
      paths.set(kind, (paths.get(kind) ?? "") + elbow(guide, origin));
      if (guide.gap) paths.set("hatched", (paths.get("hatched") ?? "") + hatch(guide, origin));
    }
    for (const kind of paths.keys()) if (!this.lines.has(kind)) this.add(kind);
    for (const [kind, line] of this.lines) put(line, { d: paths.get(kind) ?? null });
  }

  private add(kind: string): void {
    const line = svg("path", { class: kind === "hatched" ? "fall-gap" : `fall-elbow t-${kind}` });
    this.lines.set(kind, line);
    this.root.append(line);
  }
}

export function elbow({ x, y0, y1, to }: Guide, origin: number): string {
  return `M${x} ${y0 - origin}V${y1 - origin}H${to}`;
}

/** Three strokes through the elbow: a log line is missing here. */
function hatch({ x, y1 }: Guide, origin: number): string {
  const y = y1 - origin;
  return `M${x - 1} ${y + 4}l4 -8M${x + 3} ${y + 4}l4 -8M${x + 7} ${y + 4}l4 -8`;
}

/** What lies behind and over the bars. */
export class BarArt {
  readonly root = svg("svg", { class: "fall-art", "aria-hidden": "true" });
  readonly rows = svg("g");
  private readonly grid = svg("path", { class: "fall-grid" });
  private readonly cuts = svg("path", { class: "fall-cut" });
  private readonly across = svg("path", { class: "fall-across" });
  private readonly halo = svg("path", { class: "fall-critical-halo" });
  private readonly along = svg("path", { class: "fall-critical" });
  private readonly marks = [0, 1, 2].map((level) => svg("path", { class: `fall-log l-${level}` }));

  constructor() {
    this.root.append(svg("defs", {}, hatching("fall-hatch")), this.grid, this.cuts, this.across, this.rows, this.halo, this.along, ...this.marks);
  }

  /** Behind the rows from `top` to `low`. */
  behind(ticks: readonly Tick[], cuts: readonly Cut[], top: number, low: number): void {
    put(this.grid, { d: ticks.map(({ x }) => `M${round(x)} ${top}V${low}`).join("") || null });
    put(this.cuts, { d: cuts.map((cut) => waves(cut, top, low)).join("") || null });
  }

  over(marks: readonly Mark[], critical: Path | null, origin: number): void {
    for (const [level, path] of this.marks.entries()) {
      put(path, { d: marks.filter((mark) => mark.level === level).map((mark) => markShape(mark, origin)).join("") || null });
    }
    const along = critical?.along.map((each) => stroke(each, origin)).join("") || null;
    put(this.along, { d: along });
    put(this.halo, { d: along });
    put(this.across, { d: critical?.across.map((each) => acrossShape(each, origin)).join("") || null });
  }
}

export function hatching(id: string): SVGPatternElement {
  const stripe = svg("path", { d: "M0 0V6", class: "fall-stripe" });
  return svg("pattern", { id, width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" }, stripe);
}

/** Two wavy lines, in phase with the rows so that they stand still when the rows move. */
export function waves({ x0, x1 }: Cut, top: number, low: number): string {
  const x = (x0 + x1) / 2;
  const begin = Math.floor(top / ROW) * ROW;
  const wave = "q3 7 0 14t0 14".repeat(Math.max(Math.ceil((low - begin) / ROW), 1));
  return `M${round(x - 3)} ${begin}${wave}M${round(x + 3)} ${begin}${wave}`;
}

export function markShape({ x, row, level }: Mark, origin: number): string {
  const foot = row * ROW - origin + ROW - 3;
  if (level === 2) return `M${round(x)} ${foot - 8}l5 8h-10z`;
  if (level === 1) return `M${round(x)} ${foot - 9}l4.5 4.5-4.5 4.5-4.5-4.5z`;
  return `M${round(x)} ${foot - 6}v6`;
}

export function stroke({ row, x0, x1 }: Path["along"][number], origin: number): string {
  return `M${round(x0)} ${row * ROW - origin + BAR_TOP + BAR + 1.5}H${round(x1)}`;
}

export function acrossShape({ x, from, to }: Path["across"][number], origin: number): string {
  const at = BAR_TOP + BAR + 1.5 - origin;
  return `M${round(x)} ${from * ROW + at}V${to * ROW + at}`;
}
