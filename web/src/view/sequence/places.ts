/** Where things are on the screen: rows, spans and heights, and what has to be scrolled so that they are seen. */
import { type Box, GUTTER, type Sequence, layout, rowsWithin } from "../../layout/sequence/diagram";
import { messageAt } from "../../layout/sequence/message";
import { isOpening, rowAt } from "../../layout/sequence/rows";
import { GHOST, PAUSE } from "../../model/trace";
import type { Scroll } from "./scroll";

export class Places {
  constructor(
    public model: Sequence,
    private readonly scroll: Scroll,
    private readonly zoomOf: () => number,
  ) {}

  box(): Box {
    return { left: this.scroll.left, top: this.scroll.top, ...this.scroll.view };
  }

  /** A span in view, and how far below the top it stands: the one of the keys, else the first. */
  held(cursor: number): { span: number; offset: number } | null {
    const [from, to] = rowsWithin(this.model, this.box(), this.zoomOf());
    const row = cursor >= from && cursor < to ? cursor : from;
    const span = this.spanOf(row);
    return span < 0 ? null : { span, offset: (this.model.rows.y[row] ?? 0) * this.zoomOf() - this.scroll.top };
  }

  rowOf(span: number): number {
    return span < 0 ? -1 : (this.model.rows.opens[span] ?? -1);
  }

  /** Where the keys are: at a span, else at the first row. */
  keyRow(span: number): number {
    const row = this.rowOf(span);
    return row >= 0 ? row : this.model.rows.n ? 0 : -1;
  }

  /** The span that a row tells of; -1: none. */
  spanOf(row: number): number {
    const { rows, trace } = this.model;
    if (row < 0 || row >= rows.n) return -1;
    const [kind, at] = [rows.kind[row] ?? 0, rows.at[row] ?? 0];
    return kind < GHOST ? at : kind === GHOST ? (this.model.visible.stand[trace.ghosts[at]?.span ?? -1] ?? -1) : -1;
  }

  rowUnder(y: number): number {
    const { rows } = this.model;
    const natural = (this.scroll.top + y) / this.zoomOf();
    return rows.n && natural >= (rows.y[0] ?? 0) && natural < (rows.y[rows.n] ?? 0) ? rowAt(rows, natural) : -1;
  }

  spanAt(row: number, spot: Element | null): number {
    const bar = spot?.closest("[data-bar]")?.getAttribute("data-bar");
    return bar ? Number(bar) : this.spanOf(row);
  }

  /** Scroll as little as shows a row well; not at all where it is in view. */
  reveal(row: number): void {
    const { rows } = this.model;
    const { view, top, left } = this.scroll;
    const [y1, y2] = [(rows.y[row] ?? 0) * this.zoomOf(), (rows.y[row + 1] ?? 0) * this.zoomOf()];
    const inView = y1 >= top && y2 <= top + view.height;
    const near = y1 >= top - 120 && y2 <= top + view.height + 120;
    const wanted = near ? (y1 < top ? y1 - 24 : y2 - view.height + 24) : y1 - view.height / 3;
    this.scroll.go(this.leftFor(row, left, view.width), inView ? top : wanted);
  }

  leftFor(row: number, left: number, width: number): number {
    const { x1, x2, textX, kind } = messageAt(this.model, row, this.zoomOf());
    if (kind === PAUSE) return left;
    const first = Math.min(x1, x2, textX || x1) - 110;
    const last = Math.max(x1, x2) + 160;
    if (first >= left && last <= left + width) return left;
    if (last - first > width && first < left + width - 90 && last > left + GUTTER + 90) return left;
    return Math.max(0, last - first > width || first < left ? first : last - width);
  }

  /** After a jump: where no arrow is in view, move sideways to one that is at this height. */
  settle(): void {
    const { view, top, left } = this.scroll;
    const [from, to] = rowsWithin(this.model, this.box(), this.zoomOf());
    if (to - from > 200) return;
    const messages = layout(this.model, this.box(), this.zoomOf()).messages.filter(({ kind }) => isOpening(kind));
    const seen = messages.some(({ x1, x2 }) => Math.min(x1, x2) > left + GUTTER && Math.max(x1, x2) < left + view.width);
    const middle = messages[messages.length >> 1];
    if (!seen && middle) this.scroll.go(this.leftFor(middle.row, left, view.width), top);
  }

  rowFor(cursor: number, by: number | string): number {
    const last = this.model.rows.n - 1;
    if (by === "first") return 0;
    if (by === "last") return last;
    if (typeof by === "number") return cursor + by;
    const y = (this.model.rows.y[cursor] ?? 0) + ((by === "page up" ? -0.9 : 0.9) * this.scroll.view.height) / this.zoomOf();
    return Math.min(last, Math.max(0, rowAt(this.model.rows, y)));
  }

  firstCall(span: number): number {
    const { spans, up } = this.model.visible;
    const end = span + (this.model.trace.size[span] ?? 1);
    return spans.find((at) => at > span && at < end && up[at] === span) ?? -1;
  }
}
