/** Pieces of JMESPath: https://jmespath.org/specification.html */

import { hex } from "../model/text";

// All that needs no escape within '…'.
const RAW = /^[\w .,:;/@#$%&*+=?!()<>[\]{}|~^-]*$/;

/** A literal that means exactly `text`. */
export function literal(text: string): string {
  return RAW.test(text) ? `'${text}'` : `\`${JSON.stringify(text).replace(/[`\u007f-\uffff]/g, (c) => `\\u${hex(c)}`)}\``;
}

export function number(n: number): string {
  return `\`${n}\``;
}
