import { describe, expect, test } from "vitest";
import { TICK_MIN, cuts, nice, said, ticks } from "../src/layout/waterfall/ticks";
import { Axis, PAD, TimeScale, type Window, around, fitted, quiet } from "../src/layout/waterfall/timescale";
import type { Trace } from "../src/model/trace";
import { NAMES, trace } from "./runs";
import { numbers, synthetic } from "./invented";

const WIDTH = 900;
const RUNS: [string, Trace][] = [
  ...NAMES.map((name): [string, Trace] => [name, trace(name)]),
  ["nothing", synthetic(0)],
  ["200 spans", synthetic(200)],
  ["200 spans with silences", synthetic(200, { silent: true })],
];

/** Scales of a run: with and without silences, all of it and parts of it. */
function scales(run: Trace): TimeScale[] {
  const next = numbers(run.n + 1);
  return [new Axis(run.last), new Axis(run.last, quiet(run).silences)].flatMap((axis) => {
    const windows = [null, ...[...Array(12)].map((): Window => [next() * run.last, next() * run.last])];
    return windows.map((window) => new TimeScale(axis, window && fitted(axis, [Math.min(...window), Math.max(...window)]), WIDTH));
  });
}

describe.each(RUNS)("%s", (_, run) => {
  const all = scales(run);

  test("a later time is never further left, and each place has its time", () => {
    for (const scale of all) {
      let before = -Infinity;
      for (let part = 0; part <= 1; part += 0.003) {
        const time = part * Math.max(run.last, 1);
        const x = scale.x(time);
        expect(x).toBeGreaterThan(before);
        expect(scale.time(x)).toBeCloseTo(time, 3);
        before = x;
      }
    }
  });

  test("the window fills the width", () => {
    for (const scale of all) {
      expect(scale.x(scale.window[0])).toBeCloseTo(PAD, 3);
      expect(scale.x(scale.window[1])).toBeCloseTo(WIDTH - PAD, 3);
    }
  });

  test("what is under the pointer stays there when it zooms, and the window stays within the run", () => {
    for (const scale of all) {
      for (const [x, factor] of [[PAD, 2], [200, 1.5], [640, 3], [200, 0.6], [WIDTH, 8]] as const) { // prettier-ignore
        const window = scale.zoomed(x, factor);
        const after = new TimeScale(scale.axis, window, WIDTH);
        expect(after.window[0]).toBeGreaterThanOrEqual(-1e-6);
        expect(after.window[1]).toBeLessThanOrEqual(Math.max(run.last, 1) + 1e-6);
        const within = window !== null && window[0] > 1e-6 && window[1] < run.last - 1e-6 && window[1] - window[0] > 4.001;
        if (within && x > PAD && x < WIDTH - PAD) expect(after.x(scale.time(x))).toBeCloseTo(x, 1);
      }
    }
  });

  test("a pan moves by as many pixels as were asked for, or to the end", () => {
    for (const scale of all) {
      const after = new TimeScale(scale.axis, scale.panned(40), WIDTH);
      const moved = scale.x(scale.window[0]) - after.x(scale.window[0]);
      expect(moved).toBeLessThanOrEqual(40.01);
      if (after.window[1] < run.last - 1e-6 && scale.axis.silences.length === 0) expect(moved).toBeCloseTo(40, 1);
    }
  });

  test("nobody works in a silence, and it is longer than a second", () => {
    for (const { from, to } of quiet(run).silences) {
      expect((to - from) * run.unitNs).toBeGreaterThanOrEqual(1e9);
      for (let span = 0; span < run.n; span++) {
        if (run.noStart[span] || run.noEnd[span]) continue;
        const [start = 0, end = 0] = [run.start[span], run.end[span]];
        expect(end <= from || start >= to).toBe(true);
      }
    }
  });

  test("cut silences leave at least half of the width to work", () => {
    const axis = new Axis(run.last, quiet(run).silences);
    const scale = new TimeScale(axis, null, WIDTH);
    const cut = cuts(scale, run.unitNs).reduce((sum, { x0, x1 }) => sum + x1 - x0, 0);
    expect(cut).toBeLessThanOrEqual((WIDTH - 2 * PAD) / 2 + 1e-6);
  });

  test("ticks stand within the window, not too close, at round times, each with words of its own", () => {
    for (const scale of all) {
      const marks = ticks(scale, run.unitNs);
      marks.forEach(({ x, time }, n) => {
        expect(x).toBeGreaterThanOrEqual(PAD - 0.01);
        expect(x).toBeLessThanOrEqual(WIDTH - PAD + 0.01);
        expect(scale.x(time)).toBeCloseTo(x, 3);
        if (n) expect(x - (marks[n - 1]?.x ?? 0)).toBeGreaterThanOrEqual(TICK_MIN * 0.98);
      });
      expect(new Set(marks.map((mark) => mark.label)).size).toBe(marks.length);
    }
  });
});

test("silences are offered where they dwarf all work, and nowhere else", () => {
  expect(quiet(trace("retried")).silences).toHaveLength(1);
  expect(quiet(trace("happy")).silences).toHaveLength(0);
  expect(quiet(trace("poison")).idle).toBeGreaterThan(0.99);
});

test("steps are 1, 2 or 5 times a power of ten, and never too small", () => {
  for (let least = 0.7; least < 1e13; least *= 1.37) {
    const step = nice(least);
    expect(step).toBeGreaterThanOrEqual(least * 0.999);
    expect(step).toBeLessThanOrEqual(least * 2.51);
    expect([1, 2, 5]).toContain(Math.round(step / 10 ** Math.floor(Math.log10(step) + 1e-9)));
  }
});

test.each([
  [0, 1e8, "+0 ms"],
  [2e8, 1e8, "+200 ms"],
  [1.5e9, 5e8, "+1.5 s"],
  [12_341_000_000, 1e6, "+12.341 s"],
  [250_000, 50_000, "+250 µs"],
  [100e9, 20e9, "+1 min 40 s"],
  [125_500_000_000, 5e8, "+2 min 05.5 s"],
])("%d ns in steps of %d is %s", (ns, step, label) => {
  expect(said(ns, step)).toBe(label);
});

test("a window around a span shows all of it", () => {
  const axis = new Axis(10_000);
  for (const [start, end] of [[0, 10], [5_000, 5_000], [9_990, 10_000], [0, 10_000]] as const) { // prettier-ignore
    const [from, to] = around(axis, start, end) ?? [0, 10_000];
    expect(from).toBeLessThanOrEqual(start);
    expect(to).toBeGreaterThanOrEqual(end);
  }
});
