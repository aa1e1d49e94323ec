import { describe, expect, test } from "vitest";
import { Axis, TimeScale, quiet } from "../src/layout/waterfall/timescale";
import { ROW, layout } from "../src/layout/waterfall/geometry";
import { densityOf } from "../src/layout/waterfall/density";
import { DEPTH_MAX, guides } from "../src/layout/waterfall/guides";
import { sharesOf } from "../src/layout/waterfall/shares";
import { each, expanded, rowsOf, spanAt } from "../src/layout/waterfall/rows";
import { SHEET_MAX, Scroll } from "../src/layout/waterfall/scroll";
import { spoken } from "../src/layout/waterfall/words";
import { type Lens, OPEN_LENS, look } from "../src/model/lens";
import type { Trace } from "../src/model/trace";
import { NAMES, trace } from "./runs";
import { synthetic } from "./invented";

const WIDTH = 900;
const RUNS: [string, Trace][] = [...NAMES.map((name): [string, Trace] => [name, trace(name)]), ["300 spans", synthetic(300)]];
const LENSES: [string, Partial<Lens>][] = [
  ["as it opens", {}],
  ["everything open", { attempts: "all", loops: "all" }],
  ["one collapsed", { collapsed: new Set([1]) }],
  ["one component hidden", { hidden: new Set([1]) }],
  ["only what was proven", { proven: true }],
];

function scaleOf(run: Trace, window: readonly [number, number] | null = null): TimeScale {
  return new TimeScale(new Axis(run.last, quiet(run).silences), window, WIDTH);
}

