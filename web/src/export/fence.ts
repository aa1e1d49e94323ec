/** Text of others within Markdown, so that it stays within. */

const FENCE_MIN = 3;

/** One backtick more than any run of them in `texts`: nothing in them can close the fence. */
export function fenceFor(texts: readonly string[]): string {
  let longest = FENCE_MIN - 1;
  for (const text of texts) {
    for (const run of text.match(/`+/g) ?? []) longest = Math.max(longest, run.length);
  }
  return "`".repeat(longest + 1);
}

export function fenced(text: string, fence: string): string {
  return `${fence}text\n${text}\n${fence}`;
}
