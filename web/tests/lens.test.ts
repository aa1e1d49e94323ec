import { describe, expect, test } from "vitest";
import { OPEN_LENS, look, revealing } from "../src/model/lens";
import { NAMES, trace } from "./runs";

describe.each(NAMES)("%s", (name) => {
  const run = trace(name);
  const all = { ...OPEN_LENS, attempts: "all", loops: "all" } as const;

  test("with everything open every span is shown, each under its parent", () => {
    const seen = look(run, all);
    expect([...seen.spans]).toEqual([...Array(run.n).keys()]);
    expect([...seen.up]).toEqual([...run.parent]);
  });

  test("what is hidden is counted at what stands for it, and can be revealed", () => {
    for (let span = 0; span < run.n; span++) {
      const collapsed = look(run, { ...all, collapsed: new Set([span]) });
      const size = run.size[span] ?? 1;
      expect(collapsed.spans.length).toBe(run.n - size + 1);
      expect(collapsed.below.get(span)?.spans ?? 0).toBe(size - 1);
      for (let at = span; at < span + size; at++) {
        expect(look(run, revealing(run, collapsed.lens, at)).shown[at]).toBe(1);
      }
    }
  });

  test("hiding a component leaves all others", () => {
    run.components.forEach((_, component) => {
      const seen = look(run, { ...all, hidden: new Set([component]) });
      const kept = [...Array(run.n).keys()].filter((at) => run.component[at] !== component);
      expect([...seen.spans]).toEqual(kept);
      expect(seen.pruned.spans).toBe(run.n - kept.length);
    });
  });

  test("only some spans: they and those above them, all others counted", () => {
    for (let span = 0; span < run.n; span++) {
      const seen = look(run, { ...all, only: new Set([span]) });
      const path: number[] = [];
      for (let at = span; at >= 0; at = run.parent[at] ?? -1) path.unshift(at);
      expect([...seen.spans]).toEqual(path);
      expect(seen.unmatched.spans).toBe(run.n - path.length);
      for (let at = 0; at < run.n; at++) {
        expect(look(run, revealing(run, seen.lens, at)).shown[at]).toBe(1);
      }
    }
  });

  test("whatever stands for a span is shown, and whatever is matched has somebody that stands for it", () => {
    const components = [-1, ...run.components.keys()];
    const onlys = [null, ...Array(run.n).keys()];
    for (const only of onlys) {
      for (const component of components) {
        const lens = { ...OPEN_LENS, hidden: new Set([component]), only: only === null ? null : new Set([only]) };
        const seen = look(run, lens);
        for (const stand of seen.stand) expect(stand < 0 || seen.shown[stand] === 1).toBe(true);
        if (only !== null && component < 0) expect(seen.stand[only]).toBeGreaterThanOrEqual(0);
      }
    }
  });

  test("whatever is collapsed or hidden: all spans are shown, counted below another, or counted as left out", () => {
    for (let cut = 0; cut < run.n; cut++) {
      for (const component of [-1, ...run.components.keys()]) {
        const seen = look(run, { ...OPEN_LENS, collapsed: new Set([cut]), hidden: new Set([component]) });
        const below = [...seen.below].filter(([by]) => seen.shown[by] === 1);
        expect(below.length).toBe(seen.below.size);
        if (component >= 0) continue;
        expect(seen.spans.length + below.reduce((sum, [, { spans }]) => sum + spans, 0)).toBe(run.n);
      }
    }
  });

  test("folded attempts and loops can be revealed", () => {
    for (let at = 0; at < run.n; at++) {
      expect(look(run, revealing(run, OPEN_LENS, at)).shown[at]).toBe(1);
    }
  });
});
