/** What keys and clicks do to the rows of the waterfall. */
import { type Axis, around } from "../../layout/waterfall/timescale";
import { type Rows, expanded, spanAt } from "../../layout/waterfall/rows";
import type { Viewer } from "../../viewer";
import { collapse, pick, turnFold } from "../choices";
import type { Actions, Move } from "./keys";

/** What the hand needs of the picture. */
export interface Reach {
  axis(): Axis;
  /** Bring a row into view, and the keys to it. */
  reveal(row: number): void;
  /** How many rows are on a page. */
  page(): number;
  zoom(factor: number): void;
  pan(pixels: number): void;
  width(): number;
}

export class Hand implements Actions {
  /** True while a choice is made here: the picture need not follow it. */
  busy = false;
  private ghost: number | null = null;

  constructor(
    private readonly viewer: Viewer,
    private readonly rows: () => Rows,
    private readonly reach: Reach,
  ) {}

  /** Something was chosen elsewhere. */
  forget(): void {
    this.ghost = null;
  }

  /** The row of what is selected; -1: none is. */
  current(): number {
    const rows = this.rows();
    if (this.ghost !== null) return rows.spans + this.ghost;
    const { selected } = this.viewer.state;
    return selected === null ? -1 : (rows.rowOf[rows.visible.stand[selected] ?? -1] ?? -1);
  }

  move(to: Move): void {
    const rows = this.rows();
    const page = this.reach.page();
    const now = this.current();
    const steps: Readonly<Record<Move, number>> = {
      up: now - 1,
      down: now + 1,
      first: 0,
      last: rows.count - 1,
      "page-up": now - page,
      "page-down": now + page,
    };
    this.go(Math.min(Math.max(steps[to], 0), rows.count - 1));
  }

  right(): void {
    const span = this.span();
    if (span === null) return;
    const open = expanded(this.rows(), span);
    if (open === false) collapse(this.viewer, span);
    else if (open) this.go(this.current() + 1);
  }

  left(): void {
    const rows = this.rows();
    const span = this.span();
    if (span === null) return;
    if (expanded(rows, span)) collapse(this.viewer, span);
    else if ((rows.visible.up[span] ?? -1) >= 0) this.go(rows.rowOf[rows.visible.up[span] ?? 0] ?? 0);
  }

  open(): void {
    const span = this.span();
    if (span !== null) this.select(span, true);
  }

  /** Twice on a bar: closer to it. */
  doubleClick(event: MouseEvent): void {
    const span = event.target instanceof Element && event.target.closest(".fall-time") ? this.spanOf(event) : null;
    if (span !== null) this.zoomTo(span);
  }

  collapse(): void {
    const span = this.span();
    if (span === null) return;
    const open = expanded(this.rows(), span);
    if (open !== null) collapse(this.viewer, span);
  }

  /** Tries and rounds each for itself, or as one again. */
  unfold(): void {
    const span = this.span();
    if (span !== null) this.turnFold(span);
  }

  pick(): void {
    const span = this.span();
    if (span !== null) pick(this.viewer, span);
  }

  zoom(factor: number): void {
    this.reach.zoom(factor);
  }

  whole(): void {
    this.viewer.store.set({ window: null });
  }

  pan(part: number): void {
    this.reach.pan(part * this.reach.width());
  }

  focus(): void {
    const span = this.span();
    if (span !== null) this.zoomTo(span);
  }

  click(event: MouseEvent): void {
    const target = event.target instanceof Element ? event.target : null;
    const ghost = target?.closest<HTMLElement>("[data-ghost]")?.dataset["ghost"];
    if (ghost !== undefined) return this.toGhost(Number(ghost));
    const span = this.spanOf(event);
    if (span === null) return undefined;
    const open = expanded(this.rows(), span);
    if (target?.closest(".fall-fold")) return this.turnFold(span);
    if (open !== null && target?.closest(".fall-turn, .fall-mark.s-more")) return void collapse(this.viewer, span);
    if (event.shiftKey || event.ctrlKey || event.metaKey) return void pick(this.viewer, span);
    this.select(span, true);
    return this.reach.reveal(this.current());
  }

  private span(): number | null {
    const span = spanAt(this.rows(), this.current());
    return span < 0 ? null : span;
  }

  private spanOf(event: MouseEvent): number | null {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-span]") : null;
    return row ? Number(row.dataset["span"]) : null;
  }

  private go(row: number): void {
    const rows = this.rows();
    if (row >= rows.spans) this.toGhost(row - rows.spans);
    else if (row >= 0) this.select(spanAt(rows, row), false);
    this.reach.reveal(row);
  }

  /** What was not seen cannot be selected: what was seen last before it is, and the check that misses it is lit. */
  private toGhost(nth: number): void {
    const ghost = this.viewer.trace.ghosts[nth];
    this.quietly(() => this.viewer.store.set({ selected: ghost?.span ?? null, check: ghost?.checks?.[0] ?? this.viewer.state.check }));
    this.ghost = nth;
    this.reach.reveal(this.rows().spans + nth);
  }

  private select(span: number, details: boolean): void {
    this.quietly(() => this.viewer.select(span, details ? { details: true } : {}));
  }

  private quietly(act: () => void): void {
    this.busy = true;
    this.ghost = null;
    act();
    this.busy = false;
  }

  private turnFold(span: number): void {
    const head = headOf(this.rows(), span);
    if (head !== null) turnFold(this.viewer, head);
  }

  private zoomTo(span: number): void {
    const { trace } = this.viewer;
    this.viewer.store.set({ window: around(this.reach.axis(), trace.start[span] ?? 0, trace.end[span] ?? 0) });
  }
}

/** The first of the spans that are shown as one, or could be. */
function headOf({ folds, unfolded }: Rows, span: number): number | null {
  const fold = folds.get(span);
  if (!fold) return unfolded.get(span) ?? null;
  return (fold.kind === "loop" ? fold.loop.spans[0] : fold.spans[0]) ?? null;
}