describe.each(RUNS)("%s", (_, run) => {
  describe.each(LENSES)("%s", (_name, lens) => {
    const rows = rowsOf(run, look(run, { ...OPEN_LENS, ...lens }));
    const scale = scaleOf(run);
    const all = layout(rows, { width: WIDTH, from: 0, to: rows.count }, scale);

    test("every visible span and every ghost has one row, in tree order", () => {
      expect(all.rows.map((row) => row.span)).toEqual([...rows.visible.spans, ...run.ghosts.map(() => -1)]);
      expect(all.rows.slice(rows.spans).map((row) => row.ghost)).toEqual(run.ghosts.map((_ghost, n) => n));
    });

    test("a part of the picture is that part of the whole picture", () => {
      for (const [from, to] of [[0, 3], [2, 5], [4, rows.count], [rows.count - 1, rows.count + 9]] as const) { // prettier-ignore
        const part = layout(rows, { width: WIDTH, from, to }, scale);
        expect(part.rows).toEqual(all.rows.slice(Math.max(from, 0), to));
        expect(part.marks).toEqual(all.marks.filter(({ row }) => row >= from && row < to));
        expect(part.critical.along).toEqual(all.critical.along.filter(({ row }) => row >= from && row < to));
      }
    });

    test("bars stand where their times are, and what is written stays within the picture", () => {
      for (const row of all.rows) {
        if (row.bar && row.span >= 0 && !row.open) {
          expect(row.bar.x0).toBeCloseTo(scale.x(run.start[row.span] ?? 0), 3);
          expect(row.bar.x1).toBeGreaterThanOrEqual(scale.x(run.end[row.span] ?? 0) - 0.001);
        }
        expect(row.from).toBeGreaterThanOrEqual(0);
        expect(row.to).toBeLessThanOrEqual(WIDTH);
      }
    });

    test("in every part of the time, too, what is written stays within the picture", () => {
      for (let part = 0; part < 1; part += 0.09) {
        for (const length of [8, run.last / 20, run.last / 3]) {
          const window = [part * run.last, part * run.last + length] as const;
          const placed = layout(rows, { width: WIDTH, from: 0, to: rows.count }, scaleOf(run, window));
          const outside = placed.rows.filter((row) => {
            const drawn = [...row.others, ...(row.bar ? [row.bar] : []), ...(row.wait ? [row.wait] : [])];
            return row.from < 0 || row.to > WIDTH || drawn.some(({ x0, x1 }) => x1 < x0 || x0 < -10 || x1 > WIDTH + 10);
          });
          expect(outside).toEqual([]);
        }
      }
    });

    test("what nobody timed has no bar, and words instead", () => {
      for (const { span, bar, open, text } of all.rows) {
        if (span < 0) continue;
        const [noStart, noEnd] = [run.noStart[span], run.noEnd[span]];
        expect(bar === null).toBe(Boolean(noStart && noEnd));
        expect(open).toBe(noStart && noEnd ? null : noStart ? "start" : noEnd ? "end" : null);
        if (noStart && noEnd) expect(text).toContain("no time known");
        else if (noEnd) expect(text).toContain("no end seen");
      }
    });

    test("each is counted among those with the same caller", () => {
      for (let row = 0; row < rows.spans; row++) {
        const family = [...rows.visible.spans].filter((span) => rows.visible.up[span] === rows.visible.up[spanAt(rows, row)]);
        expect(rows.siblings[row]).toBe(family.length);
        expect(rows.position[row]).toBe(family.indexOf(spanAt(rows, row)) + 1);
      }
    });

    test("no log mark and no stretch of the critical path is lost, unless its component is hidden", () => {
      if (lens.hidden || lens.proven) return;
      const marks = [...Array(rows.spans).keys()].flatMap((row) => [...each(rows.marks, row)]);
      const critical = [...Array(rows.spans).keys()].flatMap((row) => [...each(rows.critical, row)]);
      expect(marks.sort((a, b) => a - b)).toEqual([...run.marks.span.keys()]);
      expect(critical.sort((a, b) => a - b)).toEqual([...run.critical.span.keys()]);
    });

    test("one line leads to every row below another, and none to what stands at the top", () => {
      const lines = guides(rows, 0, rows.count);
      const reached = lines.filter((line) => line.to > line.x).map((line) => (line.y1 - ROW / 2) / ROW);
      const wanted = [...rows.visible.spans].flatMap((span, row) => {
        const depth = rows.visible.depth[span] ?? 0;
        return depth > 0 && depth <= DEPTH_MAX ? [row] : [];
      });
      expect(reached).toEqual(wanted);
      for (const line of lines) if (line.tier) expect(line.y1).toBeGreaterThan(line.y0);
      const gaps = [...rows.visible.spans].filter((span) => run.gaps.has(span));
      expect(lines.filter((line) => line.gap)).toHaveLength(gaps.length);
      if (lens.proven) expect(lines.some(({ tier }) => tier === "inferred" || tier === "unresolved")).toBe(false);
    });

    test("lines into a part of the rows end as they do in the whole", () => {
      const ends = (from: number, to: number): string[] =>
        guides(rows, from, to).filter((line) => line.to > line.x).map((line) => [line.x, line.y1, line.to, line.tier].join()); // prettier-ignore
      expect(ends(3, 7)).toEqual(ends(0, rows.count).filter((line) => Number(line.split(",")[1]) > 3 * ROW && Number(line.split(",")[1]) < 7 * ROW));
    });

    test("what can be opened says so, and only what has something below can be", () => {
      for (const span of rows.visible.spans) {
        const state = expanded(rows, span);
        if (state === false) expect(rows.visible.lens.collapsed.has(span)).toBe(true);
        if ((run.size[span] ?? 1) === 1) expect(state).toBeNull();
      }
    });

    test("each row is spoken with its name, its outcome and its start", () => {
      for (const span of rows.visible.spans) {
        const said = spoken(rows, span);
        expect(said.startsWith(`${run.operation(span)} on ${run.componentOf(span).type}:`)).toBe(true);
        if (run.failed(span)) expect(said).toContain(run.statusOf(span));
        if (!run.noStart[span]) expect(said).toContain("starts +");
      }
    });
  });

  test("the shares of the critical path are all of it, the largest first", () => {
    const { total, shares } = sharesOf(run);
    const parts = shares.map(({ part }) => part);
    if (total) expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(1, 6);
    expect(parts).toEqual([...parts].sort((a, b) => b - a));
  });

  test("the minimap counts at every pixel the spans that were at work", () => {
    const scale = scaleOf(run);
    const { work, failures, most } = densityOf(run, scale);
    const timed = [...Array(run.n).keys()].filter((span) => !(run.noStart[span] && run.noEnd[span]));
    for (let x = 0; x < WIDTH; x += 37) {
      const busy = timed.filter((span) => Math.floor(scale.x(run.start[span] ?? 0)) <= x && Math.floor(scale.x(run.end[span] ?? 0)) >= x);
      const sum = work.reduce((all, of) => all + (of[x] ?? 0), 0);
      expect(sum).toBe(busy.length);
      expect(sum).toBeLessThanOrEqual(most);
    }
    expect(failures.reduce((all, n) => all + n, 0)).toBe(timed.filter((span) => run.failed(span)).length);
  });
});

