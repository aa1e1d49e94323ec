import { describe, expect, test } from "vitest";
import { Chunks } from "../src/data/chunks";
import { finder } from "../src/search/lines";
import { plan } from "../src/search/plan";
import { isProblem, parse, quoted } from "../src/search/query";
import { run } from "../src/search/run";
import { suggest } from "../src/search/suggest";
import { goToHit, neighbour } from "../src/search/hits";
import { Viewer } from "../src/viewer";
import { NAMES, type RunName, details, trace } from "./runs";

/** As Python writes a line into a page. */
function line(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function opened(name: RunName): { chunks: Chunks; read: number[] } {
  const lines = details(name).map(line);
  const firsts = lines.map((_, at) => at).filter((at) => at % 2 === 0);
  const read: number[] = [];
  const chunks = new Chunks(firsts, lines.length, async (chunk) => {
    read.push(chunk);
    return lines.slice(2 * chunk, 2 * chunk + 2).join("\n");
  });
  return { chunks, read };
}

async function search(name: RunName, typed: string, from = opened(name)): Promise<readonly number[]> {
  const query = parse(typed);
  if (isProblem(query)) throw new Error(query.text);
  let last: readonly number[] = [];
  const run_ = trace(name);
  await run(run_, from.chunks, plan(run_, query), (spans) => (last = spans), new AbortController().signal);
  return last;
}

const texts = ["plain", 'a "quote"', "<b>&amp;</b>", "back\\slash", "line\nbreak", "tab\t", "é \u2028 \u2029", "\u0001", "{},:[]", "42", "true", "\\u003c", '\\"'];

test("a text is found exactly where its value holds it, whatever has to be escaped", () => {
  for (const text of texts) {
    for (const other of texts) {
      const found = finder(text).inLine(line({ name: "x", request: { text: `.${other}.` } }));
      expect([text, other, found]).toEqual([text, other, `.${other}.`.toLowerCase().includes(text.toLowerCase())]);
    }
  }
});

test.each(["request", "span_id", "e", "na", "u003c", "003", "n", "text\""])("%s: neither our keys nor escapes are hits", (text) => {
  expect(finder(text).inLine(line({ span_id: "0", request: { text: "<\n" } }))).toBe(false);
});

test("our own times are no hits, numbers in payloads are", () => {
  expect(finder("1772").inLine(line({ start_ns: "1772350262120000001", attempt: { n: 1772 } }))).toBe(false);
  expect(finder("1772").inLine(line({ request: { text: '{"n":1772}' } }))).toBe(true);
});

describe.each(NAMES)("%s", (name) => {
  const it = trace(name);
  const all = [...Array(it.n).keys()];
  const where = (holds: (span: number) => boolean) => all.filter(holds);

  test("each field finds the spans of which it is true, and its negation all others", async () => {
    const cases: [string, number[]][] = [
      ["status:failed", where((span) => it.failed(span))],
      ["attempt:>1", where((span) => (it.attempt(span) ?? 0) > 1)],
      ["dur>=300ms", where((span) => (it.duration(span) ?? -1) * it.unitNs >= 3e8)],
      ["wait>1s", where((span) => (it.wait(span) ?? -1) * it.unitNs > 1e9)],
      ["tier:inferred", where((span) => it.tierOf(span) === "inferred")],
      ...it.components.map(({ type, name: label }, at): [string, number[]] => [`component:${quoted(`${type}:${label}`)}`, where((span) => it.component[span] === at)]),
      ...it.components.map(({ type }): [string, number[]] => [`kind:${type}`, where((span) => it.componentOf(span).type === type)]),
      ...all.map((at): [string, number[]] => [`op:${quoted(it.operation(at))}`, where((span) => it.operation(span) === it.operation(at))]),
      ...it.checks.map((check): [string, number[]] => [
        `check:${check.name}`,
        where((span) => it.checks.some((each) => each.name === check.name && each.cites.includes(span))),
      ]),
      ...it.checks.map(({ title, name: called }): [string, number[]] => [
        `check:${quoted(title ?? called)}`,
        where((span) => it.checks.some((each) => (each.title ?? each.name) === (title ?? called) && each.cites.includes(span))),
      ]),
    ];
    for (const [typed, spans] of cases) {
      const { chunks, read } = opened(name);
      expect([typed, await search(name, typed, { chunks, read })]).toEqual([typed, spans]);
      expect([`-${typed}`, await search(name, `-${typed}`)]).toEqual([`-${typed}`, where((span) => !spans.includes(span))]);
      expect(read).toEqual([]); // columns are enough
    }
  });

  test("every payload finds its span, in any case", async () => {
    for (const [span, detail] of details(name).entries()) {
      const text = detail.request?.text ?? detail.events?.[0]?.text ?? "";
      if (!text) continue;
      expect(await search(name, quoted(text))).toContain(span);
      expect(await search(name, quoted(text.slice(0, 20).toUpperCase()))).toContain(span);
      expect(await search(name, `-${quoted(text)}`)).not.toContain(span);
    }
  });

  test("every id finds its span", async () => {
    for (const span of all) {
      expect(await search(name, `id:${it.id(span)}`)).toContain(span);
      expect(await search(name, it.id(span))).toContain(span);
    }
  });

  test("only those chunks are opened that can decide something", async () => {
    const from = opened(name);
    await search(name, 'status:failed "never there at all"', from);
    const chunks = new Set(where((span) => it.failed(span)).map((span) => span >> 1));
    expect(from.read).toEqual([...chunks]);
  });

  test("OR joins what each finds", async () => {
    const both = new Set([...(await search(name, "status:failed")), ...(await search(name, "tier:exact"))]);
    expect(await search(name, "status:failed OR tier:exact")).toEqual(where((span) => both.has(span)));
  });

  test("every suggestion can be typed", () => {
    for (const typed of ["comp", "component:", "kind:", "op:", "-status:", "x error:", "check:", "rule:", "tier:"]) {
      for (const { insert, from, to } of suggest(it, typed, typed.length)) {
        const whole = typed.slice(0, from) + insert + typed.slice(to);
        if (!/[:>]$/.test(whole)) expect([whole, isProblem(parse(whole))]).toEqual([whole, false]);
      }
    }
  });

  test("from match to match: all of them, around, and each is shown", () => {
    const viewer = new Viewer(it, opened(name).chunks, { query: "q" });
    viewer.hits.set({ query: "q", spans: all, done: true, problem: "" });
    const seen = all.map(() => {
      goToHit(viewer, 1);
      const { selected } = viewer.state;
      expect(viewer.visible().shown[selected ?? -1]).toBe(1);
      return selected;
    });
    expect(new Set(seen)).toEqual(new Set(all));
  });
});

test("a neighbour in a sorted list, around both ends", () => {
  expect([0, 2, 5, 9, null].map((from) => neighbour([2, 5], from, 1))).toEqual([2, 5, 2, 2, 2]);
  expect([0, 2, 5, 9, null].map((from) => neighbour([2, 5], from, -1))).toEqual([5, 5, 2, 5, 5]);
  expect(neighbour([], 1, 1)).toBe(null);
});
