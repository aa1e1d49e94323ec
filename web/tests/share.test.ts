import { describe, expect, test } from "vitest";
import { fileName } from "../src/export/names";
import { scaleOf, TooLarge } from "../src/export/picture";
import { LEFT_OUT, withoutPayloads } from "../src/export/share_index";
import { Trace } from "../src/model/trace";
import { HOSTILE } from "./hostile";
import { index, NAMES } from "./runs";

describe.each(NAMES)("%s", (name) => {
  const raw = index(name);
  const copy = withoutPayloads(raw);

  test("structure, times, verdicts and names stay", () => {
    const [before, after] = [new Trace(raw), new Trace(copy)];
    expect(after.n).toBe(before.n);
    for (const column of ["parent", "start", "end", "status", "tier", "component", "opening", "closing"] as const) expect(after[column]).toEqual(before[column]);
    for (let span = 0; span < before.n; span++) {
      expect([after.id(span), after.operation(span), after.errorType(span), after.badges(span), after.rule(span)]).toEqual([
        before.id(span),
        before.operation(span),
        before.errorType(span),
        before.badges(span),
        before.rule(span),
      ]);
    }
    expect(after.checks.map((check) => [check.name, check.status, check.cites])).toEqual(before.checks.map((check) => [check.name, check.status, check.cites]));
  });

  test("what was said is gone, and says so", () => {
    expect(copy.chunks).toEqual([]);
    expect(copy.run.banners.map((banner) => banner.word)).toContain("SHAREABLE COPY");
    for (const check of copy.checks) expect([LEFT_OUT, check.actual]).toContain(check.message);
    for (const component of copy.components) expect(component.id).toBe("");
  });

  test("a copy of a copy is the same", () => expect(withoutPayloads(copy)).toEqual(copy));
});

test("what a check is called goes along; its excuse and what it came close to, which may quote, do not", () => {
  const copy = withoutPayloads(index("weighed"));
  expect(copy.checks.map((check) => check.title)).toEqual(index("weighed").checks.map((check) => check.title));
  expect(copy.checks.filter((check) => check.xfail || check.nearest)).toEqual([]);
});

test("a new field does not go along by itself", () => {
  const more = { ...index("happy"), secret: "canary", run: { ...index("happy").run, secret: "canary" } };
  expect(JSON.stringify(withoutPayloads(more))).not.toContain("canary");
});

test("names of files are safe on every system", () => {
  const { run } = index("happy");
  expect(fileName(run, "sequence.svg")).toBe("refund-run-1-sequence.svg");
  for (const text of HOSTILE) {
    const name = fileName({ ...run, id: text, case: { ...run.case, id: text } }, "sequence.svg");
    expect(name).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]*$/);
    expect(name).not.toContain("..");
  }
});

test("a picture is drawn twice as large, smaller where it must be, and not at all where nobody could read it", () => {
  expect(scaleOf({ width: 800, height: 600 })).toBe(2);
  expect(scaleOf({ width: 800, height: 16_000 })).toBe(1);
  expect(() => scaleOf({ width: 800, height: 200_000 })).toThrow(TooLarge);
});
