/** Which spans and ghosts stand out, and why: evidence of a check, hits of a search, what was picked. */
import type { Visible } from "../model/lens";
import type { Trace } from "../model/trace";
import type { State } from "../state/state";
import type { Hits, Viewer } from "../viewer";

export const CITED = 1;
export const HIT = 2;
export const PICKED = 4;
export const SELECTED = 8;

export interface Lights {
  /** By visible span. */
  readonly flags: Uint8Array;
  /** Ghosts that the check asks for. */
  readonly ghosts: ReadonlySet<number>;
  /** The visible span that is selected, or stands for it; -1: none. */
  readonly selected: number;
}

/** What stands out now; worked out anew only when something of it is another. */
export class Lighting {
  private known: { readonly of: readonly unknown[]; readonly lights: Lights } | null = null;

  constructor(private readonly viewer: Viewer) {}

  get now(): Lights {
    const { viewer } = this;
    const { state } = viewer;
    const hits = viewer.hits.get();
    const visible = viewer.visible();
    const of = [visible, hits, state.check, state.picked, state.selected];
    if (this.known?.of.every((each, nth) => each === of[nth])) return this.known.lights;
    this.known = { of, lights: lights(viewer.trace, visible, state, hits) };
    return this.known.lights;
  }
}

export function lights(trace: Trace, visible: Visible, state: State, hits: Hits): Lights {
  const flags = new Uint8Array(trace.n);
  const light = (spans: Iterable<number>, flag: number): void => {
    for (const span of spans) {
      const shown = visible.stand[span] ?? -1;
      if (shown >= 0) flags[shown] = (flags[shown] ?? 0) | flag;
    }
  };
  const check = state.check === null ? undefined : trace.checks[state.check];
  light(check?.cites ?? [], CITED);
  light(hits.spans, HIT);
  light(state.picked, PICKED);
  return {
    flags,
    ghosts: new Set(check?.misses ?? []),
    selected: state.selected === null ? -1 : (visible.stand[state.selected] ?? -1),
  };
}
