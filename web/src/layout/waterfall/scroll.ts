/** From where a person scrolled to which rows those are; browsers draw nothing that is too high. */
import { ROW } from "./geometry";

export const SHEET_MAX = 8_000_000;
/** Rows are placed within blocks, so that no place is a number too large for a browser. */
export const BLOCK = 4_096;
const BOTTOM = 24;
/** Browsers round where a page is scrolled to. */
const ROUNDED = 1;

export class Scroll {
  /** How high everything is, and how high what is scrolled is. */
  readonly full: number;
  readonly sheet: number;

  constructor(
    rows: number,
    private readonly view: number,
  ) {
    this.full = rows * ROW + BOTTOM;
    this.sheet = Math.min(this.full, SHEET_MAX);
  }

  /** How far down in the picture the upper edge is. */
  top(scrollTop: number): number {
    return this.sheet === this.full ? scrollTop : scrollTop * this.ratio;
  }

  scrollTop(top: number): number {
    const most = Math.max(this.full - this.view, 0);
    return Math.min(Math.max(top, 0), most) / (this.sheet === this.full ? 1 : this.ratio);
  }

  /** The scroll position at which a row is in view; null: it is already. */
  revealing(row: number, scrollTop: number): number | null {
    const top = this.top(scrollTop);
    const y = row * ROW;
    if (y >= top - ROUNDED && y + ROW <= top + this.view + ROUNDED) return null;
    return this.scrollTop(y - this.view * 0.35);
  }

  /** The smallest move that brings a row into view, as keys do. */
  following(row: number, scrollTop: number): number | null {
    const top = this.top(scrollTop);
    const y = row * ROW;
    if (y < top - ROUNDED) return this.scrollTop(y);
    return y + ROW > top + this.view + ROUNDED ? this.scrollTop(y + ROW - this.view) : null;
  }

  private get ratio(): number {
    return (this.full - this.view) / Math.max(this.sheet - this.view, 1);
  }
}
