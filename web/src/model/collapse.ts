/** Which spans to collapse, so that a run is seen from so far away. */
import type { Trace } from "./trace";

/** The deepest that a run goes: 1 where it holds only roots. */
export function levels(trace: Trace): number {
  let deepest = 0;
  for (let at = 0; at < trace.n; at++) deepest = Math.max(deepest, trace.depth[at] ?? 0);
  return trace.n ? deepest + 1 : 0;
}

/** Show so many levels: 1 shows the roots alone. */
export function toLevel(trace: Trace, level: number): ReadonlySet<number> {
  return collapsing(trace, (span) => (trace.depth[span] ?? 0) === level - 1);
}

/** Show the ways to all failures, and nothing below spans under which nothing failed. */
export function toFailures(trace: Trace): ReadonlySet<number> {
  return collapsing(trace, (span) => (trace.failuresBelow[span] ?? 0) === (trace.failed(span) ? 1 : 0));
}

/** The topmost of those spans that have something to hide. */
function collapsing(trace: Trace, ends: (span: number) => boolean): ReadonlySet<number> {
  const found = new Set<number>();
  for (let at = 0; at < trace.n; ) {
    const size = trace.size[at] ?? 1;
    const cut = size > 1 && ends(at);
    if (cut) found.add(at);
    at += cut ? size : 1;
  }
  return found;
}
