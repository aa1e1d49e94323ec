/** What the columns say of each term: fast, and nothing is opened for it. */
import { titleOf } from "../model/check_order";
import type { Trace } from "../model/trace";
import type { FieldTerm, Op } from "./query";

/** Whether a term holds of a span, as far as the index tells. */
export type Predicate = (span: number) => boolean;

export function predicate(trace: Trace, term: FieldTerm): Predicate {
  const { op, number } = term;
  switch (term.field) {
    case "component":
      return componentPredicate(trace, like(term.value));
    case "kind": {
      const kinds = trace.components.map((component) => like(term.value)(component.type));
      return (span) => kinds[trace.component[span] ?? -1] ?? false;
    }
    case "op": {
      const is = remembered(like(term.value));
      return (span) => is(trace.operation(span)) || is(trace.otherName(span));
    }
    case "error": {
      const is = remembered(like(term.value));
      return (span) => trace.errorType(span) !== "" && is(trace.errorType(span));
    }
    case "rule": {
      const is = remembered(like(term.value));
      return (span) => trace.rule(span) !== "" && is(trace.rule(span));
    }
    case "status": {
      if (term.value.toLowerCase() === "failed") return (span) => trace.failed(span);
      const is = remembered(like(term.value));
      return (span) => is(trace.statusOf(span));
    }
    case "change": {
      const is = remembered(like(term.value));
      return (span) => trace.compare !== null && is(trace.changeOf(span));
    }
    case "tier": {
      const is = remembered(like(term.value));
      return (span) => trace.tierOf(span) !== "" && is(trace.tierOf(span));
    }
    case "attempt":
      return (span) => compare(trace.attempt(span), op, number);
    case "tokens":
      return (span) => compare(tokensOf(trace, span), op, number);
    case "dur":
      return (span) => compare(inNs(trace, trace.duration(span)), op, number);
    case "wait":
      return (span) => compare(inNs(trace, trace.wait(span)), op, number);
    case "check": {
      const is = like(term.value);
      const cited = new Set(trace.checks.filter((check) => is(check.name) || is(titleOf(check))).flatMap((check) => check.cites));
      return (span) => cited.has(span);
    }
    case "id": {
      const start = term.value.toLowerCase();
      return (span) => trace.id(span).startsWith(start);
    }
  }
}

/** Names of a span that hold a text, without regard to case. */
export function named(trace: Trace, text: string): Predicate {
  const low = text.toLowerCase();
  const holds = remembered((name) => name.toLowerCase().includes(low));
  const components = trace.components.map(
    ({ type, name, id }) => holds(`${type}:${name}`) || (id !== "" && holds(id)),
  );
  const inId = /^[0-9a-f]{3,}$/.test(low) ? (span: number) => trace.id(span).includes(low) : () => false;
  return (span) =>
    (components[trace.component[span] ?? -1] ?? false) ||
    holds(trace.operation(span)) ||
    holds(trace.otherName(span)) ||
    holds(trace.errorType(span)) ||
    inId(span);
}

/** Equal but for case; `*` stands for anything. */
export function like(pattern: string): (text: string) => boolean {
  const low = pattern.toLowerCase();
  if (!low.includes("*")) return (text) => text.toLowerCase() === low;
  const parts = low.split("*");
  return (text) => fits(text.toLowerCase(), parts);
}

/** Whether the parts follow one another in the text, the first at its start and the last at its end. */
function fits(text: string, parts: readonly string[]): boolean {
  const first = parts[0] ?? "";
  const last = parts[parts.length - 1] ?? "";
  if (!text.startsWith(first) || text.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

function componentPredicate(trace: Trace, is: (text: string) => boolean): Predicate {
  const fit = trace.components.map(({ type, name, id }) => is(name) || is(`${type}:${name}`) || (id !== "" && is(id)));
  return (span) => fit[trace.component[span] ?? -1] ?? false;
}

/** Texts repeat: each is judged once. */
function remembered(is: (text: string) => boolean): (text: string) => boolean {
  const known = new Map<string, boolean>();
  return (text) => {
    let found = known.get(text);
    if (found === undefined) known.set(text, (found = is(text)));
    return found;
  };
}

function compare(value: number | null, op: Op, number: number): boolean {
  if (value === null) return false;
  switch (op) {
    case "=":
      return value === number;
    case "<":
      return value < number;
    case "<=":
      return value <= number;
    case ">":
      return value > number;
    case ">=":
      return value >= number;
  }
}

function inNs(trace: Trace, time: number | null): number | null {
  return time === null ? null : time * trace.unitNs;
}

function tokensOf(trace: Trace, span: number): number | null {
  const tokens = trace.tokens(span);
  return tokens && (tokens.input ?? 0) + (tokens.output ?? 0);
}
