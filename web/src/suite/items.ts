/** What the list shows, from top to bottom: cases, and the headings of their directories. Pure. */
import type { CaseStatus, RawSuite } from "./raw";

export const SORTS = ["order", "status", "duration", "name"] as const;
export type Sort = (typeof SORTS)[number];

export type Item = CaseItem | GroupItem;

export interface CaseItem {
  readonly kind: "case";
  readonly key: string;
  /** Its place in the suite. */
  readonly at: number;
}

export interface GroupItem {
  readonly kind: "group";
  readonly key: string;
  readonly name: string;
  /** All of its cases that are shown when it is open. */
  readonly cases: readonly number[];
}

interface Shown {
  readonly sort: Sort;
  readonly flat: boolean;
  readonly closed: ReadonlySet<string>;
}

const WORST_FIRST: readonly CaseStatus[] = ["failed", "error", "inconclusive", "warning", "skipped", "passed"];

export function itemsOf(suite: RawSuite, found: readonly number[], { sort, flat, closed }: Shown): Item[] {
  const groups = groupsOf(suite, found);
  const isOne = groups.length === 1 && groups[0]?.[0] === ""; // a heading would say nothing
  if (flat || isOne) return sorted(suite, found, sort).map(caseItem);
  return groups.flatMap(([name, cases]): Item[] => [
    { kind: "group", key: groupKey(name), name, cases },
    ...(closed.has(name) ? [] : sorted(suite, cases, sort).map(caseItem)),
  ]);
}

export function caseKey(at: number): string {
  return `c${at}`;
}

export function groupKey(name: string): string {
  return `g${name}`;
}

/** Directories in the order in which they first appear. */
export function groupsOf(suite: RawSuite, found: readonly number[]): [string, number[]][] {
  const groups = new Map<string, number[]>();
  for (const at of found) {
    const name = suite.cases[at]?.group ?? "";
    const cases = groups.get(name);
    if (cases) cases.push(at);
    else groups.set(name, [at]);
  }
  return [...groups];
}

/** How many of the cases ended how, worst first; what did not occur is left out. */
export function tally(suite: RawSuite, cases: readonly number[]): [CaseStatus, number][] {
  return WORST_FIRST.flatMap((status): [CaseStatus, number][] => {
    const n = cases.filter((at) => suite.cases[at]?.status === status).length;
    return n ? [[status, n]] : [];
  });
}

/** Equal ones stay in the order of the suite; what nobody knows comes last. */
function sorted(suite: RawSuite, cases: readonly number[], sort: Sort): readonly number[] {
  if (sort === "order") return cases;
  const rank = (at: number) => {
    const each = suite.cases[at];
    return sort === "status" ? WORST_FIRST.indexOf(each?.status ?? "passed") : -(each?.ms ?? -1);
  };
  const name = (at: number) => suite.cases[at]?.name || suite.cases[at]?.id || "";
  const order = sort === "name" ? (a: number, b: number) => name(a).localeCompare(name(b), "en", { numeric: true }) : (a: number, b: number) => rank(a) - rank(b);
  return [...cases].sort((a, b) => order(a, b) || a - b);
}

function caseItem(at: number): CaseItem {
  return { kind: "case", key: caseKey(at), at };
}
