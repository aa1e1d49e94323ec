import { describe, expect, test } from "vitest";
import { columns, scale } from "../src/charts/strip";
import { checksOf, groupsOf, stepOf, titleOf } from "../src/model/check_order";
import { turns } from "../src/model/conversation";
import { elsewhere } from "../src/model/elsewhere";
import { insights } from "../src/model/insights";
import { fromMs, since, utc } from "../src/model/instant";
import { askerOf, reasonBefore, replay } from "../src/model/replay";
import { pieces, terms } from "../src/search/marked";
import { tokensOfRun, usedBy } from "../src/model/tokens";
import { NAMES, details, trace } from "./runs";

describe("moments", () => {
  test("are exact to the nanosecond", () => {
    expect(utc("1772350262120000001")).toBe("2026-03-01 07:31:02.120000001 UTC");
    expect(utc("-1")).toBe("1969-12-31 23:59:59.999999999 UTC");
    expect(utc("9".repeat(30))).toContain("ns after 1970");
    expect(since("1772350262360000001", 1772350262120000001n)).toBe("+240 ms");
    expect(utc(fromMs(1772350262120))).toBe("2026-03-01 07:31:02.120000000 UTC");
  });
});

describe("words of a query", () => {
  test("are those that a text can hold", () => {
    expect(terms('component:x status:error -attempt:1 "my lamp" dur>500ms broken -quiet id:8ab8')).toEqual(["my lamp", "broken", "8ab8"]);
    expect(terms("dur>soon")).toEqual([]);
    expect(terms("")).toEqual([]);
  });

  test("are marked, and nothing of the text is lost", () => {
    const text = "Lamp (a.b) lamp";
    const found = pieces(text, ["lamp", "(a.b)"]);
    expect(found.filter((piece) => piece.hit).map((piece) => piece.text)).toEqual(["Lamp", "(a.b)", "lamp"]);
    expect(found.map((piece) => piece.text).join("")).toBe(text);
    expect(pieces("aaaa", ["a"], 2).map((piece) => piece.text)).toEqual(["a", "a", "aa"]);
  });
});

describe("turns", () => {
  test("of a request with system and messages, in the shapes of Bedrock and Anthropic", () => {
    const request = { system: [{ text: "Be kind." }], messages: [{ role: "user", content: [{ text: "Hello" }, { toolUse: { name: "x" } }] }] };
    const found = turns(JSON.stringify(request), "user");
    expect(found.map(({ role, data }) => [role, data])).toEqual([["system", false], ["user", false], ["user", true]]);
    expect(found[2]?.text).toContain('"toolUse"');
  });

  test("of answers", () => {
    expect(turns('{"output": {"message": {"role": "assistant", "content": [{"text": "Hi"}]}}}', "assistant")).toEqual([{ role: "assistant", text: "Hi", data: false }]);
    expect(turns('{"role": "assistant", "content": "Hi"}', "assistant")).toEqual([{ role: "assistant", text: "Hi", data: false }]);
    expect(turns('{"text": "Hi"}', "assistant")).toEqual([{ role: "assistant", text: "Hi", data: false }]);
  });

  test("are not seen where there are none", () => {
    expect(turns('{"MessageId": "1"}', "assistant")).toEqual([]);
    expect(turns("plain text", "user")).toEqual([]);
  });
});

