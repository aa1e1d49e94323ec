/** The details of spans, a chunk at a time, opened when somebody asks. */
import { type Whole, readDetail } from "../model/detail";
import type { Detail } from "./raw";

/** Reads the text of a chunk: lines of JSON, one a span. */
export type ReadChunk = (chunk: number) => Promise<string>;

/** A shareable copy holds no details. */
export class LeftOut extends Error {}

/** What goes beyond is opened again by the next search: slower, but the page stays small. */
const KEPT_CHARS = 96 * 1024 * 1024;

export class Chunks {
  private readonly open = new Map<number, Promise<string>>();
  private readonly sizes = new Map<number, number>();
  private kept = 0;

  /** `firsts`: the first span of each chunk; `spans`: how many there are in all. */
  constructor(
    readonly firsts: readonly number[],
    readonly spans: number,
    private readonly read: ReadChunk,
    private readonly whole: Whole = (_, line) => line,
  ) {}

  /** Which chunk a span is in. */
  of(span: number): number {
    let low = 0;
    let high = this.firsts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.firsts[middle] ?? 0) <= span) low = middle;
      else high = middle;
    }
    return low;
  }

  /** The text of a chunk. What was opened is kept while there is room; the oldest goes first. */
  private opened(chunk: number): Promise<string> {
    const known = this.open.get(chunk);
    if (known) {
      this.open.delete(chunk);
      this.open.set(chunk, known);
      return known;
    }
    const text = this.read(chunk).then((read) => {
      this.keep(chunk, read);
      this.forget();
      return read;
    });
    text.catch(() => this.open.delete(chunk));
    this.open.set(chunk, text);
    return text;
  }

  /** The lines of a chunk. */
  async lines(chunk: number): Promise<readonly string[]> {
    return (await this.opened(chunk)).split("\n");
  }

  /** The text of a chunk, for who goes through all of them: kept where there is room, and nothing goes for it. */
  scan(chunk: number): Promise<string> {
    const known = this.open.get(chunk);
    if (known) return known;
    if (this.kept >= KEPT_CHARS) return this.read(chunk);
    return this.opened(chunk);
  }

  /** The details of a span as JSON, with every digit. */
  async text(span: number): Promise<string> {
    if (this.firsts.length === 0) throw new LeftOut("left out of this copy");
    const chunk = this.of(span);
    const line = (await this.lines(chunk))[span - (this.firsts[chunk] ?? 0)];
    if (line === undefined) throw new Error(`the page holds no details of span ${span}`);
    return this.whole(span, line);
  }

  async detail(span: number): Promise<Detail> {
    return readDetail(await this.text(span));
  }

  private keep(chunk: number, text: string): void {
    this.sizes.set(chunk, text.length);
    this.kept += text.length;
  }

  private forget(): void {
    for (const chunk of this.open.keys()) {
      if (this.kept <= KEPT_CHARS || this.open.size <= 1) return;
      this.kept -= this.sizes.get(chunk) ?? 0;
      this.sizes.delete(chunk);
      this.open.delete(chunk);
    }
  }
}