test("tries that were folded stand on one row, with the wait before the first", () => {
  const run = trace("retried");
  const rows = rowsOf(run, look(run, OPEN_LENS));
  const placed = layout(rows, { width: WIDTH, from: 0, to: rows.count }, scaleOf(run));
  const row = placed.rows.find(({ others }) => others.length > 0);
  expect(row?.others).toHaveLength(1);
  expect(row?.others[0]?.failed).toBe(true);
  expect(row?.wait?.x1).toBeCloseTo(row?.others[0]?.x0 ?? -1, 1);
  expect(row?.bar?.x0).toBeGreaterThan(row?.others[0]?.x1 ?? Infinity);
  expect(spoken(rows, row?.span ?? 0)).toContain("2 tries");
});

test("a bar outside the window leaves an arrow to where it is", () => {
  const run = trace("happy");
  const rows = rowsOf(run, look(run, OPEN_LENS));
  const placed = layout(rows, { width: WIDTH, from: 0, to: rows.count }, scaleOf(run, [run.last / 2, run.last / 2 + 40]));
  expect(placed.rows[0]?.bar).toBeNull();
  expect(placed.rows[0]?.text).toMatch(/^◂/);
  expect(placed.rows[rows.spans - 1]?.text).toMatch(/▸$/);
});

test("of a hundred thousand spans only those in view are placed", () => {
  const run = synthetic(100_000);
  const rows = rowsOf(run, look(run, OPEN_LENS));
  const placed = layout(rows, { width: WIDTH, from: 60_000, to: 60_040 }, scaleOf(run));
  expect(placed.rows.map(({ row }) => row)).toEqual([...Array(40).keys()].map((n) => 60_000 + n));
  expect(placed.marks.length).toBeLessThanOrEqual(40);
  expect(guides(rows, 60_000, 60_040).length).toBeLessThanOrEqual(40 + DEPTH_MAX);
});

describe.each([10, 5_000, 400_000, 3_000_000])("%d rows", (count) => {
  const view = 640;
  const scroll = new Scroll(count, view);

  test("are never higher than browsers draw, and all can be reached", () => {
    expect(scroll.sheet).toBeLessThanOrEqual(SHEET_MAX);
    const end = Math.max(scroll.sheet - view, 0);
    expect(scroll.top(end) + view).toBeGreaterThanOrEqual(count * ROW);
    for (let part = 0; part <= 1; part += 0.01) expect(scroll.scrollTop(scroll.top(part * end))).toBeCloseTo(part * end, 3);
  });

  test("come into view when they are asked for, and stay when they are there", () => {
    for (const row of [0, 3, Math.floor(count / 2), count - 1]) {
      const there = scroll.revealing(row, 0) ?? 0;
      expect(scroll.revealing(row, there)).toBeNull();
      expect(scroll.following(row, there)).toBeNull();
      const followed = scroll.following(row, scroll.sheet - view) ?? scroll.sheet - view;
      expect(scroll.following(row, Math.max(followed, 0))).toBeNull();
    }
  });
});
