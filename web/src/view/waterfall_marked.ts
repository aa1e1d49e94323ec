/** Which rows are lit, and why: what a search found, what a check rests on or misses, and what was picked. */
import { type Rows, spanAt } from "../layout/waterfall_rows";
import type { Hits, Viewer } from "../viewer";

export class Lit {
  private of: { hits: Hits; check: number | null; rows: Rows } | null = null;
  private found: ReadonlySet<number> = new Set();
  private cited: ReadonlySet<number> = new Set();

  constructor(private readonly viewer: Viewer) {}

  /** Rows stand for what is folded into them. */
  update(rows: Rows): void {
    const hits = this.viewer.hits.get();
    const { check } = this.viewer.state;
    if (this.of?.hits === hits && this.of.check === check && this.of.rows === rows) return;
    this.of = { hits, check, rows };
    const rowFor = (span: number): number => rows.rowOf[rows.visible.stand[span] ?? -1] ?? -1;
    this.found = new Set(hits.spans.map(rowFor));
    const checked = rows.trace.checks[check ?? -1];
    this.cited = new Set([...(checked?.cites ?? []).map(rowFor), ...(checked?.misses ?? []).map((ghost) => rows.spans + ghost)]);
  }

  isFound(row: number): boolean {
    return this.found.has(row);
  }

  isCited(row: number): boolean {
    return this.cited.has(row);
  }

  isPicked(row: number): boolean {
    return this.of !== null && this.viewer.state.picked.has(spanAt(this.of.rows, row));
  }

  /** The first row that the check rests on or misses. */
  firstCited(): number | null {
    const rows = [...this.cited].filter((row) => row >= 0);
    return rows.length ? Math.min(...rows) : null;
  }
}
