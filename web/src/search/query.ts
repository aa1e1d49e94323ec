/** The query language: what a person typed, as terms. Pure; `docs` of it is the help sheet, from `FIELDS`. */
import { CHANGES } from "../compare/comparison";

/** Terms with all of which a span has to agree; of `any`, with one. */
export interface Query {
  readonly all: readonly { readonly any: readonly Term[] }[];
}

export type Term = TextTerm | FieldTerm;

export interface TextTerm {
  readonly kind: "text";
  readonly text: string;
  readonly not: boolean;
}

export interface FieldTerm {
  readonly kind: "field";
  readonly field: FieldName;
  readonly op: Op;
  readonly value: string;
  /** Of fields that measure: in nanoseconds, else as it is. */
  readonly number: number;
  readonly not: boolean;
}

export type Op = "=" | "<" | "<=" | ">" | ">=";

/** What is wrong, in words, and the characters that it is about. */
export interface Problem {
  readonly text: string;
  readonly at: number;
  readonly end: number;
}

interface Field {
  readonly value: "name" | "time" | "number";
  readonly about: string;
  readonly sample: string;
}

export const FIELDS = {
  component: { value: "name", about: "who worked: name, type:name, or id", sample: "component:lambda:intake" },
  kind: { value: "name", about: "type of component", sample: "kind:agent" },
  op: { value: "name", about: "operation", sample: "op:InvokeAgent" },
  status: { value: "name", about: "how it ended; failed: any failure", sample: "status:failed" },
  error: { value: "name", about: "type of error", sample: "error:Throttl*" },
  attempt: { value: "number", about: "which try it was", sample: "attempt:>1" },
  dur: { value: "time", about: "how long it took", sample: "dur>500ms" },
  wait: { value: "time", about: "how long its message lay in a queue", sample: "wait>1s" },
  tokens: { value: "number", about: "input and output tokens together", sample: "tokens>1000" },
  tier: { value: "name", about: "how sure the link to its caller is", sample: "tier:inferred" },
  rule: { value: "name", about: "which rule placed it", sample: "rule:message_id" },
  check: { value: "name", about: "spans that a check cites", sample: "check:no_errors" },
  change: { value: "name", about: "of two runs: how B differs from A", sample: "change:inserted" },
  id: { value: "name", about: "beginning of its id, or of an id that it carries", sample: "id:8ab8" },
} as const satisfies Readonly<Record<string, Field>>;

export type FieldName = keyof typeof FIELDS;
export const FIELD_NAMES = Object.keys(FIELDS) as FieldName[]; // exactly the keys above
const OTHER_NAMES: Readonly<Record<string, FieldName>> = { operation: "op", duration: "dur", type: "kind" };
/** What `status:` and `tier:` may be. */
export const CHOICES: Partial<Record<FieldName, readonly string[]>> = {
  status: ["failed", "ok", "error", "timeout", "throttled", "blocked", "incomplete", "unknown"],
  tier: ["exact", "structural", "inferred", "unresolved"],
  change: CHANGES,
};
const UNITS: Readonly<Record<string, number>> = { ns: 1, "µs": 1e3, "μs": 1e3, us: 1e3, ms: 1e6, s: 1e9, min: 6e10 };

/** A word of the query: `text` without its quotes; `from` and `to` are places in what was typed. */
export interface Word {
  readonly text: string;
  readonly quoted: boolean;
  readonly from: number;
  readonly to: number;
}

class Unreadable extends Error {
  constructor(readonly problem: Problem) {
    super(problem.text);
  }
}

export function parse(typed: string): Query | Problem {
  const all: { any: Term[] }[] = [];
  let joins = false;
  try {
    for (const word of wordsOf(typed)) {
      if (word.text === "OR" && !word.quoted) {
        if (joins || !all.length) fail("`OR` stands between two terms; quote it to search for the word", word);
        joins = true;
        continue;
      }
      const term = termOf(word, typed);
      const group = all[all.length - 1];
      if (joins && group) group.any.push(term);
      else all.push({ any: [term] });
      joins = false;
    }
    const end = typed.length;
    if (joins) fail("`OR` stands between two terms; quote it to search for the word", { from: end - 2, to: end });
    return { all };
  } catch (error) {
    if (error instanceof Unreadable) return error.problem;
    throw error;
  }
}

export function isProblem(found: Query | Problem): found is Problem {
  return "text" in found;
}

