/** Which items of a long list are in sight, from their heights. Pure. */

/** Where each item begins; one more than there are items, the last is the height of all. */
export function tops(heights: readonly number[]): number[] {
  const found = [0];
  for (const height of heights) found.push((found[found.length - 1] ?? 0) + height);
  return found;
}

/** The items that any part of `from` to `to` shows: first, and the one after the last. */
export function inSight(tops: readonly number[], from: number, to: number): [number, number] {
  const last = tops.length - 1;
  const first = Math.max(0, after(tops, from) - 1);
  return [Math.min(first, last), Math.max(first, Math.min(last, after(tops, to)))];
}

/** The first item that begins after `y`. */
function after(tops: readonly number[], y: number): number {
  let low = 0;
  let high = tops.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tops[middle] ?? Infinity) > y) high = middle;
    else low = middle + 1;
  }
  return low;
}
