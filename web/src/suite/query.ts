/** The query language of a suite: what can be asked of its cases, and which of them agree. Pure. */
import * as language from "../search/language";
import type { RawCase, RawSuite } from "./raw";

export const STATUSES = ["passed", "warning", "failed", "error", "inconclusive", "skipped"] as const;

export const FIELDS = {
  s: { value: "name", about: "how it ended", sample: "s:failed" },
  tag: { value: "name", about: "a tag; @smoke is short for it", sample: "tag:smoke" },
  group: { value: "name", about: "its directory, and those below it", sample: "group:orders" },
  id: { value: "name", about: "part of its id", sample: "id:order" },
  file: { value: "name", about: "part of the path of its case file", sample: "file:orders/*" },
  check: { value: "name", about: "a check of it that did not simply pass", sample: "check:no_errors" },
  failure: { value: "name", about: "what went wrong, as the list of failures says it", sample: "failure:*Throttling*" },
  component: { value: "name", about: "who took part", sample: "component:lambda:intake" },
  dur: { value: "time", about: "how long it took", sample: "dur>5s" },
  retry: { value: "number", about: "attempts after a first one, within the run", sample: "retry>0" },
  tries: { value: "number", about: "how often it was sent", sample: "tries>1" },
  tokens: { value: "number", about: "tokens of all models", sample: "tokens>1000" },
  is: { value: "name", about: "passed only when sent again; the word alone will do", sample: "is:flaky" },
} as const satisfies Readonly<Record<string, language.Field>>;

export type FieldName = keyof typeof FIELDS;
type Term = language.Term<FieldName>;
export const FIELD_NAMES = Object.keys(FIELDS) as FieldName[]; // exactly the keys above

const LANGUAGE: language.Language<FieldName> = {
  fields: FIELDS,
  names: FIELD_NAMES,
  others: { status: "s", t: "tag", g: "group", path: "file", duration: "dur", retries: "retry", try: "tries", c: "check", f: "failure" },
  choices: { s: STATUSES, is: ["flaky"] },
  short: (word) => (word === "flaky" ? ["is", word] : /^@./.test(word) ? ["tag", word.slice(1)] : null),
};

/** Places of the cases that agree with all terms; or what is wrong with the query. */
export function find(suite: RawSuite, typed: string): readonly number[] | language.Problem {
  const query = language.read(LANGUAGE, typed);
  if (language.isProblem(query)) return query;
  const tests = query.all.map(({ any }) => any.map((term) => test(suite, term)));
  return suite.cases.flatMap((_, at) => (tests.every((any) => any.some((agrees) => agrees(at))) ? [at] : []));
}

export function isFound(found: readonly number[] | language.Problem): found is readonly number[] {
  return Array.isArray(found);
}

/** Words and quoted texts, to be marked where they stand. */
export function marks(typed: string): string[] {
  const query = language.read(LANGUAGE, typed);
  if (language.isProblem(query)) return [];
  return query.all.flatMap(({ any }) => any.flatMap((term) => (term.kind === "text" && !term.not && term.text.length > 1 ? [term.text] : [])));
}

/** Whether a term stands in the query as a word of its own. */
export function hasTerm(typed: string, term: string): boolean {
  return language.wordsOf(typed).some(({ from, to }) => typed.slice(from, to) === term);
}

/** With the term where it was not, without it where it was; other terms of its family give way to it. */
export function toggled(typed: string, term: string, family: RegExp | null = null): string {
  const words = language.wordsOf(typed).map(({ from, to }) => typed.slice(from, to));
  const kept = words.filter((word) => word !== term && !family?.test(word));
  return [...kept, ...(words.includes(term) ? [] : [term])].join(" ");
}

export { quoted } from "../search/language";

function test(suite: RawSuite, term: Term): (at: number) => boolean {
  const agrees = term.kind === "text" ? text(term.text) : field(suite, term);
  return (at) => {
    const each = suite.cases[at];
    return each !== undefined && agrees(each, at) !== term.not;
  };
}

type Test = (each: RawCase, at: number) => boolean;

function text(wanted: string): Test {
  const low = wanted.toLowerCase();
  return (each) => textOf(each).includes(low);
}

const known = new WeakMap<RawCase, string>();

/** All that is said of a case, in small letters. */
function textOf(each: RawCase): string {
  let found = known.get(each);
  if (found === undefined) {
    const checks = (each.judged ?? []).flatMap(({ name, title, message }) => [name, title, message]);
    const parts = [each.name, each.id, each.path, ...(each.tags ?? []), each.why, ...(each.reasons ?? []), ...checks];
    known.set(each, (found = parts.join("\n").toLowerCase()));
  }
  return found;
}

function field(suite: RawSuite, term: language.FieldTerm<FieldName>): Test {
  switch (term.field) {
    case "s":
      return (each) => each.status === term.value.toLowerCase();
    case "is":
      return (each) => each.flaky === true;
    case "tag":
      return any(term.value, "whole", (each) => each.tags ?? []);
    case "group":
      return group(term.value);
    case "id":
      return any(term.value, "part", ({ id }) => [id]);
    case "file":
      return any(term.value, "part", ({ path }) => [path ?? ""]);
    case "check":
      return any(term.value, "part", (each) => (each.judged ?? []).flatMap(({ name, title }) => [name, title ?? ""]));
    case "failure":
      return any(term.value, "whole", (_, at) => suite.clusters.flatMap(({ text, cases }) => (cases.includes(at) ? [text] : [])));
    case "component":
      return any(term.value, "part", (each) => (each.lanes ?? []).map((lane) => labelOf(suite, lane)));
    case "dur":
      return measured(term, ({ ms }) => (ms === undefined ? undefined : ms * 1e6));
    case "retry":
      return measured(term, ({ retries }) => retries);
    case "tries":
      return measured(term, ({ tries }) => tries?.length ?? 0);
    case "tokens":
      return measured(term, ({ tokens }) => tokens);
  }
}

export function labelOf(suite: RawSuite, lane: number): string {
  const component = suite.components[lane];
  return component ? `${component.type}:${component.name}` : "";
}

/** `*` stands for anything, and then the whole has to agree. */
function any(wanted: string, share: "whole" | "part", of: (each: RawCase, at: number) => readonly string[]): Test {
  const low = wanted.toLowerCase();
  const parts = low.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  const pattern = new RegExp(`^${parts.join(".*")}$`, "s");
  const agrees = share === "whole" || parts.length > 1 ? (value: string) => pattern.test(value) : (value: string) => value.includes(low);
  return (each, at) => of(each, at).some((value) => agrees(value.toLowerCase()));
}

function group(wanted: string): Test {
  const low = wanted.toLowerCase().replace(/\/+$/, "");
  const whole = any(low, "whole", (each) => [each.group ?? ""]);
  return (each, at) => whole(each, at) || (each.group ?? "").toLowerCase().startsWith(`${low}/`);
}

/** What nobody knows is neither more nor less than anything. */
function measured({ op, number }: language.FieldTerm<FieldName>, of: (each: RawCase) => number | undefined): Test {
  return (each) => {
    const value = of(each);
    if (value === undefined) return false;
    return op === "=" ? value === number : op === "<" ? value < number : op === "<=" ? value <= number : op === ">" ? value > number : value >= number;
  };
}
