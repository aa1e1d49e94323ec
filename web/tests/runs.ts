/** Runs as Python hands them to a page: `make fix` writes them from tests/renderers/build.py. */
import type { Detail, RawIndex } from "../src/data/raw";
import { readDetail, whole } from "../src/model/detail";
import { Trace } from "../src/model/trace";
import doubtful from "./runs/doubtful.json";
import happy from "./runs/happy.json";
import inconclusive from "./runs/inconclusive.json";
import missed from "./runs/missed.json";
import poison from "./runs/poison.json";
import retried from "./runs/retried.json";
import weighed from "./runs/weighed.json";

const RUNS = { doubtful, happy, inconclusive, missed, poison, retried, weighed };
export type RunName = keyof typeof RUNS;
export const NAMES = Object.keys(RUNS) as RunName[]; // exactly the keys above

export function index(name: RunName): RawIndex {
  return RUNS[name].index as unknown as RawIndex; // JSON knows no literal types
}

export function details(name: RunName): readonly Detail[] {
  return wholeDetails(index(name), RUNS[name].details);
}

/** Lines of a page as the viewer completes them from its index. */
export function wholeDetails(raw: RawIndex, lines: readonly object[]): readonly Detail[] {
  const told = new Trace(raw);
  return lines.map((line, span) => readDetail(whole(told, span, JSON.stringify(line))));
}

export function trace(name: RunName): Trace {
  return new Trace(index(name));
}
