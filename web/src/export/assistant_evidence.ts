/** Errors, log lines and payloads of the spans that an assistant is told of. */
import type { Detail, DetailEvent } from "../data/raw";
import { offset } from "../layout/units";
import { oneLine, visible } from "../model/text";
import type { Trace } from "../model/trace";

/** A span, and what the page holds of it; null where it holds nothing. */
export interface Told {
  readonly span: number;
  readonly name: string;
  readonly detail: Detail | null;
}

const BODY_MAX = 1_500;

export function errorsOf({ name, detail }: Told): string[] {
  const error = detail?.error;
  if (!detail || !error) return [];
  const said = [error.type, error.message].filter(Boolean).join(": ");
  const head = `${name} [span ${detail.span_id}]: ${said || detail.status}`;
  const origin = error.origin && `  from: ${error.origin}`;
  const again = typeof error.retryable === "boolean" && `  to be tried again: ${error.retryable ? "yes" : "no"}`;
  return [visible([head, origin, again, error.stack].filter(Boolean).join("\n"))];
}

/** Log lines: errors first, then warnings, then what stands near the end of a span; in the order of time where alike. */
export function logLines(trace: Trace, told: readonly Told[]): string[] {
  const lines = told.flatMap((span) =>
    (span.detail?.events ?? []).map((event, at, all) => ({ span, event, weight: weight(span, event, all.length - at) })),
  );
  lines.sort((a, b) => b.weight - a.weight || compare(a.event.time_ns, b.event.time_ns));
  return lines.map(({ span, event }) => {
    const after = offset(Number(BigInt(event.time_ns) - trace.originNs));
    const text = [event.text, event.body].filter(Boolean).join(" ");
    const kind = [event.level, event.name === "log" ? "" : event.name].filter(Boolean).join(" ");
    return `${after} ${span.name} ${kind}: ${oneLine(text)}`;
  });
}

function weight({ detail }: Told, event: DetailEvent, fromEnd: number): number {
  const level = (event.level ?? "").toUpperCase();
  const text = event.text ?? "";
  const message = detail?.error?.message ?? "";
  const names = (message && text.includes(message)) || (detail?.error?.type && text.includes(detail.error.type));
  const loud = ["ERROR", "CRITICAL", "FATAL"].includes(level) ? 100 : level.startsWith("WARN") ? 50 : 0;
  return loud + (names ? 60 : 0) + (fromEnd <= 3 ? 10 : 0);
}

function compare(a: string, b: string): number {
  const [left, right] = [BigInt(a), BigInt(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

export function bodies({ name, detail }: Told): string[] {
  return (["request", "response"] as const).flatMap((part) => {
    const body = detail?.[part];
    if (!body?.text) return [];
    const text = visible(body.text);
    const rest = text.length > BODY_MAX ? `\n… (${text.length - BODY_MAX} more characters)` : "";
    return [`${part} of ${name}${body.truncated ? " (cut where it was logged)" : ""}:\n${text.slice(0, BODY_MAX)}${rest}`];
  });
}