test("a query for records names groups, streams and a bounded time", () => {
  const at = { event_id: "1", format: "line", ingested_ms: null };
  const found = insights([
    { ...at, source: "cloudwatch_logs", group: "/aws/lambda/a", stream: 's"1', time_ms: 1000 },
    { ...at, source: "cloudwatch_logs", group: "/aws/lambda/a", stream: "s2", time_ms: 5000 },
    { ...at, source: "xray", group: "", stream: "t", time_ms: 5000 },
  ]);
  expect(found).toHaveLength(1);
  expect(found[0]?.query).toContain('| filter @logStream in ["s\\"1", "s2"]');
  expect(found[0]?.query).toContain("| filter @timestamp >= 0 and @timestamp <= 6000");
  expect(found[0]?.query.split("\n").every((line) => /^(#|fields|\|)/.test(line))).toBe(true);
});

test("checks of every status stand in the order in which a person wants them, by the names that the case gives them", () => {
  const { checks } = trace("weighed");
  expect(groupsOf(checks).map(({ status }) => status)).toEqual(["failed", "error", "inconclusive", "warning", "xfailed", "skipped", "passed"]);
  expect(checks.slice(0, 2).map(titleOf)).toEqual(["max_duration", "The new intake ran once"]);
});

describe.each(NAMES)("%s", (name) => {
  const run = trace(name);

  test("checks are all there, those that failed first; a span knows who cites it", () => {
    const order = groupsOf(run.checks).flatMap((group) => group.checks);
    expect([...order].sort((a, b) => a - b)).toEqual(run.checks.map((_, at) => at));
    const passed = order.map((at) => run.checks[at]?.status === "passed");
    expect(passed).toEqual([...passed].sort());
    run.checks.forEach((check, at) => check.cites.forEach((span) => expect(checksOf(run.checks, span)).toContain(at)));
  });

  test("steps go through all cited spans, round and round", () => {
    for (const { cites } of run.checks) {
      for (const by of [1, -1] as const) {
        const seen = new Set<number | null>();
        let at: number | null = null;
        for (let n = 0; n < cites.length; n++) seen.add((at = stepOf(cites, at, by)));
        expect(seen.size).toBe(cites.length);
        if (cites.length) expect(seen.has(stepOf(cites, at, by))).toBe(true);
      }
    }
  });

  test("the same operation elsewhere is found, in rising order, with this span in its place", () => {
    for (let span = 0; span < run.n; span++) {
      const found = elsewhere(run, span);
      if (!found) continue;
      expect([...found.durations].sort((a, b) => a - b)).toEqual(found.durations);
      expect(found.spans.every((at) => run.operation(at) === run.operation(span))).toBe(true);
      if (run.duration(span) !== null) expect(found.spans[found.at]).toBe(span);
      expect(found.words).not.toBe("");
    }
  });

  test("a replay holds all calls of a span in the order of time", () => {
    details(name).forEach((detail, span) => {
      const steps = replay(run, span, detail);
      expect(steps.flatMap((step) => ("span" in step ? [step.span] : [])).sort((a, b) => a - b)).toEqual(run.children(span));
      expect(steps.map((step) => step.at)).toEqual(steps.map((step) => step.at).sort((a, b) => a - b));
    });
  });
});

test("tokens of a run are those that its counts say", () => {
  const run = trace("happy");
  const said = run.run.counts.filter(({ name }) => name.endsWith("tokens")).map(({ n }) => n);
  expect(Object.values(tokensOfRun(run))).toEqual(said);
  const agent = run.components.findIndex(({ type }) => type === "agent");
  const span = run.component.indexOf(agent);
  expect(usedBy(run, span, undefined)?.rows.map(({ n }) => n)).toEqual(said);
});

test("a strip has never more lines than pixels, and its ends are its ends", () => {
  const values = Array.from({ length: 5000 }, (_, n) => n * n);
  const place = scale(values);
  expect(columns(values, place).length).toBeLessThanOrEqual(320);
  expect(columns(values, place).reduce((sum, [, n]) => sum + n, 0)).toBe(values.length);
  expect([place(0), place(values[4999] ?? 0)]).toEqual([6, 314]);
  expect(scale([5, 5])(5)).toBe(160);
});

describe("why an agent asked", () => {
  const run = trace("happy");
  const tool = run.component.indexOf(run.components.findIndex(({ type }) => type === "tool"));
  const agent = askerOf(run, tool) ?? -1;
  const known = details("happy")[agent];
  const at = (units: number) => String(run.originNs + BigInt((run.start[tool] ?? 0) + units) * BigInt(run.unitNs));
  const said = (time_ns: string, text: string) => ({ time_ns, name: "rationale", text });

  test("is the last that it said before", () => {
    if (!known) throw new Error("no agent");
    expect(run.componentOf(agent).type).toBe("agent");
    const events = [said(at(5_000_000), "later"), said(at(-1), "before"), said(at(-100), "long before"), { ...said(at(0), "a line"), name: "log" }];
    expect(reasonBefore(run, tool, { ...known, events })?.text).toBe("before");
    expect(reasonBefore(run, tool, { ...known, events: [] })).toBeNull();
  });

  test("is not asked of models, nor of what no agent called", () => {
    for (let span = 0; span < run.n; span++) {
      const asker = askerOf(run, span);
      if (asker !== null) expect(run.parent[span]).toBe(asker);
      if (run.componentOf(span).type === "model") expect(asker).toBeNull();
    }
  });
});
