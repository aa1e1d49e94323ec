/** Paths of what is drawn in a row of the waterfall: the same on the screen and in a picture that leaves it. */
import { BAR, BAR_TOP, type Bar, type PlacedRow } from "../../layout/waterfall/geometry";

/** A bar; an end that nobody saw stays open. */
export function shape({ x0, x1 }: Bar, open: PlacedRow["open"], ghost = false): string {
  const [a, b, top, low] = [round(x0), round(x1), BAR_TOP, BAR_TOP + BAR];
  const r = Math.min(3, (b - a) / 2);
  const left = `H${a + r}q${-r} 0 ${-r} ${r}V${low - r}q0 ${r} ${r} ${r}`;
  const right = `H${b - r}q${r} 0 ${r} ${r}V${low - r}q0 ${r} ${-r} ${r}`;
  if (ghost) return `M${a} ${top}H${b}V${low}H${a}z`;
  if (open === "end") return `M${b} ${top}${left}H${b}`;
  if (open === "start") return `M${a} ${top}${right}H${a}`;
  return `M${b - r} ${top}${left}H${b - r}q${r} 0 ${r} ${-r}V${top + r}q0 ${-r} ${-r} ${-r}z`;
}

/** Earlier tries and other rounds, thinner; a cross on those that failed. */
export function boxes(others: readonly Bar[]): string {
  const [top, low, middle] = [BAR_TOP + 2.5, BAR_TOP + BAR - 2.5, BAR_TOP + BAR / 2];
  return others
    .map(({ x0, x1, failed }) => {
      const cross = failed && x1 - x0 > 9 ? `M${round((x0 + x1) / 2 - 3)} ${middle - 3}l6 6m0-6l-6 6` : "";
      return `M${round(x0)} ${top}H${round(x1)}V${low}H${round(x0)}z${cross}`;
    })
    .join("");
}

/** A line through the pauses between them, but not through what is written there. */
export function thread({ others, bar, from, to }: Pick<PlacedRow, "others" | "bar" | "from" | "to">): string {
  const all = [...others, ...(bar ? [bar] : [])].sort((p, q) => p.x0 - q.x0);
  return all
    .slice(1)
    .flatMap((next, n) => without(all[n]?.x1 ?? 0, next.x0, from - 4, to + 4))
    .map(([x0, x1]) => `M${round(x0)} ${BAR_TOP + BAR / 2}H${round(x1)}`)
    .join("");
}

/** What is left of a stretch when another is taken out of it. */
function without(x0: number, x1: number, from: number, to: number): (readonly [number, number])[] {
  const left: readonly (readonly [number, number])[] = [[x0, Math.min(x1, from)], [Math.max(x0, to), x1]]; // prettier-ignore
  return left.filter(([a, b]) => b > a);
}

export function round(x: number): number {
  return Math.round(x * 10) / 10;
}
