import { describe, expect, test } from "vitest";
import { SHARES } from "../src/compare/comparison";
import { forAssistant } from "../src/export/assistant";
import { checksYaml } from "../src/export/checks";
import { withoutPayloads } from "../src/export/share_index";
import type { RawIndex } from "../src/data/raw";
import { look, OPEN_LENS } from "../src/model/lens";
import { rows } from "../src/layout/sequence/rows";
import { Trace } from "../src/model/trace";
import { judge, plan, YES } from "../src/search/plan";
import { isProblem, parse } from "../src/search/query";
import { decode, encode } from "../src/state/hash";
import { FIRST_STATE } from "../src/state/state";
import compared from "./runs/compared.json";
import { trace as alone, wholeDetails } from "./runs";

const raw = compared.index as unknown as RawIndex; // JSON knows no literal types
const trace = new Trace(raw);
const spans = [...Array(trace.n).keys()];
const of = (...changes: string[]) => spans.filter((span) => changes.includes(trace.changeOf(span)));

function found(query: string, run = trace): number[] {
  const read = parse(query);
  if (isProblem(read)) throw new Error(read.text);
  const made = plan(run, read);
  return [...Array(run.n).keys()].filter((span) => judge(made, span) === YES);
}

describe("two runs in one page", () => {
  test("each kind of difference is there, and each has a badge that says so", () => {
    for (const change of ["inserted", "removed"]) {
      expect(of(change).length).toBeGreaterThan(0);
      for (const span of of(change)) expect(trace.badges(span)[0]?.text).toContain(change);
    }
    for (const span of of("same")) expect(trace.badges(span).map(({ kind }) => kind)).not.toContain("changed");
    expect(trace.compare?.differing).toEqual(of("changed", "inserted", "removed", "moved"));
  });

  test.each(["same", "changed", "inserted", "removed", "moved"])("change:%s finds them", (change) => {
    expect(found(`change:${change}`)).toEqual(of(change));
    expect(found(`-change:${change}`)).toEqual(spans.filter((span) => trace.changeOf(span) !== change));
  });

  test("a page of one run has no changes", () => {
    const one = alone("happy");
    expect(one.compare).toBeNull();
    expect(found("change:same", one)).toEqual([]);
  });

  test("run A leaves out what is inserted, run B what is removed", () => {
    const shown = (share: "a" | "b") => [...look(trace, { ...OPEN_LENS, only: trace.compare?.spansOf(share) ?? null }).spans];
    expect(shown("b")).toEqual(spans.filter((span) => trace.changeOf(span) !== "removed"));
    expect(shown("a")).toEqual(spans.filter((span) => trace.changeOf(span) !== "inserted"));
  });

  test("what only run A has stands together, and tells no time of run B", () => {
    const told = rows(trace, look(trace, OPEN_LENS));
    const gone = [...told.at].flatMap((span, row) => (trace.changeOf(span) === "removed" ? [row] : []));
    expect(gone.length).toBeGreaterThan(0);
    expect((gone.at(-1) ?? 0) - (gone[0] ?? 0)).toBe(gone.length - 1);
  });

  test.each(SHARES)("an address keeps what is shown: %s", (share) => {
    const lens = { ...OPEN_LENS, only: trace.compare?.spansOf(share) ?? null };
    const hash = encode(trace, { ...FIRST_STATE, lens }, FIRST_STATE);
    expect(decode(trace, hash, FIRST_STATE).state.lens?.only).toBe(lens.only);
  });

  test("an address of a comparison means nothing in a page of one run", () => {
    expect(decode(alone("happy"), "compare=a", FIRST_STATE).notes).toHaveLength(1);
  });

  test("a shareable copy stays a comparison, without what was said", () => {
    const copy = withoutPayloads({ ...raw, compare: { ...raw.compare, secret: "canary" } } as RawIndex);
    expect(JSON.stringify(copy)).not.toContain("canary");
    expect(new Trace(copy).compare?.differing).toEqual(trace.compare?.differing);
    expect(copy.compare?.run.reasons).toEqual([]);
  });
});

describe("what is copied from two runs is about the second alone", () => {
  const lines = wholeDetails(raw, compared.details);
  const viewer = { trace, chunks: { detail: async (span: number) => lines[span] } as never }; // all that is asked of it
  const gone = of("removed");
  const names = gone.map((span) => trace.componentOf(span).name).filter((name) => !of("same", "changed", "inserted", "moved").some((span) => trace.componentOf(span).name === name));

  test("there is something that only the first run has", () => expect(names).toContain("audit-writer"));

  test.each(["expect", "never"] as const)("checks, %s", async (wish) => {
    const yaml = await checksYaml(viewer, spans, wish);
    for (const name of names) expect(yaml).not.toContain(name);
    expect(yaml).toContain(`${trace.n - gone.length} spans picked`);
    expect(yaml).toContain(`${gone.length} more picked are left out: only run A has them.`);
  });

  test("spans that are alike are counted in the second run", async () => {
    const label = (span: number) => `${trace.componentOf(span).type}:${trace.componentOf(span).name} ${trace.operation(span)}`;
    const span = of("same").find((at) => !gone.some((other) => label(other) === label(at)));
    expect(await checksYaml(viewer, [span ?? 0], "expect")).toContain("seen 1 time");
  });

  test("nothing but what the first run has gives nothing", async () => {
    const yaml = await checksYaml(viewer, gone, "expect");
    expect(yaml.split("\n").filter((line) => line.startsWith("  - "))).toEqual([]);
  });

  test("an assistant is told of the second, and that it is so", async () => {
    const text = await forAssistant(viewer, spans, 32_000);
    for (const name of names) expect(text).not.toContain(name);
    for (const span of gone) expect(text).not.toContain(`[span ${trace.id(span)}]`);
    expect(text).toContain(`without ${gone.length} spans that only the other has`);
  });
});
