/** A text in the details of a span, found in its line of JSON without reading that as JSON. */

import { hex, matching } from "../model/text";

export interface Finder {
  readonly inLine: (line: string) => boolean;
  /** False where none of many lines can hold it: quicker than to look at each. */
  readonly near: (lines: string) => boolean;
}

/** Characters that Python escapes besides those that JSON has to: a page may not hold them within its data. */
const ALSO_ESCAPED = /[<>&\u2028\u2029]/g;
/** What stands in a line outside of texts, too: punctuation, numbers, `true`, `false`, `null`. */
const STRUCTURE = /^[[\]{},:\d.+\-eEtrufalsn]*$/;
/** Times and counts of our own are digits that nobody searches. */
const OWN_NUMBER = /"(?:start|end|time|time_precision|ingested)_(?:ns|ms)":"$/;
const OWN_NUMBER_MAX = 25;

/** Without regard to case. Our own keys are no hits, nor is what only looks like the text within an escape. */
export function finder(text: string): Finder {
  const needle = JSON.stringify(text)
    .slice(1, -1)
    .replace(ALSO_ESCAPED, (c) => `\\u${hex(c)}`);
  const found = matching([needle]);
  const near = (lines: string) => {
    found.lastIndex = 0;
    return found.test(lines);
  };
  const inLine = STRUCTURE.test(needle) ? inValue : inText;
  return { near, inLine: (line) => inLine(line, found) };
}

/** The beginning of an id that a span carries. */
export function idFinder(start: string): Finder {
  const low = start.toLowerCase();
  const { near, inLine: likely } = finder(start);
  const inLine = (line: string): boolean => {
    if (!likely(line)) return false;
    // Python wrote it: docs/reference/viewer-data.md
    const detail = JSON.parse(line) as { span_id?: string; ids?: Readonly<Record<string, string>> };
    return [detail.span_id ?? "", ...Object.values(detail.ids ?? {})].some((id) => id.toLowerCase().startsWith(low));
  };
  return { near, inLine };
}

function inText(line: string, found: RegExp): boolean {
  found.lastIndex = 0;
  for (let hit = found.exec(line); hit; hit = found.exec(line)) {
    if (!withinEscape(line, hit.index) && !withinKey(line, found.lastIndex)) return true;
    found.lastIndex = hit.index + 1;
  }
  return false;
}

/** Of a text that could stand between texts as well: follows the quotes, so that no line has to be read as JSON. */
function inValue(line: string, found: RegExp): boolean {
  found.lastIndex = 0;
  let quote = nextQuote(line, 0);
  let opened = -1; // the quote before the hit, where that begins a text
  for (let hit = found.exec(line); hit; hit = found.exec(line)) {
    for (; quote >= 0 && quote < hit.index; quote = nextQuote(line, quote + 1)) opened = opened < 0 ? quote : -1;
    if (quote < 0) return false; // behind the last text
    const isOwn = opened < 0 || line[quote + 1] === ":" || OWN_NUMBER.test(line.slice(Math.max(0, opened - OWN_NUMBER_MAX), opened + 1));
    if (!isOwn && !withinEscape(line, hit.index)) return true;
    found.lastIndex = isOwn ? quote : hit.index + 1;
  }
  return false;
}

/** After an odd number of backslashes, or within the digits of `\u003c`. */
function withinEscape(line: string, at: number): boolean {
  if (oddBackslashes(line, at)) return true;
  for (let back = 2; back <= 5; back++) {
    if (line[at - back + 1] === "u" && line[at - back] === "\\" && oddBackslashes(line, at - back + 1)) return true;
  }
  return false;
}

/** The next quote ends the text around a hit; a colon after it makes that text a key. */
function withinKey(line: string, end: number): boolean {
  const quote = nextQuote(line, end);
  return quote < 0 || line[quote + 1] === ":";
}

/** Where the next text begins or ends; -1 where none does. */
function nextQuote(line: string, from: number): number {
  let quote = line.indexOf('"', from);
  while (quote >= 0 && oddBackslashes(line, quote)) quote = line.indexOf('"', quote + 1);
  return quote;
}

function oddBackslashes(line: string, before: number): boolean {
  let at = before;
  while (line[at - 1] === "\\") at--;
  return (before - at) % 2 === 1;
}
