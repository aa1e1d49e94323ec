/** The same operation elsewhere in this run: how this one compares. */
import { count, duration } from "../layout/units";
import type { Trace } from "./trace";

export interface Elsewhere {
  /** Spans of the same operation on the same component whose duration is known, this one too, fastest first. */
  readonly spans: readonly number[];
  /** Their durations, in units. */
  readonly durations: readonly number[];
  /** Where this span stands among them; -1: its duration is not known. */
  readonly at: number;
  readonly words: string;
}

/** `null` where it happened only once. */
export function elsewhere(trace: Trace, span: number): Elsewhere | null {
  const [component, operation] = [trace.component[span], trace.operation(span)];
  const found: { span: number; took: number }[] = [];
  for (let at = 0; at < trace.n; at++) {
    if (trace.component[at] !== component || trace.operation(at) !== operation) continue;
    const took = trace.duration(at);
    if (took !== null) found.push({ span: at, took });
  }
  if (found.length < 2) return null;
  found.sort((a, b) => a.took - b.took || a.span - b.span);
  const durations = found.map((each) => each.took);
  const spans = found.map((each) => each.span);
  const at = spans.indexOf(span);
  return { spans, durations, at, words: words(trace, durations, at) };
}

function words(trace: Trace, durations: readonly number[], at: number): string {
  const own = durations[at];
  if (own === undefined) return `how long this one took is not known; ${count(durations.length, "other")} are`;
  const others = durations.length - 1;
  const [slower, faster] = [durations.filter((took) => took < own).length, durations.filter((took) => took > own).length];
  const all = durations.every((took) => took === own) ? `as long as ${count(others, "other")}` : null;
  if (all) return `${all}: ${duration(own * trace.unitNs)}`;
  if (!faster) return `the slowest of ${durations.length}`;
  if (!slower) return `the fastest of ${durations.length}`;
  return `slower than ${slower} of ${count(others, "other")}`;
}
