import { describe, expect, test } from "vitest";
import { isProblem } from "../src/search/language";
import { courseOf, shapesOf } from "../src/suite/drawing";
import { itemsOf, SORTS, tally } from "../src/suite/items";
import { FIELD_NAMES, FIELDS, find, hasTerm, isFound, quoted, STATUSES, toggled } from "../src/suite/query";
import type { RawSuite } from "../src/suite/raw";
import { inSight, tops } from "../src/suite/sight";
import { decode, encode, FIRST_STATE, type State } from "../src/suite/state";
import shop from "./suite.json";

const suite = shop as unknown as RawSuite; // JSON knows no literal types
const all = [...suite.cases.keys()];

function ids(query: string): string[] {
  const found = find(suite, query);
  if (!isFound(found)) throw new Error(found.text);
  return found.map((at) => suite.cases[at]?.id ?? "");
}

describe("the query language", () => {
  test("the sample of each field is read", () => {
    for (const name of FIELD_NAMES) expect(isFound(find(suite, FIELDS[name].sample))).toBe(true);
  });

  test.each([
    ["s:failed", ["order-unstored", "order-archived", "triage-refund"]],
    ["status:error", ["legacy-import"]],
    ["s:failed OR s:error", ["order-unstored", "order-archived", "triage-refund", "legacy-import"]],
    ["@smoke -s:passed", ["order-unstored", "triage-refund"]],
    ["tag:smo*  group:events", ["price-changed"]],
    ["flaky", ["angry-customer"]],
    ["is:flaky", ["angry-customer"]],
    ["-flaky group:agents", ["triage-refund", "policy-answer", "guardrail-pii"]],
    ["tries>1", ["angry-customer"]],
    ["dur>6s", ["triage-refund", "angry-customer"]],
    ["dur<=950ms", ["price-changed"]],
    ["retry>1", ["order-poison", "triage-refund"]],
    ['"the order is stored"', ["order-unstored", "order-archived"]],
    ["nobody-says-this", []],
    ["check:dlq", ["order-poison"]],
    ["component:guardrail:pii s:failed", ["triage-refund"]],
    [`failure:${quoted("spans: no PutItem on table:orders")}`, ["order-unstored", "order-archived"]],
    ["id:import file:events", ["legacy-import"]],
  ])("%s", (query, found) => {
    expect(ids(query)).toEqual(found);
  });

  test("what is in no query is in its opposite", () => {
    for (const name of FIELD_NAMES) {
      const { sample } = FIELDS[name];
      expect([...ids(sample), ...ids(`-${sample}`)].sort()).toEqual(suite.cases.map(({ id }) => id).sort());
    }
  });

  test("outcomes share the cases among them", () => {
    expect(STATUSES.flatMap((status) => ids(`s:${status}`)).sort()).toEqual(suite.cases.map(({ id }) => id).sort());
  });

  test.each(["s:flunked", "dur>5", "stauts:failed", "retry:two", "a OR"])("%s is a problem", (query) => {
    const found = find(suite, query);
    expect(!isFound(found) && isProblem(found)).toBe(true);
  });

  test("a group holds those below it, and none that only begins alike", () => {
    const deep = { ...suite, cases: ["a", "a/b", "ab", ""].map((group, n) => ({ ...suite.cases[0], id: String(n), group })) } as RawSuite;
    expect(find(deep, "group:a")).toEqual([0, 1]);
    expect(find(deep, "group:a/")).toEqual([0, 1]);
    expect(find(deep, "group:a/*")).toEqual([1]);
  });
});

test("a term is put and taken, and its family gives way", () => {
  const family = /^s:/;
  expect(toggled("", "s:failed", family)).toBe("s:failed");
  expect(toggled("@a s:failed", "s:failed", family)).toBe("@a");
  expect(toggled('s:error "x y"', "s:failed", family)).toBe('"x y" s:failed');
  expect(hasTerm('a "s:failed"', "s:failed")).toBe(false);
});

describe("the list", () => {
  test("without folding, every case once, below the heading of its directory", () => {
    for (const sort of SORTS) {
      const items = itemsOf(suite, all, { sort, flat: false, closed: new Set() });
      let heading = "";
      const seen: number[] = [];
      for (const item of items) {
        if (item.kind === "group") heading = item.name;
        else seen.push(item.at);
        if (item.kind === "case") expect(suite.cases[item.at]?.group ?? "").toBe(heading);
      }
      expect([...seen].sort((a, b) => a - b)).toEqual(all);
      expect(new Set(items.map(({ key }) => key)).size).toBe(items.length);
    }
  });

  test("a folded directory keeps its heading and its count", () => {
    const items = itemsOf(suite, all, { sort: "order", flat: false, closed: new Set(["orders"]) });
    expect(items[0]).toMatchObject({ kind: "group", name: "orders", cases: [0, 1, 2, 3, 4] });
    expect(items[1]).toMatchObject({ kind: "group", name: "agents" });
  });

  test.each(SORTS)("sorted by %s, and equal ones in the order of the suite", (sort) => {
    const ats = itemsOf(suite, all, { sort, flat: true, closed: new Set() }).map((item) => (item.kind === "case" ? item.at : -1));
    const value = (at: number) => {
      const each = suite.cases[at];
      if (sort === "duration") return -(each?.ms ?? -1);
      if (sort === "status") return ["failed", "error", "inconclusive", "warning", "skipped", "passed"].indexOf(each?.status ?? "");
      return 0;
    };
    for (const [n, at] of ats.entries()) {
      const before = ats[n - 1];
      if (before === undefined || sort === "name") continue;
      expect(value(before) < value(at) || (value(before) === value(at) && before < at)).toBe(true);
    }
  });

  test("a directory tells how its cases ended, worst first", () => {
    expect(tally(suite, all)).toEqual([["failed", 3], ["error", 1], ["inconclusive", 1], ["warning", 1], ["skipped", 1], ["passed", 7]]);
  });
});

