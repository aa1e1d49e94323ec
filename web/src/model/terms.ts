/** The words of a query that can be marked in a text. */

/** Plain words and quoted texts; what has a field (`status:error`), a bound (`dur>1s`) or a minus is not in a text. */
export function terms(query: string): string[] {
  const found: string[] = [];
  for (const match of query.matchAll(/(-?)(?:"([^"]*)"?|(\S+))/g)) {
    const [, minus, quoted, word] = match;
    if (minus) continue;
    if (quoted) found.push(quoted);
    else if (word && !/^[a-z_]+(?:[:<>=])/i.test(word)) found.push(word);
  }
  return found.filter((term) => term.length > 1);
}

/** Pieces of `text`, those that a term matches marked; at most `most` marks. */
export function pieces(text: string, wanted: readonly string[], most = 500): { text: string; hit: boolean }[] {
  if (!wanted.length || !text) return [{ text, hit: false }];
  const pattern = new RegExp(wanted.map((term) => term.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|"), "gi");
  const found: { text: string; hit: boolean }[] = [];
  let end = 0;
  let marks = 0;
  for (const match of text.matchAll(pattern)) {
    if (marks++ >= most) break;
    if (match.index > end) found.push({ text: text.slice(end, match.index), hit: false });
    found.push({ text: match[0], hit: true });
    end = match.index + match[0].length;
  }
  if (end < text.length) found.push({ text: text.slice(end), hit: false });
  return found;
}
