/** The index of a run without what its payloads, logs and errors said: docs/reference/page-exports.md names each field. */
import { places } from "../data/columns";
import type { Ghost, RawCheck, RawCompare, RawIndex, Summary } from "../data/raw";

export const LEFT_OUT = "left out of this copy";
export const BANNER = { word: "SHAREABLE COPY", text: "payloads, log lines, error messages and ids of AWS were left out of it." };
/** Banners whose text names an endpoint are said in words that hold none. */
const BANNERS: Readonly<Record<string, string>> = {
  EMULATED: "this was not AWS, an emulator answered.",
  "DEV-FIXTURES": "recorded evidence, nothing was sent.",
};
const FACTS: ReadonlySet<string> = new Set(["run", "started", "took", "sent"]);
/** Checks whose `expected` and `actual` are numbers and names of components, and nothing of a payload. */
const NUMBERED: ReadonlySet<string> = new Set([
  "has_spans",
  "no_error_spans",
  "no_orphan_spans",
  "valid_timestamps",
  "no_duplicate_span_ids",
  "max_retry_count",
  "required_components",
  "forbidden_components",
  "max_duration_ms",
]);

/** Every field is named here: one that is new does not go along until somebody decided that it may. */
export function withoutPayloads(raw: RawIndex): RawIndex {
  return {
    v: raw.v,
    run: summary(raw),
    origin_ns: raw.origin_ns,
    unit_ns: raw.unit_ns,
    first: raw.first,
    components: raw.components.map(({ type, name, hue, tone, ghost, itk }) => ({
      type,
      name,
      id: "",
      hue,
      tone,
      ...(ghost ? { ghost } : {}),
      ...(itk ? { itk } : {}),
    })),
    spans: spans(raw),
    words: words(raw),
    marks: raw.marks,
    attempts: raw.attempts,
    loops: raw.loops,
    critical: raw.critical,
    links: raw.links,
    checks: raw.checks.map(check),
    ghosts: raw.ghosts.map((ghost) => told(ghost, raw)),
    gaps: { span: [], text: [] },
    chunks: [],
    ...(raw.compare ? { compare: other(raw.compare) } : {}),
  };
}

function spans({ spans }: RawIndex): RawIndex["spans"] {
  const { n, id, parent, start, length, no_start, no_end, reported, opening, closing, caller, component } = spans;
  const { operation, name, status, error, tier, rule, attempt, wait, badges, tokens } = spans;
  return {
    ...{ n, id, parent, start, length, no_start, no_end, reported, opening, closing, caller, component },
    ...{ operation, name, status, error, tier, rule, attempt, wait, badges, tokens },
  };
}

/** Only the words of what stays, each in its place. */
function words(raw: RawIndex): string[] {
  const { operation, rule, name, error, badges } = raw.spans;
  const kept = new Set<number>([...operation, ...rule]);
  for (const column of [name, error]) for (const at of column.is) kept.add(at);
  for (const each of badges.is) for (const at of each) kept.add(at);
  return raw.words.map((word, at) => (kept.has(at) ? word : ""));
}

function check({ name, status, expected, actual, where, spans }: RawCheck): RawCheck {
  const stays = NUMBERED.has(name);
  return {
    name,
    status,
    message: (stays && actual) || LEFT_OUT,
    expected: stays ? expected : "",
    actual: stays ? actual : "",
    where: fileOf(where),
    spans,
  };
}

function told(ghost: Ghost, raw: RawIndex): Ghost {
  const { target, source, span, missing, checks } = ghost;
  const component = raw.components[target];
  return {
    label: `not seen: ${component ? `${component.type}:${component.name}` : LEFT_OUT}`,
    target,
    ...(source === undefined ? {} : { source }),
    ...(span === undefined ? {} : { span }),
    ...(missing === undefined ? {} : { missing }),
    ...(checks === undefined ? {} : { checks }),
  };
}

function summary({ run, checks }: RawIndex): Summary {
  const passed = checks.filter((check) => check.status === "passed").length;
  const known = run.banners.filter((banner) => banner.word !== BANNER.word);
  return {
    id: run.id,
    status: run.status,
    title: run.title,
    case: { id: run.case.id, path: fileOf(run.case.path), tags: run.case.tags, notes: "" },
    banners: [...known.map(({ word }) => ({ word, text: BANNERS[word] ?? LEFT_OUT })), BANNER],
    facts: run.facts.filter((fact) => FACTS.has(fact.name)),
    reasons: checks.length ? [`${passed} of ${checks.length} checks passed`] : [],
    complete: run.complete,
    missing: run.missing.map(() => ({ text: LEFT_OUT, group: "" })),
    sure: run.sure,
    would_be_exact: [],
    shifts: run.shifts,
    counts: run.counts,
    queues: run.queues,
    warnings: run.warnings.map(() => `a warning was ${LEFT_OUT}`),
    files: { report: "", run: "", spans: "", mermaid: "", viewer: "", timeline: "" },
    took: run.took,
  };
}

/** The run that it is compared with, and how spans differ: what the values were stands in the details. */
function other({ run, change, counts, aspects, shift, limits }: RawCompare): RawCompare {
  const { id, status, title, complete, took } = run;
  const facts = run.facts.filter((fact) => FACTS.has(fact.name));
  return { run: { id, status, title, facts, reasons: [], complete, took }, change, counts, aspects, shift, limits };
}

/** The last part of a path: where a person keeps files is nobody else's business. */
function fileOf(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? "";
}

/** Cited spans, for who wants to count them. */
export function cited(check: RawCheck): number {
  return places(check.spans).length;
}
