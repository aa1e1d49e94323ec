/** What a person chose on the page of a suite, and how its address says so. Pure. */
import { groupKey, groupsOf, SORTS, type Sort } from "./items";
import type { RawSuite } from "./raw";

export interface State {
  readonly query: string;
  readonly sort: Sort;
  readonly flat: boolean;
  /** Directories that are folded. */
  readonly closed: ReadonlySet<string>;
  /** Cases whose details are shown, by their place. */
  readonly open: ReadonlySet<number>;
  /** The row where the keys are, by its key. */
  readonly current: string | null;
  readonly sheet: "help" | null;
}

export const FIRST_STATE: State = { query: "", sort: "order", flat: false, closed: new Set(), open: new Set(), current: null, sheet: null };

const LISTED_MOST = 100;
const QUERY_MOST = 2_000;

/** Only what differs from the first state; empty where nothing does. */
export function encode(suite: RawSuite, state: State): string {
  const parts: string[] = [];
  const put = (name: string, ...values: readonly string[]) => {
    if (values.some(Boolean)) parts.push(`${name}=${values.slice(0, LISTED_MOST).map(encodeURIComponent).join(",")}`);
  };
  put("q", state.query);
  put("sort", state.sort === FIRST_STATE.sort ? "" : state.sort);
  put("flat", state.flat ? "1" : "");
  put("closed", ...[...state.closed].map(groupKey));
  put("case", ...[...state.open].map((at) => suite.cases[at]?.id ?? ""));
  return parts.join("&");
}

/** Whatever is wrong or unknown is left out, and said. */
export function decode(suite: RawSuite, hash: string): { state: Partial<State>; notes: string[] } {
  const wanted = new Map(hash.replace(/^#/, "").split("&").filter(Boolean).map(parted));
  const state: { -readonly [K in keyof State]?: State[K] } = {};
  const notes: string[] = [];
  for (const [name, values] of wanted) {
    const value = values[0] ?? "";
    const note = (thing: string) => notes.push(`${name.slice(0, 60)}=${thing.slice(0, 60)} means nothing in this suite`);
    if (name === "q" && value.length <= QUERY_MOST) state.query = value;
    else if (name === "sort" && isSort(value)) state.sort = value;
    else if (name === "flat" && value === "1") state.flat = true;
    else if (name === "closed") state.closed = known(values, groupNames(suite), note);
    else if (name === "case") state.open = known(values, caseIds(suite), note);
    else note(value);
  }
  return { state, notes };
}

function known<T>(values: readonly string[], names: ReadonlyMap<string, T>, note: (value: string) => void): Set<T> {
  const found = new Set<T>();
  for (const value of values.slice(0, LISTED_MOST)) {
    const each = names.get(value);
    if (each === undefined) note(value);
    else found.add(each);
  }
  return found;
}

function groupNames(suite: RawSuite): ReadonlyMap<string, string> {
  return new Map(groupsOf(suite, [...suite.cases.keys()]).map(([name]) => [groupKey(name), name]));
}

/** Of several cases of one id the first. */
function caseIds(suite: RawSuite): ReadonlyMap<string, number> {
  return new Map(suite.cases.map(({ id }, at): [string, number] => [id, at]).reverse());
}

function isSort(value: string): value is Sort {
  return SORTS.some((sort) => sort === value);
}

function parted(part: string): [string, string[]] {
  const [name = "", ...rest] = part.split("=");
  return [name, rest.join("=").split(",").map(unescaped)];
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a lone %: somebody cut the address
  }
}
