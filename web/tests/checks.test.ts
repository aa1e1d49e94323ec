import { describe, expect, test } from "vitest";
import type { Detail, RawIndex } from "../src/data/raw";
import { checksYaml, type Wish } from "../src/export/checks";
import { literal } from "../src/export/jmespath";
import { quote, reproduce } from "../src/export/shell";
import { scalar } from "../src/export/yaml";
import { Trace } from "../src/model/trace";
import { HOSTILE } from "./hostile";
import { details, index, NAMES, wholeDetails } from "./runs";
import awkward from "./runs/awkward.json";

const RUNS = [...NAMES.map((name) => ({ name, index: index(name), lines: details(name) })), awkwardRun()];

/** Python reads these files, and judges the same runs by them: tests/renderers/test_copied_checks.py. */
describe.each(RUNS)("$name", ({ name, index, lines }) => {
  const trace = new Trace(index);
  const all = [...Array(trace.n).keys()];
  const chunks = { detail: async (span: number) => lines[span] as Detail } as never; // all that is asked of it

  test.each(["expect", "never"] as const)("%s", async (wish: Wish) => {
    // Every other span, so that some components are forbidden only in part of what they do.
    const picked = wish === "never" ? all.filter((span) => span % 2) : all;
    const yaml = await checksYaml({ trace, chunks }, picked, wish);
    await expect(yaml).toMatchFileSnapshot(`./copied/${name}.${wish}.yaml`);
  });

  test.each(all)("span %i alone gives one-line items", async (span) => {
    const yaml = await checksYaml({ trace, chunks }, [span], "expect");
    for (const line of yaml.trimEnd().split("\n").slice(1)) expect(line).toMatch(/^ {2}(# |- )/);
  });
});

test("no text breaks out of its quotes", () => {
  for (const text of HOSTILE) {
    expect(scalar(text)).toMatch(/^(?:[A-Za-z][\w./-]*:[\w./-]+|"(?:[^"\\\n\r\u2028\u2029\u0085]|\\.)*")$/u);
    expect(literal(text)).toMatch(/^(?:'[^'\\]*'|`[^`]*`)$/);
    expect(quote(text)).toMatch(/^(?:[\w@%+=:,./-]+|'(?:[^']|'\\'')*')$/);
  }
});

test("the command runs the same case", () => {
  const run = index("happy").run;
  expect(reproduce(run)).toBe("itk run --case cases/refund.yaml --out artifacts/refund-again");
  const hidden = { ...run, case: { ...run.case, path: "-c;it's.yaml" } };
  expect(reproduce(hidden)).toBe("itk run --case './-c;it'\\''s.yaml' --out artifacts/refund-again");
  expect(reproduce({ ...run, case: { ...run.case, path: "a\nb" } })).toBeNull();
  const recorded = { ...run, banners: [{ word: "DEV-FIXTURES", text: "" }] };
  expect(reproduce(recorded)).toMatch(/ --mode dev-fixtures$/);
});

function awkwardRun() {
  const raw = awkward.index as unknown as RawIndex; // JSON knows no literal types
  return { name: "awkward", index: raw, lines: wholeDetails(raw, awkward.details) };
}
