import { describe, expect, test } from "vitest";
import { toFailures, toLevel } from "../src/model/collapse";
import { decode, encode } from "../src/state/hash";
import { FIRST_STATE, type State } from "../src/state/state";
import { NAMES, trace } from "./runs";

describe.each(NAMES)("%s", (name) => {
  const run = trace(name);
  const first: State = { ...FIRST_STATE, selected: run.first };
  const there = (state: State) => decode(run, `#${encode(run, state, first)}`, first);

  /** States that differ from the first in some of everything, the same ones each time. */
  function* states(): Iterable<State> {
    let seed = 7;
    const below = (n: number) => (seed = (seed * 16807) % 2147483647) % n;
    const some = (n: number) => new Set([...Array(n).keys()].filter(() => below(3) === 0));
    for (let n = 0; n < 300; n++) {
      const selected = below(5) ? below(run.n) : null;
      yield {
        ...first,
        selected,
        details: selected !== null && below(2) === 0,
        view: below(2) ? "sequence" : "waterfall",
        query: ["", "status:failed", 'a "b & c" 100% #=,é\u2028', "-x OR y"][below(4)] ?? "",
        picked: some(run.n),
        check: run.checks.length && below(2) ? below(run.checks.length) : null,
        scale: [1, 0.5, 2.25][below(3)] ?? 1,
        window: below(2) ? [below(10), 10 + below(90)] : null,
        squeezed: below(2) === 0,
        side: below(2) === 0,
        lens: {
          collapsed: [some(run.n), toLevel(run, 1 + below(3)), toFailures(run)][below(3)] ?? new Set(),
          hidden: some(run.components.length),
          turned: some(run.n),
          attempts: below(2) ? "folded" : "all",
          loops: below(2) ? "folded" : "all",
          proven: below(2) === 0,
          only: null,
        },
      };
    }
  }

  test("the first state has no hash", () => {
    expect(encode(run, first, first)).toBe("");
    expect({ ...first, ...decode(run, "", first).state }).toEqual(first);
  });

  test("what was written is read again", () => {
    for (const state of states()) {
      const { state: found, notes } = there(state);
      expect(notes).toEqual([]);
      expect({ ...first, ...found }).toEqual(state);
    }
  });

  test("a check is found by its place, too", () => {
    for (const at of run.checks.keys()) expect(decode(run, `#check=~${at}`, first)).toMatchObject({ state: { check: at }, notes: [] });
    expect(decode(run, "#check=~999", first)).toMatchObject({ notes: ["check=~999 means nothing in this run"] });
    expect(decode(run, "#check=~-1", first).state.check).toBeUndefined();
  });

  test("a span alone opens its details", () => {
    for (let span = 0; span < run.n; span++) {
      const { state, notes } = decode(run, `#span=${run.id(span)}`, first);
      expect([state.selected, state.details, notes]).toEqual([span, true, []]);
    }
  });

  test.each([
    "span=%", "span=constructor", "span=<script>", "view=x", "zoom=1e99", "zoom=-1", "zoom=NaN", "z=5-1", "z=1-", "hide=nobody",
    "check=nobody", "proven=yes", "level=9", "fold=zz", "__proto__=1", `q=${"x".repeat(3000)}`, "attempts=constructor",
  ])("%s is left out, and said", (hash) => {
    const { state, notes } = decode(run, `#${hash}`, first);
    expect(notes).toHaveLength(1);
    expect({ ...first, ...state }).toEqual(first);
  });
});
