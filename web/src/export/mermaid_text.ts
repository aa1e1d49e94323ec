/** Text in which Mermaid finds nothing but text: https://mermaid.js.org/syntax/sequenceDiagram.html */
import { oneLine } from "../model/text";

const LABEL = 100;
const PLAIN = new Set(" _.,:/=+*'?!()-…·");
const ALPHANUMERIC = /[\p{L}\p{N}]/u;
// Mermaid reads `end` as the end of a block wherever it stands alone, and `wrap:` as an order.
const RESERVED = /(?<![\p{L}\p{N}_])(?:end|wrap|nowrap)(?![\p{L}\p{N}_])/giu;

/** Never empty; every character that could be syntax is an entity (`#59;`). */
export function escape(text: string): string {
  const cut = shorten(oneLine(text));
  const broken = new Set([...cut.matchAll(RESERVED)].map((found) => found.index + 1));
  let written = "";
  let at = 0;
  for (const c of cut) {
    const plain = !broken.has(at) && (PLAIN.has(c) || ALPHANUMERIC.test(c));
    written += plain ? c : `#${c.codePointAt(0) ?? 0xfffd};`;
    at += c.length;
  }
  return written || "(empty)";
}

function shorten(text: string): string {
  const characters = [...text];
  return characters.length <= LABEL ? text : `${characters.slice(0, LABEL - 1).join("").trimEnd()}…`;
}
