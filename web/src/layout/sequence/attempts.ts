/** Attempts of one thing, folded: how many there were, how they ended, and how long nobody tried. */
import type { Trace } from "../../model/trace";
import { count, duration } from "../units";

export interface BackOff {
  readonly tries: number;
  readonly failed: number;
  /** Units in which no attempt was at work, between the first and the last. */
  readonly waited: number;
}

export function backOff(trace: Trace, spans: readonly number[]): BackOff {
  let [waited, until] = [0, Infinity];
  for (const span of spans) {
    waited += Math.max(0, (trace.start[span] ?? 0) - until);
    until = Math.max(until === Infinity ? 0 : until, trace.end[span] ?? 0);
  }
  return { tries: spans.length, failed: spans.filter((span) => trace.failed(span)).length, waited };
}

/** `3 tries, 2 failed, 1.9 s in back-off`. */
export function attemptWords(trace: Trace, spans: readonly number[]): string {
  const { tries, failed, waited } = backOff(trace, spans);
  const outcome = failed === tries ? "all failed" : failed ? `${failed} failed` : "none failed";
  const parts = [count(tries, "try", "tries"), outcome];
  return [...parts, ...(waited ? [`${duration(waited * trace.unitNs)} in back-off`] : [])].join(", ");
}

export interface Tick {
  readonly span: number;
  readonly x1: number;
  readonly x2: number;
  readonly failed: boolean;
}

const TICK_MIN = 9;
const GAP_MIN = 7;
/** More tries than this are drawn as the first ones and the last. */
export const TICKS_MAX = 12;

/** Each try on a line as long as `room`: tries and the time between them in proportion, none too small to be seen. */
export function ticks(trace: Trace, spans: readonly number[], x: number, room: number): Tick[] {
  const shown = spans.length > TICKS_MAX ? [...spans.slice(0, TICKS_MAX - 1), spans[spans.length - 1] ?? 0] : spans;
  const spare = Math.max(0, room - shown.length * TICK_MIN - (shown.length - 1) * GAP_MIN);
  const begin = trace.start[shown[0] ?? 0] ?? 0;
  const whole = Math.max(1, (trace.end[shown[shown.length - 1] ?? 0] ?? 0) - begin);
  const share = (units: number): number => (Math.max(0, units) / whole) * spare;
  const found: Tick[] = [];
  let at = x;
  shown.forEach((span, nth) => {
    const [start, end] = [trace.start[span] ?? 0, trace.end[span] ?? 0];
    if (nth) at += GAP_MIN + share(start - (trace.end[shown[nth - 1] ?? 0] ?? 0));
    const x2 = at + TICK_MIN + share(end - start);
    found.push({ span, x1: at, x2, failed: trace.failed(span) });
    at = x2;
  });
  return found;
}
