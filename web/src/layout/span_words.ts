/** How a span went, in a few words: the same in each drawing. */
import type { Trace } from "../model/trace";
import { duration } from "./units";

/** How a span ended and how long it took: `312 ms`, `error ValueError, 12 ms`. */
export function ending(trace: Trace, span: number): string {
  const status = trace.statusOf(span);
  const known = [status === "ok" || status === "unknown" ? "" : status, trace.errorType(span)].filter(Boolean).join(" ");
  const said = [known, length(trace, span)].filter(Boolean).join(", ");
  return said || (status === "ok" ? "ok" : "ended");
}

/** How long it took, where somebody said. */
export function length(trace: Trace, span: number): string {
  const units = trace.duration(span);
  return units === null ? "" : duration(units * trace.unitNs);
}

export function waited(trace: Trace, span: number): string {
  const units = trace.wait(span);
  if (units === null) return "";
  const said = duration(units * trace.unitNs);
  return (trace.attempt(span) ?? 1) > 1 ? `${said} after sending` : `waited ${said}`;
}

export function kindAndName(trace: Trace, span: number): string {
  const { type, name } = trace.componentOf(span);
  return `${type}:${name}`;
}
