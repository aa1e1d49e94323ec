/** Checks in the order in which a person wants them: what failed first. */
import type { CheckStatus } from "../data/raw";
import { oneLine } from "./text";
import type { Check } from "./trace";

export interface CheckOrder {
  readonly status: CheckStatus;
  /** By their place among all checks, which is the order of the case. */
  readonly checks: readonly number[];
}

const ORDER: readonly CheckStatus[] = ["failed", "error", "inconclusive", "warning", "xfailed", "skipped", "passed"];

/** What the case calls a check, else the check's own name. */
export function titleOf(check: Check): string {
  return oneLine(check.title || check.name);
}

export function groupsOf(checks: readonly Check[]): CheckOrder[] {
  return ORDER.map((status) => ({
    status,
    checks: checks.flatMap((check, at) => (check.status === status ? [at] : [])),
  })).filter((group) => group.checks.length);
}

/** The next or previous of `spans` seen from `selected`, round and round; `null` where there is none. */
export function stepOf(spans: readonly number[], selected: number | null, by: 1 | -1): number | null {
  if (!spans.length) return null;
  const from = selected ?? -1;
  const ahead = by > 0 ? spans.find((span) => span > from) : spans.filter((span) => span < from).pop();
  return ahead ?? (by > 0 ? spans[0] : spans[spans.length - 1]) ?? null;
}

/** Checks that rest on a span. */
export function checksOf(checks: readonly Check[], span: number): number[] {
  return checks.flatMap((check, at) => (check.cites.includes(span) ? [at] : []));
}
