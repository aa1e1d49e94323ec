/** What holds of picked spans, one line of `expect:` each: docs/reference/checks.md. */
import type { Detail } from "../data/raw";
import type { Trace } from "../model/trace";
import type { Group, Member } from "./check_group";
import { number } from "./jmespath";
import { scalar } from "./yaml";

/** A check in YAML, and what was seen, for a comment. `off`: only a suggestion, to be taken in by hand. */
export interface Proposal {
  readonly yaml: string;
  readonly why: string;
  readonly off?: boolean;
}

const ORDER_MAX = 8;
const BOUND_MIN_MS = 100;
const WORDS_MAX = 60;
const DEPTH_MAX = 20;
// At least two words, and nothing that JSON would write in another way.
const SENTENCE = /^\p{L}[\p{L}\p{N}.,!?:;-]* [\p{L}\p{N} .,!?:;-]+$/u;

/** A name as `required_components` and others read it: `*`, `?` and `[` stand for themselves. */
export function pattern(label: string): string {
  return scalar(label.replace(/[*?[]/g, "[$&]"));
}

export function required(members: readonly Member[]): Proposal[] {
  const names = [...new Set(members.filter((member) => member.tookPart).map((member) => pattern(member.label)))];
  return names.length ? [{ yaml: `required_components: [${names.join(", ")}]`, why: "" }] : [];
}

export function noErrors(trace: Trace, members: readonly Member[]): Proposal[] {
  return trace.own().some((span) => trace.failed(span)) || !members.some((member) => member.seen) ? [] : [{ yaml: "no_error_spans", why: "" }];
}

/** At most twice what was measured, rounded up to 1, 2 or 5 and zeros. */
export function latency(trace: Trace, member: Member): Proposal[] {
  const known = member.spans.map((span) => trace.duration(span)).filter((units) => units !== null);
  if (known.length === 0) return [];
  const longest = (known.reduce((most, units) => Math.max(most, units), 0) * trace.unitNs) / 1e6;
  const max = roundedUp(Math.max(2 * longest, BOUND_MIN_MS));
  const why = `the longest of ${known.length} took ${longest.toFixed(1)} ms; the bound is generous`;
  return [{ yaml: `max_duration_ms: {component: ${pattern(member.label)}, max: ${max}}`, why }];
}

/** Where nobody counts attempts, a bound on them would say nothing. */
export function retries(trace: Trace, member: Member): Proposal[] {
  const attempts = member.spans.map((span) => trace.attempt(span)).filter((n) => n !== null);
  if (!member.seen || attempts.length === 0) return [];
  const again = attempts.filter((n) => n > 1).length;
  return [{ yaml: `max_retry_count: {component: ${pattern(member.label)}, max: ${again}}`, why: `${again} seen` }];
}

export function count(group: Group): Proposal {
  const times = group.details.length;
  const repeated = group.details.some((detail) => (detail.attempt?.n ?? 1) > 1);
  const relation = repeated ? `>= ${number(1)}` : `== ${number(times)}`;
  const why = `seen ${times} ${times === 1 ? "time" : "times"}${repeated ? ", some of them tried again" : ""}`;
  return that(`length(spans[?${group.filter}]) ${relation}`, why);
}

export function outcome(group: Group): Proposal[] {
  if (group.details.some((detail) => detail.status !== "ok")) return [];
  return [that(`length(spans[?${group.filter} && status != 'ok']) == ${number(0)}`, "all ended well")];
}

/** The first of each began in this order. Where two began at once, or nobody said when, nothing is claimed. */
export function order(groups: readonly Group[]): Proposal[] {
  const begun = groups.flatMap((group) => {
    const start = firstStart(group.details);
    return start === null ? [] : [{ group, start }];
  });
  begun.sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
  return begun.slice(1, ORDER_MAX).flatMap(({ group, start }, n) => {
    const before = begun[n];
    if (!before || before.start >= start) return [];
    const why = `${before.group.operation} on ${before.group.component} began before ${group.operation} on ${group.component}`;
    return [that(`${earliest(before.group)} < ${earliest(group)}`, why)];
  });
}

/** Words that came back, as a suggestion: who answers may choose others the next time. */
export function words(group: Group): Proposal[] {
  for (const detail of group.details) {
    const found = detail.response ? someWords(detail.response.text) : null;
    if (!found) continue;
    const yaml = `response_contains: {component: ${pattern(group.component)}, text: ${scalar(found)}}`;
    return [{ yaml, why: "if these words are the same each time", off: true }];
  }
  return [];
}

export function never(group: Group): Proposal {
  const times = group.details.length;
  return that(`length(spans[?${group.filter}]) == ${number(0)}`, `seen ${times} ${times === 1 ? "time" : "times"} in this run`);
}

function that(expression: string, why: string): Proposal {
  return { yaml: `that: ${scalar(expression)}`, why };
}

function earliest(group: Group): string {
  return `min(spans[?${group.filter} && start_ns].start_ns)`;
}

function firstStart(details: readonly Detail[]): bigint | null {
  const known = details.flatMap((detail) => (detail.start_ns === undefined ? [] : [BigInt(detail.start_ns)]));
  return known.length ? known.reduce((first, start) => (start < first ? start : first)) : null;
}

function roundedUp(ms: number): number {
  const power = 10 ** Math.floor(Math.log10(ms));
  return [1, 2, 5, 10].map((step) => step * power).find((bound) => bound >= ms) ?? ms;
}

function someWords(text: string): string | null {
  let value: unknown = text;
  try {
    value = JSON.parse(text);
  } catch {
    // it is no JSON: the text itself
  }
  return leaves(value).find((leaf) => leaf.length <= WORDS_MAX && SENTENCE.test(leaf)) ?? null;
}

function leaves(value: unknown, depth = 0): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null || depth > DEPTH_MAX) return [];
  return Object.values(value).flatMap((inner) => leaves(inner, depth + 1));
}
