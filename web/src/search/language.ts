/** A query language over a table of fields: what a person typed, as terms. Pure; the tables stand where they are used. */

/** Terms with all of which a span has to agree; of `any`, with one. */
export interface Query<F extends string> {
  readonly all: readonly { readonly any: readonly Term<F>[] }[];
}

export type Term<F extends string> = TextTerm | FieldTerm<F>;

export interface TextTerm {
  readonly kind: "text";
  readonly text: string;
  readonly not: boolean;
}

export interface FieldTerm<F extends string> {
  readonly kind: "field";
  readonly field: F;
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

export interface Field {
  readonly value: "name" | "time" | "number";
  readonly about: string;
  readonly sample: string;
}

/** What can be asked of one kind of thing. */
export interface Language<F extends string> {
  readonly fields: Readonly<Record<F, Field>>;
  readonly names: readonly F[];
  /** Other names of fields. */
  readonly others: Readonly<Record<string, F>>;
  /** Fields that hold one of a few values. */
  readonly choices: Partial<Record<F, readonly string[]>>;
  /** What a word without a field stands for, where it is no text. */
  readonly short?: (word: string) => readonly [field: F, value: string] | null;
}

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

export function read<F extends string>(language: Language<F>, typed: string): Query<F> | Problem {
  const all: { any: Term<F>[] }[] = [];
  let joins = false;
  try {
    for (const word of wordsOf(typed)) {
      if (word.text === "OR" && !word.quoted) {
        if (joins || !all.length) fail("`OR` stands between two terms; quote it to search for the word", word);
        joins = true;
        continue;
      }
      const term = termOf(language, word, typed);
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

export function isProblem(found: Query<string> | Problem): found is Problem {
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

function termOf<F extends string>(language: Language<F>, word: Word, typed: string): Term<F> {
  const not = word.text.startsWith("-") && word.text.length > 1;
  const text = not ? word.text.slice(1) : word.text;
  if (word.quoted && typed[word.from] === '"') return { kind: "text", text: word.text, not: false };
  if (word.quoted) return { kind: "text", text, not };
  const [field, meant = ""] = language.short?.(text) ?? [];
  if (field) return fieldTerm(language, field, "=", meant, not, word);
  const found = /^([A-Za-z_]+)(:>=|:<=|:>|:<|:=|:|>=|<=|>|<|=)(.*)$/s.exec(text);
  if (!found) return { kind: "text", text, not };
  const [, typedName = "", sign = ":", value = ""] = found;
  const name = fieldOf(language, typedName);
  if (name) return fieldTerm(language, name, (sign.replace(":", "") || "=") as Op, value, not, word); // the expression above
  const near = nearest(typedName, [...language.names, ...Object.keys(language.others)]);
  if (near) fail(`unknown field \`${typedName}\`: did you mean \`${near}\`?`, word);
  return { kind: "text", text, not };
}

function fieldOf<F extends string>({ names, others }: Language<F>, name: string): F | null {
  const low = name.toLowerCase();
  return names.find((field) => field === low) ?? others[low] ?? null;
}

function fieldTerm<F extends string>({ fields, choices: known }: Language<F>, field: F, op: Op, value: string, not: boolean, word: Word): FieldTerm<F> {
  const { value: kind, sample } = fields[field];
  if (!value) fail(`\`${field}\` needs a value, as in \`${sample}\``, word);
  if (kind === "name") {
    if (op !== "=") fail(`\`${field}\` cannot be more or less than something: write \`${field}:${value}\``, word);
    const choices = known[field];
    const isOne = choices?.some((choice) => choice === value.toLowerCase());
    if (choices && !isOne && !value.includes("*")) {
      const near = nearest(value, choices);
      fail(`unknown ${field} \`${value}\`: ${near ? `did you mean \`${near}\`?` : `it is one of ${choices.join(", ")}`}`, word);
    }
    return { kind: "field", field, op, value, number: 0, not };
  }
  return { kind: "field", field, op, value, number: measure(field, kind, value, word), not };
}

function measure(field: string, kind: "time" | "number", value: string, word: Word): number {
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
