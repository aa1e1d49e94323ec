/** All that opens and closes in a run, by time: sorted once, whatever is shown of it later. */
import type { Trace } from "../../model/trace";

const DIGITS = 4096;
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
  if (trace.gone(span)) {
    while (trace.gone(trace.parent[span] ?? -1)) span = trace.parent[span] ?? -1;
    return trace.start[span] ?? 0;
  }
  return ((event & 1 ? trace.end : trace.start)[event >> 1] ?? 0);
}

/** Digit by digit, for times are whole numbers: each pass leaves what is equal in its order, and compares nothing. */
function sorted(trace: Trace): Int32Array {
  let from: Int32Array = walk(trace);
  let to: Int32Array = new Int32Array(from.length);
  const times = new Float64Array(from.length);
  for (let event = 0; event < times.length; event++) times[event] = timeOf(trace, event);
  const first = times.reduce((least, time) => Math.min(least, time), 0);
  const digits = new Uint16Array(from.length);
  for (let unit = 1; unit <= trace.last - first; unit *= DIGITS) {
    const places = new Int32Array(DIGITS + 1);
    for (let nth = 0; nth < from.length; nth++) {
      const digit = Math.floor(((times[from[nth] ?? 0] ?? 0) - first) / unit) % DIGITS;
      digits[nth] = digit;
      places[digit + 1] = (places[digit + 1] ?? 0) + 1;
    }
    for (let digit = 1; digit < DIGITS; digit++) places[digit] = (places[digit] ?? 0) + (places[digit - 1] ?? 0);
    for (let nth = 0; nth < from.length; nth++) {
      const digit = digits[nth] ?? 0;
      const place = places[digit] ?? 0;
      to[place] = from[nth] ?? 0;
      places[digit] = place + 1;
    }
    [from, to] = [to, from];
  }
  return from;
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
