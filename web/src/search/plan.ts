/** A query made ready for a run: what the columns decide, and what only the details can. */
import type { Trace } from "../model/trace";
import { type Finder, finder, idFinder } from "./lines";
import { type Predicate, named, predicate } from "./predicates";
import type { Query, Term } from "./query";

interface Leaf {
  readonly not: boolean;
  /** By the index alone. */
  readonly holds: Predicate;
  /** In the details, where the index does not say yes. */
  readonly details: Finder | null;
}

export interface Plan {
  readonly groups: readonly (readonly Leaf[])[];
}

export const NO = 0;
export const YES = 1;
/** Only the details tell. */
export const OPEN = 2;

export function plan(trace: Trace, query: Query): Plan {
  return { groups: query.all.map(({ any }) => any.map((term) => leaf(trace, term))) };
}

/** Whether a span agrees with the plan, by its index and, where it is given, its line of details. */
export function judge(plan: Plan, span: number, line: string | null = null): number {
  let all = YES;
  for (const group of plan.groups) {
    let any = NO;
    for (const leaf of group) {
      const found = judgeLeaf(leaf, span, line);
      if (found === YES) {
        any = YES;
        break;
      }
      if (found === OPEN) any = OPEN;
    }
    if (any === NO) return NO;
    if (any === OPEN) all = OPEN;
  }
  return all;
}

/** Whether any of many lines may hold what is looked for; else every line is as good as an empty one. */
export function isNear(plan: Plan, lines: string): boolean {
  return plan.groups.some((group) => group.some(({ details }) => details?.near(lines)));
}

function judgeLeaf({ holds, details, not }: Leaf, span: number, line: string | null): number {
  if (holds(span)) return not ? NO : YES;
  if (!details) return not ? YES : NO;
  if (line === null) return OPEN;
  return details.inLine(line) !== not ? YES : NO;
}

function leaf(trace: Trace, term: Term): Leaf {
  if (term.kind === "text") return { not: term.not, holds: named(trace, term.text), details: finder(term.text) };
  const details = term.field === "id" ? idFinder(term.value) : null;
  return { not: term.not, holds: predicate(trace, term), details };
}
