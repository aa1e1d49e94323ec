/** What a query finds in a text, to be marked there. */
import { matching } from "../model/text";
import { isProblem, parse } from "./query";

/** Words, quoted texts and ids; how a span ended or how long it took stands in no text. */
export function terms(query: string): string[] {
  const found = parse(query);
  if (isProblem(found)) return [];
  const all = found.all.flatMap(({ any }) => any).filter((term) => !term.not);
  const texts = all.map((term) => (term.kind === "text" ? term.text : term.field === "id" ? term.value : ""));
  return texts.filter((text) => text.length > 1);
}

/** Pieces of `text`, those that a term matches marked; at most `most` marks. */
export function pieces(text: string, wanted: readonly string[], most = 500): { text: string; hit: boolean }[] {
  if (!wanted.length || !text) return [{ text, hit: false }];
  const pattern = matching(wanted);
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
