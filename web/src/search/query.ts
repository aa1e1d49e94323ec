/** The query language of a run: what can be asked of its spans. `docs` of it is the help sheet, from `FIELDS`. */
import { CHANGES } from "../compare/comparison";
import * as language from "./language";

export { isProblem, quoted, wordsOf } from "./language";
export type { Op, Problem, TextTerm, Word } from "./language";

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
} as const satisfies Readonly<Record<string, language.Field>>;

export type FieldName = keyof typeof FIELDS;
export type Query = language.Query<FieldName>;
export type Term = language.Term<FieldName>;
export type FieldTerm = language.FieldTerm<FieldName>;
export const FIELD_NAMES = Object.keys(FIELDS) as FieldName[]; // exactly the keys above
const OTHER_NAMES: Readonly<Record<string, FieldName>> = { operation: "op", duration: "dur", type: "kind" };
/** What `status:` and `tier:` may be. */
export const CHOICES: Partial<Record<FieldName, readonly string[]>> = {
  status: ["failed", "ok", "error", "timeout", "throttled", "blocked", "incomplete", "unknown"],
  tier: ["exact", "structural", "inferred", "unresolved"],
  change: CHANGES,
};
const LANGUAGE: language.Language<FieldName> = { fields: FIELDS, names: FIELD_NAMES, others: OTHER_NAMES, choices: CHOICES };

export function parse(typed: string): Query | language.Problem {
  return language.read(LANGUAGE, typed);
}
