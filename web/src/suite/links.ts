/** Addresses of the pages of a case, from what Python wrote. */
import type { RawSuite } from "./raw";

/** Of the try that decided; empty where it left no artifacts. `page`: which of the suite's `pages`. */
export function addressOf(suite: RawSuite, at: number, page: number): string {
  const base = suite.cases[at]?.tries?.at(-1)?.at;
  const file = suite.pages[page]?.file;
  return base && file ? `${base}/${file}` : "";
}

/** The diagram of the try that decided, opened at a check or a span. */
export function deepLink(suite: RawSuite, at: number, hash: string): string {
  const address = addressOf(suite, at, 0);
  return address && `${address}#${hash}`;
}
