/** How wide text is, without asking a browser: the same numbers as in Python, so that both draw alike. */

/** About how wide `text` is in a sans-serif font, in pixels; on the generous side. */
export function width(text: string, font = 12): number {
  let sum = 0;
  for (const c of text) sum += advance(c);
  return sum * font;
}

/** The longest beginning that fits, with an ellipsis where it was cut. */
export function fit(text: string, room: number, font = 12): string {
  if (width(text, font) <= room) return text;
  let used = advance("…") * font;
  let cut = "";
  for (const c of text) {
    used += advance(c) * font;
    if (used > room) return `${cut.trimEnd()}…`;
    cut += c;
  }
  return text;
}

const NARROW = new Set("iljtfr.,:;'|!()[] ");
const WIDE = new Set("mwMW@%…—");
const EAST_ASIAN =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/;

function advance(c: string): number {
  if (NARROW.has(c)) return 0.34;
  if (WIDE.has(c)) return 0.88;
  if (c < "\u0300") return c >= "A" && c <= "Z" ? 0.68 : 0.57;
  if (/\p{M}/u.test(c)) return 0;
  if (EAST_ASIAN.test(c)) return 1.05;
  return c !== c.toLowerCase() ? 0.68 : 0.57;
}
