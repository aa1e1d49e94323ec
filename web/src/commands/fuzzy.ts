/** Finds by some letters in their order: `clv` finds `Collapse to level 2`. */

/** Those that hold the letters, the best first; equally good ones stay in their order. */
export function rank<T>(things: readonly T[], typed: string, nameOf: (thing: T) => string): T[] {
  const scored = things.flatMap((thing) => {
    const points = score(nameOf(thing), typed);
    return points === null ? [] : [{ thing, points }];
  });
  return scored.sort((a, b) => b.points - a.points).map(({ thing }) => thing);
}

/** More for letters that begin a word or follow one another; null where one is missing. */
export function score(name: string, typed: string): number | null {
  const low = name.toLowerCase();
  const wanted = typed.toLowerCase().replace(/\s+/g, "");
  let points = wanted && low.includes(typed.trim().toLowerCase()) ? 2 * wanted.length : 0;
  let last = -1;
  for (const letter of wanted) {
    const next = low.indexOf(letter, last + 1);
    if (next < 0) return null;
    if (next === last + 1 || low[next - 1] === " ") points++;
    last = next;
  }
  return points;
}
