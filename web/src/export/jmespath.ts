/** Pieces of JMESPath: https://jmespath.org/specification.html */

// All that needs no escape within '…'.
const RAW = /^[\w .,:;/@#$%&*+=?!()<>[\]{}|~^-]*$/;

/** A literal that means exactly `text`. */
export function literal(text: string): string {
  return RAW.test(text) ? `'${text}'` : `\`${JSON.stringify(text).replace(/[`\u007f-\uffff]/g, code)}\``;
}

export function number(n: number): string {
  return `\`${n}\``;
}

function code(c: string): string {
  return `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
