/** What could be typed next: fields, and the values that this run holds. */
import type { Trace } from "../model/trace";
import { CHOICES, FIELDS, FIELD_NAMES, type FieldName, quoted, wordsOf } from "./query";

export interface Suggestion {
  /** What stands in place of the characters `from` to `to`. */
  readonly insert: string;
  readonly from: number;
  readonly to: number;
  readonly label: string;
  readonly about: string;
}

const SHOWN_MAX = 8;

/** For the word before the caret; nothing where that word is finished. */
export function suggest(trace: Trace, typed: string, caret: number): Suggestion[] {
  const word = wordsOf(typed).find(({ from, to }) => from < caret && caret <= to);
  const before = word ? typed.slice(word.from, caret) : "";
  const [, minus = "", field = "", sign = "", value = ""] = /^(-?)([a-z]*)([:<>=]*)(.*)$/is.exec(before) ?? [];
  const from = word?.from ?? caret;
  const to = word?.to ?? caret;
  const make = (label: string, about: string): Suggestion => ({ insert: minus + label, from, to, label: minus + label, about });
  if (!sign) return word && !before.includes('"') && !value ? fields(field).map((name) => make(opened(name), FIELDS[name].about)) : [];
  const name = FIELD_NAMES.find((each) => each === field.toLowerCase());
  if (!name || sign !== ":") return [];
  const start = value.replace(/^"/, "").toLowerCase();
  return valuesOf(trace, name)
    .filter((each) => each.toLowerCase().includes(start) && each.toLowerCase() !== start)
    .sort((a, b) => Number(b.toLowerCase().startsWith(start)) - Number(a.toLowerCase().startsWith(start)))
    .slice(0, SHOWN_MAX)
    .map((each) => make(`${name}:${quoted(each)}`, ""));
}

function fields(start: string): FieldName[] {
  const low = start.toLowerCase();
  return low ? FIELD_NAMES.filter((name) => name.startsWith(low)) : [];
}

function opened(name: FieldName): string {
  return FIELDS[name].value === "name" ? `${name}:` : `${name}>`;
}

const known = new WeakMap<Trace, Map<FieldName, readonly string[]>>();

/** In the order of their names; worked out once for each field. */
function valuesOf(trace: Trace, field: FieldName): readonly string[] {
  const choices = CHOICES[field];
  if (choices) return choices;
  let values = known.get(trace);
  if (!values) known.set(trace, (values = new Map()));
  let found = values.get(field);
  if (!found) values.set(field, (found = [...new Set(collect(trace, field))].filter(Boolean).sort()));
  return found;
}

function collect(trace: Trace, field: FieldName): Iterable<string> {
  const spans = (of: (span: number) => string) => {
    const found = new Set<string>();
    for (let span = 0; span < trace.n; span++) found.add(of(span));
    return found;
  };
  switch (field) {
    case "component":
      return trace.components.map(({ type, name }) => `${type}:${name}`);
    case "kind":
      return trace.components.map(({ type }) => type);
    case "check":
      return trace.checks.map(({ name }) => name);
    case "op":
      return spans((span) => trace.operation(span));
    case "error":
      return spans((span) => trace.errorType(span));
    case "rule":
      return spans((span) => trace.rule(span));
    default:
      return [];
  }
}
