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
  const notes = (detail.events ?? []).filter(isNote).map((event) => ({ at: unitsOf(trace, event.time_ns, span), event }));
  const calls = trace.children(span).map((child) => ({ at: trace.start[child] ?? 0, span: child }));
  return [...notes, ...calls].sort((a, b) => a.at - b.at);
}

/** A time that a span tells, in units of the page. */
export function unitsOf(trace: Trace, ns: string, span: number): number {
  return Number(BigInt(ns) - originOf(trace, span)) / trace.unitNs;
}

/** Where the page's time begins for a span: those of run A alone tell times of another day. */
export function originOf(trace: Trace, span: number): bigint {
  return trace.originNs - (trace.compare?.shiftOf(span) ?? 0n);
}

/** The agent that asked for a span: for a tool, a collaborator, a knowledge base. `null`: it was no agent. */
export function askerOf(trace: Trace, span: number): number | null {
  const parent = trace.parent[span] ?? -1;
  const asked = parent >= 0 && trace.componentOf(parent).type === "agent" && trace.componentOf(span).type !== "model";
  return asked ? parent : null;
}

/** The last reason that an agent gave before it asked; services tell the times of reasons to the millisecond. */
export function reasonBefore(trace: Trace, span: number, agent: Detail): DetailEvent | null {
  const until = (trace.start[span] ?? 0) + 1e6 / trace.unitNs;
  const given = (agent.events ?? []).filter((event) => event.name === "rationale" && unitsOf(trace, event.time_ns, span) <= until);
  return given.sort((a, b) => Number(BigInt(a.time_ns) - BigInt(b.time_ns))).pop() ?? null;
}