/** A value as it has to be typed: quoted where it would be read otherwise. */
export function quoted(value: string): string {
  return value && !/[\s"\\]/.test(value) ? value : `"${value.replace(/["\\]/g, "\\$&")}"`;
}

/** Pieces between blanks; a blank within quotes parts nothing. */
export function wordsOf(typed: string): Word[] {
  const found: Word[] = [];
  for (let at = 0; at < typed.length; ) {
    if (/\s/.test(typed[at] ?? "")) {
      at++;
      continue;
    }
    const from = at;
    const starts = typed[at] === '"' || typed.startsWith('-"', at);
    let text = "";
    let within = false;
    for (; at < typed.length && (within || !/\s/.test(typed[at] ?? "")); at++) {
      const c = typed[at] ?? "";
      const opens = c === '"' && (within || at === from || /[-:=<>]/.test(typed[at - 1] ?? ""));
      if (opens) within = !within;
      else if (within && c === "\\" && /["\\]/.test(typed[at + 1] ?? "")) text += typed[++at] ?? "";
      else text += c;
    }
    found.push({ text, quoted: starts, from, to: at });
  }
  return found;
}

function termOf(word: Word, typed: string): Term {
  const not = word.text.startsWith("-") && word.text.length > 1;
  const text = not ? word.text.slice(1) : word.text;
  if (word.quoted && typed[word.from] === '"') return { kind: "text", text: word.text, not: false };
  if (word.quoted) return { kind: "text", text, not };
  const found = /^([A-Za-z_]+)(:>=|:<=|:>|:<|:=|:|>=|<=|>|<|=)(.*)$/s.exec(text);
  if (!found) return { kind: "text", text, not };
  const [, typedName = "", sign = ":", value = ""] = found;
  const name = fieldOf(typedName);
  if (name) return fieldTerm(name, (sign.replace(":", "") || "=") as Op, value, not, word); // the expression above
  const near = nearest(typedName, FIELD_NAMES);
  if (near) fail(`unknown field \`${typedName}\`: did you mean \`${near}\`?`, word);
  return { kind: "text", text, not };
}

function fieldOf(name: string): FieldName | null {
  const low = name.toLowerCase();
  return FIELD_NAMES.find((field) => field === low) ?? OTHER_NAMES[low] ?? null;
}

function fieldTerm(field: FieldName, op: Op, value: string, not: boolean, word: Word): FieldTerm {
  const { value: kind, sample } = FIELDS[field];
  if (!value) fail(`\`${field}\` needs a value, as in \`${sample}\``, word);
  if (kind === "name") {
    if (op !== "=") fail(`\`${field}\` cannot be more or less than something: write \`${field}:${value}\``, word);
    const choices = CHOICES[field];
    const known = choices?.some((choice) => choice === value.toLowerCase());
    if (choices && !known && !value.includes("*")) {
      const near = nearest(value, choices);
      fail(`unknown ${field} \`${value}\`: ${near ? `did you mean \`${near}\`?` : `it is one of ${choices.join(", ")}`}`, word);
    }
    return { kind: "field", field, op, value, number: 0, not };
  }
  return { kind: "field", field, op, value, number: measure(field, kind, value, word), not };
}

function measure(field: FieldName, kind: "time" | "number", value: string, word: Word): number {
  const found = /^(\d+(?:\.\d+)?|\.\d+)([a-zµμ]*)$/i.exec(value.replace(/(?<=\d)[,_](?=\d{3})/g, ""));
  const [, figures = "", unit = ""] = found ?? [];
  if (kind === "number") {
    if (!found || unit) fail(`\`${field}\` needs a number, not \`${value}\``, word);
    return Number(figures);
  }
  const size = UNITS[unit.toLowerCase()];
  if (!found || (unit && !size)) fail(`\`${field}\` needs a time such as \`500ms\` or \`2s\`, not \`${value}\``, word);
  if (!size) fail(`\`${field}\` needs a unit (ns, µs, ms, s, min), as in \`${field}>${figures}ms\``, word);
  return Number(figures) * size;
}

function fail(text: string, word: { from: number; to: number }): never {
  throw new Unreadable({ text, at: word.from, end: word.to });
}

/** The choice that was probably meant: few letters away, and not for very short words. */
function nearest(typed: string, choices: readonly string[]): string | null {
  const low = typed.toLowerCase();
  if (low.length < 4) return null;
  const limit = low.length > 4 ? 2 : 1;
  const scored = choices.map((choice) => ({ choice, far: distance(low, choice) })).filter(({ far }) => far <= limit);
  return scored.sort((a, b) => a.far - b.far)[0]?.choice ?? null;
}

/** How many letters have to be put, taken, changed or swapped. */
function distance(a: string, b: string): number {
  const rows: number[][] = [[...Array(b.length + 1).keys()]];
  const cell = (i: number, j: number) => rows[i]?.[j] ?? Infinity;
  for (let i = 1; i <= a.length; i++) {
    rows.push([i]);
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(cell(i - 1, j) + 1, cell(i, j - 1) + 1, cell(i - 1, j - 1) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, cell(i - 2, j - 2) + 1);
      rows[i]?.push(least);
    }
  }
  return cell(a.length, b.length);
}
