/** Goes through a run for a query: the index first, then the details of those spans of which the index says too little. */
import type { Chunks } from "../data/chunks";
import type { Trace } from "../model/trace";
import { OPEN, type Plan, YES, isNear, judge } from "./plan";
import { Slice } from "./slices";

/** Told of spans found so far, in order. */
export type Publish = (spans: readonly number[], done: boolean) => void;

const PUBLISH_MS = 120;
const SHARE = 8; // to show what was found so far may take a part of the time, where it is much
const AHEAD = 6; // chunks that are opened while others are searched
const STEP = 64; // spans between two looks at the clock

/** False: it was called off. */
export async function run(trace: Trace, chunks: Chunks, plan: Plan, publish: Publish, signal: AbortSignal): Promise<boolean> {
  const slice = new Slice(signal);
  const judged = new Uint8Array(trace.n);
  let open = 0;
  for (let span = 0; span < trace.n; span++) {
    if (span % STEP === 0 && slice.isOver && !(await slice.rest())) return false;
    const found = (judged[span] = judge(plan, span));
    if (found === OPEN) open++;
  }
  publish(found(judged), open === 0);
  return open === 0 || readDetails(chunks, plan, judged, publish, slice, signal);
}

async function readDetails(
  chunks: Chunks,
  plan: Plan,
  judged: Uint8Array,
  publish: Publish,
  slice: Slice,
  signal: AbortSignal,
): Promise<boolean> {
  let due = performance.now() + PUBLISH_MS;
  const bounds = (chunk: number) => [chunks.firsts[chunk] ?? 0, chunks.firsts[chunk + 1] ?? chunks.spans] as const;
  const wanted = [...chunks.firsts.keys()].filter((chunk) => judged.subarray(...bounds(chunk)).includes(OPEN));
  const ahead = wanted.slice(0, AHEAD).map((chunk) => chunks.scan(chunk));
  for (const [nth, chunk] of wanted.entries()) {
    const next = wanted[nth + AHEAD];
    const text = await ahead.shift();
    if (signal.aborted || text === undefined) return false;
    if (next !== undefined) ahead.push(chunks.scan(next));
    const [first, end] = bounds(chunk);
    const lines = isNear(plan, text) ? text.split("\n") : [];
    for (let span = first; span < end; span++) {
      if ((span - first) % STEP === 0 && slice.isOver) {
        const now = performance.now();
        if (now > due) {
          publish(found(judged), false);
          due = performance.now() + Math.max(PUBLISH_MS, SHARE * (performance.now() - now));
        }
        if (!(await slice.rest())) return false;
      }
      if (judged[span] === OPEN) judged[span] = judge(plan, span, lines[span - first] ?? "");
    }
  }
  // A copy without payloads has no lines: what only they could tell is not in it.
  for (let span = 0; span < judged.length; span++) if (judged[span] === OPEN) judged[span] = judge(plan, span, "");
  publish(found(judged), true);
  return true;
}

function found(judged: Uint8Array): number[] {
  const spans: number[] = [];
  for (let at = judged.indexOf(YES); at >= 0; at = judged.indexOf(YES, at + 1)) spans.push(at);
  return spans;
}
