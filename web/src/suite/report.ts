/** What every part of a suite's page works with: the suite, what a person chose, and what follows from both. */
import type * as language from "../search/language";
import { Store } from "../state/store";
import { type Item, itemsOf } from "./items";
import { find, isFound } from "./query";
import type { RawSuite } from "./raw";
import { FIRST_STATE, type State } from "./state";

/** The list as it stands now. */
export interface Listed {
  readonly items: readonly Item[];
  /** Cases that agree with the query, those in folded directories too. */
  readonly found: readonly number[];
  readonly problem: language.Problem | null;
}

export class Report {
  readonly store: Store<State>;
  /** What is said aloud to who cannot see it. */
  readonly said = new Store<{ text: string }>({ text: "" });
  /** The row that is to have the keys, as soon as it is drawn. */
  wanted: string | null = null;
  /** Brings a row into sight; the list sets it. */
  reveal: (key: string) => void = () => {};
  private seen: { state: State; listed: Listed } | null = null;
  /** What was found last: a query that cannot be read changes nothing. */
  private last: readonly number[];

  constructor(
    readonly suite: RawSuite,
    state: Partial<State> = {},
  ) {
    this.store = new Store<State>({ ...FIRST_STATE, ...state });
    this.last = [...suite.cases.keys()];
  }

  get state(): State {
    return this.store.get();
  }

  /** Worked out once for each query, order and folding. */
  listed(): Listed {
    const { state, seen } = this;
    if (seen && isAlike(seen.state, state)) return seen.listed;
    const found = seen?.state.query === state.query ? (seen.listed.problem ?? seen.listed.found) : find(this.suite, state.query);
    if (isFound(found)) this.last = found;
    const listed = { items: itemsOf(this.suite, this.last, state), found: this.last, problem: isFound(found) ? null : found };
    this.seen = { state, listed };
    return listed;
  }

  /** Gives the keys to a row, and brings it into sight. */
  go(key: string): void {
    this.wanted = key;
    this.store.set({ current: key });
    this.reveal(key);
  }

  /** Shows a case, whatever hides it now. */
  goToCase(at: number): void {
    const name = this.suite.cases[at]?.group ?? "";
    const hidden = !this.listed().found.includes(at);
    this.store.set(({ closed, open, query }) => ({
      closed: new Set([...closed].filter((each) => each !== name)),
      open: new Set([...open, at]),
      query: hidden ? "" : query,
    }));
    this.go(`c${at}`);
  }

  toggleCase(at: number): void {
    this.store.set(({ open }) => ({ open: turned(open, at), current: `c${at}` }));
  }

  toggleGroup(name: string): void {
    this.store.set(({ closed }) => ({ closed: turned(closed, name), current: `g${name}` }));
  }

  say(text: string): void {
    this.said.set({ text });
  }
}

function turned<T>(all: ReadonlySet<T>, each: T): Set<T> {
  const found = new Set(all);
  if (!found.delete(each)) found.add(each);
  return found;
}

function isAlike(a: State, b: State): boolean {
  return a.query === b.query && a.sort === b.sort && a.flat === b.flat && a.closed === b.closed;
}
