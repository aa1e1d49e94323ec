/** Text from logs, made fit to be shown: nothing invisible, nothing that turns the page around. */

/** `00e9`: the code of a character, as `\\u` wants it. */
export function hex(c: string): string {
  return c.charCodeAt(0).toString(16).padStart(4, "0");
}

/** Matches exactly any of the texts, without regard to case. */
export function matching(texts: readonly string[]): RegExp {
  return new RegExp(texts.map((text) => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&")).join("|"), "gi");
}

const UNSEEN =
  /[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/** Line breaks become `\n`, unseen characters are spelled `[U+202E]`: a log line cannot make a page lie. */
export function visible(text: string): string {
  return text
    .replace(/\r\n|[\r\u000b\u000c\u0085\u2028\u2029]/g, "\n")
    .replace(UNSEEN, (c) => `[U+${hex(c).toUpperCase()}]`);
}

export function oneLine(text: string): string {
  return visible(text).replace(/\s+/g, " ").trim();
}
