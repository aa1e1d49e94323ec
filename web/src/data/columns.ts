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

export function sparse<T>(column: Sparse<T>): Map<number, T> {
  const found = new Map<number, T>();
  let at = 0;
  column.at.forEach((delta, n) => {
    at += delta;
    found.set(at, column.is[n] as T); // as many as there are places
  });
  return found;
}
