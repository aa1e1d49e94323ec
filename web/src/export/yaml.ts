/** Texts as YAML writes them, for a case file: https://yaml.org/spec/1.2.2/#73-flow-scalar-styles */

import { hex } from "../model/text";

// A letter first, and no `: ` or ` #` possible: no reader takes it for anything but text.
const PLAIN = /^[A-Za-z][\w./-]*:[\w./-]*[\w/-]$/;
// What YAML forbids in a file, and what a person cannot see.
const UNSEEN = /[\u007f-\u00a0\u00ad\u061c\u200b-\u200f\u2028-\u202f\u2060-\u206f\ud800-\udfff\ufe00-\ufe0f\ufeff\ufff0-\uffff]/g;

/** `text` as a scalar that reads as exactly this text, `${` included. */
export function scalar(text: string): string {
  const written = text.replaceAll("${", () => "$${"); // a case file takes `${NAME}` for a variable
  return PLAIN.test(written) ? written : doubleQuoted(written);
}

/** The escapes of JSON are escapes of YAML too. Characters beyond the first plane are written as they are. */
function doubleQuoted(text: string): string {
  return JSON.stringify(text).replace(/[\ud800-\udbff][\udc00-\udfff]|[^]/g, (c) => (c.length > 1 ? c : c.replace(UNSEEN, () => `\\u${hex(c)}`)));
}
