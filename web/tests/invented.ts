/** Invented runs of any size: the same number gives the same run. */
import type { RawIndex } from "../src/data/raw";
import { Trace } from "../src/model/trace";

/** Numbers that look random. */
export function numbers(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A tree of `n` spans. Some fail, some have no end or no time at all; `silent`: long pauses between the roots. */
export function synthetic(n: number, { seed = 7, silent = false } = {}): Trace {
  const next = numbers(seed);
  const [parent, start, length, status, tier]: [number[], number[], number[], number[], number[]] = [[], [], [], [], []];
  const open: number[] = [];
  const [noStart, noEnd]: [number[], number[]] = [[], []];
  let clock = 0;
  for (let at = 0; at < n; at++) {
    while (open.length && next() < 0.45) open.pop();
    if (open.length > 14) open.length = 3;
    if (silent && !open.length && at) clock += 400_000;
    clock += Math.floor(next() * 20);
    const up = open[open.length - 1];
    parent.push(up === undefined ? 0 : at - up);
    start.push(clock);
    length.push(Math.floor(next() * 60));
    status.push(next() < 0.05 ? 1 : next() < 0.03 ? 5 : 0);
    tier.push(up === undefined ? 0 : 1 + Math.floor(next() * 4));
    if (next() < 0.02) noEnd.push(at);
    if (next() < 0.01) noStart.push(at);
    open.push(at);
  }
  return new Trace(raw({ n, parent, start, length, status, tier, noStart, noEnd }));
}

interface Parts {
  readonly n: number;
  readonly parent: readonly number[];
  readonly start: readonly number[];
  readonly length: readonly number[];
  readonly status: readonly number[];
  readonly tier: readonly number[];
  readonly noStart: readonly number[];
  readonly noEnd: readonly number[];
}

function raw(parts: Parts): RawIndex {
  const { n } = parts;
  const all = (value: number): number[] => new Array<number>(n).fill(value);
  const none = { at: [], is: [] };
  const marked = [...Array(n).keys()].filter((at) => at % 3 === 0);
  return {
    v: 2,
    run: {} as RawIndex["run"], // nothing here reads it
    origin_ns: "0",
    unit_ns: 1e6,
    first: n ? 0 : null,
    components: [0, 1, 2, 3].map((at) => ({ type: "lambda", name: `part-${at}`, id: "", hue: at * 90, tone: 0 })),
    spans: {
      n, id: [], parent: parts.parent, start: deltas(parts.start), length: parts.length,
      no_start: ranges(parts.noStart), no_end: ranges(parts.noEnd), reported: none, opening: all(0), closing: all(1), caller: none,
      component: parts.parent.map((_, at) => at % 4), operation: all(0), name: none, status: parts.status, error: none,
      tier: parts.tier, rule: all(0), attempt: none, wait: none, badges: none, tokens: none,
    }, // prettier-ignore
    words: ["work"],
    marks: { span: deltas(marked), time: deltas(marked.map((at) => parts.start[at] ?? 0)), level: marked.map((at) => at % 3), everything: true },
    attempts: [],
    loops: { first: [], period: [], times: [] },
    critical: { span: deltas(marked), from: deltas(marked.map((at) => parts.start[at] ?? 0)), to: marked.map((at) => parts.length[at] ?? 0), left_out: 0 },
    links: { from: [], to: [], reason: [] },
    checks: [],
    ghosts: n ? [{ label: "not seen: an answer", target: 0, span: 0 }] : [],
    gaps: { span: n > 2 ? [2] : [], text: n > 2 ? [0] : [] },
    chunks: [0],
  };
}

function deltas(values: readonly number[]): number[] {
  return values.map((value, at) => value - (values[at - 1] ?? 0));
}

/** Each place as a range of one: how many are skipped before it, and 1. */
function ranges(places: readonly number[]): number[] {
  return places.flatMap((place, at) => [place - (at ? (places[at - 1] ?? 0) + 1 : 0), 1]);
}
