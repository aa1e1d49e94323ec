/** Goes through a run for a query: the index first, then the details of those spans of which the index says too little. */
import type { Chunks } from "../data/chunks";
import type { Trace } from "../model/trace";
import { OPEN, type Plan, YES, judge } from "./plan";
import { Slice } from "./slices";

/** Told of spans found so far, in order. */
export type Publish = (spans: readonly number[], done: boolean) => void;

const PUBLISH_MS = 120;
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
  let published = performance.now();
  for (let chunk = 0; chunk < chunks.firsts.length; chunk++) {
    const first = chunks.firsts[chunk] ?? 0;
    const end = chunks.firsts[chunk + 1] ?? chunks.spans;
    if (!judged.subarray(first, end).includes(OPEN)) continue;
    const lines = await chunks.lines(chunk);
    if (signal.aborted) return false;
    for (let span = first; span < end; span++) {
      if ((span - first) % STEP === 0 && slice.isOver) {
        if (performance.now() - published > PUBLISH_MS) {
          publish(found(judged), false);
          published = performance.now();
        }
        if (!(await slice.rest())) return false;
      }
      if (judged[span] === OPEN) judged[span] = judge(plan, span, lines[span - first] ?? "");
    }
  }
  publish(found(judged), true);
  return true;
}

function found(judged: Uint8Array): number[] {
  const spans: number[] = [];
  for (let at = judged.indexOf(YES); at >= 0; at = judged.indexOf(YES, at + 1)) spans.push(at);
  return spans;
}
