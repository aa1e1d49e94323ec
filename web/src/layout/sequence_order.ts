/** All that opens and closes in a run, by time: sorted once, whatever is shown of it later. */
import type { Trace } from "../model/trace";

const known = new WeakMap<Trace, Int32Array>();

/** Twice the span for its opening, and one more for its closing. Where times are equal, the walk down the tree decides. */
export function events(trace: Trace): Int32Array {
  let found = known.get(trace);
  if (!found) known.set(trace, (found = sorted(trace)));
  return found;
}

export function isClosing(event: number): boolean {
  return (event & 1) === 1;
}

/** What only run A has stands together, where it begins: its times are not those of run B. */
export function timeOf(trace: Trace, event: number): number {
  let span = event >> 1;
  if (trace.changeOf(span) === "removed") {
    while (trace.changeOf(trace.parent[span] ?? -1) === "removed") span = trace.parent[span] ?? -1;
    return trace.start[span] ?? 0;
  }
  return ((event & 1 ? trace.end : trace.start)[event >> 1] ?? 0);
}

function sorted(trace: Trace): Int32Array {
  const walked = walk(trace);
  const size = walked.length;
  if (trace.last * size + size >= Number.MAX_SAFE_INTEGER) return walked.sort(byTime(trace, walked));
  // Time and place in one number: numbers are sorted ten times as fast as by a function.
  const keys = Float64Array.from(walked, (event, nth) => timeOf(trace, event) * size + nth).sort();
  return Int32Array.from(keys, (key) => walked[key % size] ?? 0);
}

function byTime(trace: Trace, walked: Int32Array): (a: number, b: number) => number {
  const place = new Int32Array(walked.length);
  walked.forEach((event, nth) => (place[event] = nth));
  return (a, b) => timeOf(trace, a) - timeOf(trace, b) || (place[a] ?? 0) - (place[b] ?? 0);
}

/** Depth first: a span opens, then all below it, then it closes. */
function walk(trace: Trace): Int32Array {
  const found = new Int32Array(2 * trace.n);
  const open: number[] = [];
  let count = 0;
  const close = (until: number): void => {
    while (open.length && ends(trace, open[open.length - 1] ?? 0) <= until) found[count++] = 2 * (open.pop() ?? 0) + 1;
  };
  for (let span = 0; span < trace.n; span++) {
    close(span);
    found[count++] = 2 * span;
    open.push(span);
  }
  close(trace.n);
  return found;
}

/** The first place after everything below a span. */
function ends(trace: Trace, span: number): number {
  return span + (trace.size[span] ?? 1);
}