test("what is in sight is all that a part of the window shows", () => {
  const heights = [40, 50, 50, 300, 50, 40, 50];
  const places = tops(heights);
  expect(places.at(-1)).toBe(580);
  for (let from = -60; from < 700; from += 7) {
    for (const tall of [1, 55, 200, 900]) {
      const [first, last] = inSight(places, from, from + tall);
      for (const [at, top] of places.slice(0, -1).entries()) {
        const isSeen = top < from + tall && top + (heights[at] ?? 0) > from;
        if (isSeen) expect(at >= first && at < last).toBe(true);
      }
      expect(last - first).toBeLessThanOrEqual(heights.length);
    }
  }
  expect(inSight(tops([]), 0, 900)).toEqual([0, 0]);
});

describe("the drawings", () => {
  test("each bar is drawn, and each that failed has a cross", () => {
    for (const each of suite.cases) {
      const { shapes, crosses } = shapesOf(each);
      const bars = (each.bars ?? []).length / 4;
      expect(shapes.reduce((sum, { d }) => sum + (d.match(/z/g) ?? []).length, 0)).toBe(bars);
      const failed = (each.bars ?? []).filter((value, at) => at % 4 === 3 && value === 1).length;
      expect((crosses.match(/M/g) ?? []).length).toBe(failed);
    }
  });

  test("nothing leaves the drawing", () => {
    for (const each of suite.cases) {
      for (const { d } of shapesOf(each).shapes) {
        for (const [, x = "", y = "", wide = "", tall = ""] of d.matchAll(/M([\d.]+) ([\d.]+)h([\d.]+)v([\d.]+)/g)) {
          expect(Number(x) + Number(wide)).toBeLessThanOrEqual(160.11);
          expect(Number(y) + Number(tall)).toBeLessThanOrEqual(30.11);
        }
      }
    }
  });

  test("two that ran at once never share a line", () => {
    const { paths, lines } = courseOf(suite, 1000, 6);
    const strips = paths.flatMap(([, d]) => [...d.matchAll(/M([\d.]+) ([\d.]+)h([\d.]+)/g)].map(([, x, y, wide]) => [Number(y), Number(x), Number(x) + Number(wide)] as const));
    expect(strips.length).toBe(suite.cases.reduce((sum, { tries = [] }) => sum + tries.length, 0));
    expect(Math.max(...strips.map(([line]) => line))).toBe((lines - 1) * 6);
    const sorted = strips.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    for (const [n, [line, from]] of sorted.entries()) {
      const before = sorted[n - 1];
      if (before && before[0] === line) expect(from).toBeGreaterThanOrEqual(before[2] - 0.2);
    }
  });
});

describe("the address", () => {
  const there = (state: State) => decode(suite, `#${encode(suite, state)}`);

  test("the first state has none", () => {
    expect(encode(suite, FIRST_STATE)).toBe("");
    expect(decode(suite, "")).toEqual({ state: {}, notes: [] });
  });

  test("what was written is read again", () => {
    let seed = 7;
    const below = (n: number) => (seed = (seed * 16807) % 2147483647) % n;
    for (let n = 0; n < 200; n++) {
      const state: State = {
        ...FIRST_STATE,
        query: ["", "s:failed", 'a "b & c" 100% #=,é\u2028', "-x OR y"][below(4)] ?? "",
        sort: SORTS[below(4)] ?? "order",
        flat: below(2) === 0,
        closed: new Set(["orders", "agents", "events"].filter(() => below(2))),
        open: new Set(all.filter(() => below(3) === 0)),
      };
      const { state: found, notes } = there(state);
      expect(notes).toEqual([]);
      expect({ ...FIRST_STATE, ...found }).toEqual(state);
    }
  });

  test.each(["case=nobody", "sort=colour", "flat=2", "closed=gnowhere", "what=ever", "%E0%A4%A=1", "__proto__=1"])("%s is left out and said", (hash) => {
    const { state, notes } = decode(suite, `#${hash}&q=x`);
    expect(state.query).toBe("x");
    expect(notes).toHaveLength(1);
  });
});
