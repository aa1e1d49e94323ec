/** What every part of the viewer works with: the run, what is known on demand, and what a person chose. */
import type { Chunks } from "./data/chunks";
import { type Lens, type Visible, look, revealing } from "./model/lens";
import type { Trace } from "./model/trace";
import { FIRST_STATE, type State } from "./state/state";
import { Store } from "./state/store";

/** Spans that a search found, in order; `done` when nothing more can come. */
export interface Hits {
  readonly query: string;
  readonly spans: readonly number[];
  readonly done: boolean;
  /** What is wrong with the query, in words. */
  readonly problem: string;
}

export const NO_HITS: Hits = { query: "", spans: [], done: true, problem: "" };

export class Viewer {
  readonly store: Store<State>;
  readonly hits = new Store<Hits>(NO_HITS);
  /** What is said aloud to who cannot see it. */
  readonly said = new Store<{ text: string }>({ text: "" });
  private seen: Visible | null = null;

  constructor(
    readonly trace: Trace,
    readonly chunks: Chunks,
    state: Partial<State> = {},
  ) {
    this.store = new Store<State>({ ...FIRST_STATE, selected: trace.first, ...state });
  }

  get state(): State {
    return this.store.get();
  }

  /** What is shown through the lens of now; worked out once for each lens. */
  visible(): Visible {
    const { lens } = this.state;
    if (this.seen?.lens !== lens) this.seen = look(this.trace, lens);
    return this.seen;
  }

  /** Select a span and make sure that it is shown. */
  select(span: number | null, more: Partial<State> = {}): void {
    if (span === null) {
      this.store.set({ selected: null, ...more });
      return;
    }
    const lens = this.visible().shown[span] ? this.state.lens : revealing(this.trace, this.state.lens, span);
    this.store.set({ selected: span, lens, ...more });
  }

  setLens(change: Partial<Lens>): void {
    this.store.set((now) => ({ lens: { ...now.lens, ...change } }));
  }

  say(text: string): void {
    this.said.set({ text });
  }
}
