/** The rows in view, drawn into elements that are used again and again: as many as fit on the screen, and a few more. */
import { type Cut, type Tick, cuts, ticks } from "../../layout/waterfall/ticks";
import type { TimeScale } from "../../layout/waterfall/timescale";
import { ROW, layout } from "../../layout/waterfall/geometry";
import { guides } from "../../layout/waterfall/guides";
import type { Rows } from "../../layout/waterfall/rows";
import { BLOCK, type Scroll } from "../../layout/waterfall/scroll";
import { BarArt, TreeArt } from "./art";
import type { Frame } from "./frame";
import { type Marked, RowView } from "./row";

const SPARE = 3;

export interface Sight {
  readonly rows: Rows;
  readonly scale: TimeScale;
  readonly scroll: Scroll;
  readonly scrollTop: number;
  /** How high the part is that is seen. */
  readonly view: number;
  readonly critical: boolean;
  readonly marked: (row: number) => Marked;
}

export class Picture {
  private readonly slots: RowView[] = [];
  private readonly tree = new TreeArt();
  private readonly bars = new BarArt();
  /** Of what the rows on the screen are, and which row in which state each slot shows. */
  private of: { readonly rows: Rows; readonly scale: TimeScale } | null = null;
  private readonly drawn = new Map<RowView, string>();
  private from = 0;
  private to = 0;

  constructor(private readonly frame: Frame) {
    frame.clip.append(this.bars.root);
    frame.pane.append(this.tree.root);
  }

  /** Draws; returns the marks of the ruler. */
  show(sight: Sight): { ticks: readonly Tick[]; cuts: readonly Cut[] } {
    const { rows, scale, scroll, scrollTop } = sight;
    const top = scroll.top(scrollTop);
    this.from = Math.max(Math.floor(top / ROW) - SPARE, 0);
    this.to = Math.min(Math.ceil((top + sight.view) / ROW) + SPARE, rows.count);
    const block = Math.floor(this.from / BLOCK) * BLOCK;
    const origin = block * ROW;
    this.frame.pane.style.setProperty("transform", `translateY(${scrollTop - top + origin}px)`);
    const placed = layout(rows, { width: scale.width, from: this.from, to: this.to }, scale);
    this.fit(Math.ceil(sight.view / ROW) + 2 * SPARE + 1);
    const used = new Set<RowView>();
    const drawn = this.of?.rows === rows && this.of.scale === scale;
    this.of = { rows, scale };
    for (const each of placed.rows) {
      const slot = this.slots[each.row % this.slots.length];
      if (!slot) continue;
      used.add(slot);
      const marked = sight.marked(each.row);
      const now = [each.row, block, ...Object.values(marked)].join();
      if (drawn && this.drawn.get(slot) === now) continue;
      this.drawn.set(slot, now);
      slot.show(rows, each, (each.row - block) * ROW, marked);
    }
    for (const slot of this.slots) {
      if (used.has(slot)) continue;
      this.drawn.delete(slot);
      slot.hide();
    }
    this.tree.show(guides(rows, this.from, this.to), origin);
    const marked = { ticks: ticks(scale, rows.trace.unitNs), cuts: cuts(scale, rows.trace.unitNs) };
    this.bars.behind(marked.ticks, marked.cuts, this.from * ROW - origin, Math.max(this.to * ROW, top + sight.view) - origin);
    this.bars.over(placed.marks, sight.critical ? placed.critical : null, origin);
    return marked;
  }

  /** The element of a row; null where it is not drawn. */
  element(row: number): HTMLElement | null {
    if (row < this.from || row >= this.to) return null;
    return this.slots[row % this.slots.length]?.root ?? null;
  }

  private fit(wanted: number): void {
    while (this.slots.length < wanted) {
      const slot = new RowView();
      this.slots.push(slot);
      this.frame.pane.insertBefore(slot.root, this.frame.clip);
      this.bars.rows.append(slot.art.root);
    }
  }
}
