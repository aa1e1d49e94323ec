/** What an agent did, in order: what it thought, whom it asked, what came back. */
import type { Detail, DetailEvent } from "../data/raw";
import type { Trace } from "./trace";

export type Step = { readonly at: number; readonly event: DetailEvent } | { readonly at: number; readonly span: number };

const NOTES: ReadonlySet<string> = new Set(["rationale", "reprompt", "guardrail", "agent_event", "observation", "custom"]);

export function isNote(event: DetailEvent): boolean {
  return NOTES.has(event.name);
}

/** Notes and calls of a span by the time at which they began, in units; a note before the call that it led to. */
export function replay(trace: Trace, span: number, detail: Detail): Step[] {
  const notes = (detail.events ?? []).filter(isNote).map((event) => ({ at: units(trace, event.time_ns), event }));
  const calls = trace.children(span).map((child) => ({ at: trace.start[child] ?? 0, span: child }));
  return [...notes, ...calls].sort((a, b) => a.at - b.at);
}

function units(trace: Trace, ns: string): number {
  return Number(BigInt(ns) - trace.originNs) / trace.unitNs;
}

const sums = new WeakMap<Trace, { input: number; output: number }>();

/** All tokens of a run, each once. */
export function tokensOfRun(trace: Trace): { input: number; output: number } {
  let sum = sums.get(trace);
  if (!sum) {
    sum = { input: 0, output: 0 };
    for (let span = 0; span < trace.n; span++) {
      const used = trace.tokens(span);
      sum.input += used?.input ?? 0;
      sum.output += used?.output ?? 0;
    }
    sums.set(trace, sum);
  }
  return sum;
}
