/** Columns in the forms in which they travel, and back. */
import type { Deltas, Ranges, Sparse } from "./raw";

export function undelta(deltas: Deltas): Float64Array {
  const found = new Float64Array(deltas.length);
  let last = 0;
  for (let n = 0; n < found.length; n++) found[n] = last += deltas[n] ?? 0;
  return found;
}

/** 1 at every place that the ranges name. */
export function unranges(ranges: Ranges, size: number): Uint8Array {
  const found = new Uint8Array(size);
  eachRange(ranges, (from, to) => found.fill(1, from, to));
  return found;
}

export function places(ranges: Ranges): number[] {
  const found: number[] = [];
  eachRange(ranges, (from, to) => {
    for (let at = from; at < to; at++) found.push(at);
  });
  return found;
}

function eachRange(ranges: Ranges, take: (from: number, to: number) => void): void {
  let end = 0;
  for (let n = 0; n + 1 < ranges.length; n += 2) {
    const from = end + (ranges[n] ?? 0);
    end = from + (ranges[n + 1] ?? 0);
    take(from, end);
  }
}

/** What is said of few spans, by span; found by halving, for most are never asked for. */
export class Few<T> {
  private readonly at: Int32Array;
  private readonly is: readonly T[];

  constructor(column: Sparse<T>) {
    this.at = new Int32Array(column.at);
    for (let n = 1; n < this.at.length; n++) this.at[n] = (this.at[n] ?? 0) + (this.at[n - 1] ?? 0);
    this.is = column.is;
  }

  get(span: number): T | undefined {
    let [low, high] = [0, this.at.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.at[middle] ?? 0) < span) low = middle + 1;
      else high = middle;
    }
    return this.at[low] === span ? this.is[low] : undefined;
  }
}
