/** The index of a run without what its payloads, logs and errors said: docs/reference/page-exports.md names each field. */
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

// Every field is named here: one that is new does not go along until somebody decided that it may.
const INDEX = ["v", "origin_ns", "unit_ns", "first", "marks", "attempts", "loops", "critical", "links"] as const;
const COMPONENT = ["type", "name", "hue", "tone", "ghost", "itk"] as const;
const GHOST = ["target", "source", "span", "missing", "checks"] as const;
const SUMMARY = ["id", "status", "title", "complete", "sure", "shifts", "counts", "queues", "took"] as const;
const COMPARE = ["change", "counts", "aspects", "shift", "limits"] as const;
const SPANS = [
  ...(["n", "id", "parent", "start", "length", "no_start", "no_end", "reported", "opening", "closing", "caller", "component"] as const),
  ...(["operation", "name", "status", "error", "tier", "rule", "attempt", "wait", "badges", "tokens"] as const),
];

export function withoutPayloads(raw: RawIndex): RawIndex {
  return {
    ...only(raw, INDEX),
    run: summary(raw),
    components: raw.components.map((component) => ({ ...only(component, COMPONENT), id: "" })),
    spans: only(raw.spans, SPANS),
    words: words(raw),
    checks: raw.checks.map(check),
    ghosts: raw.ghosts.map((ghost) => told(ghost, raw)),
    gaps: { span: [], text: [] },
    chunks: [],
    ...(raw.compare ? { compare: other(raw.compare) } : {}),
  };
}

function only<T extends object, K extends keyof T>(value: T, names: readonly K[]): Pick<T, K> {
  const found: Partial<Pick<T, K>> = {};
  for (const name of names) if (name in value) found[name] = value[name];
  return found as Pick<T, K>; // those that the value has
}

/** Only the words of what stays, each in its place. */
function words(raw: RawIndex): string[] {
  const { operation, rule, name, error, badges } = raw.spans;
  const kept = new Set<number>([...operation, ...rule]);
  for (const column of [name, error]) for (const at of column.is) kept.add(at);
  for (const each of badges.is) for (const at of each) kept.add(at);
  return raw.words.map((word, at) => (kept.has(at) ? word : ""));
}

function check({ name, title, status, expected, actual, where, spans }: RawCheck): RawCheck {
  const said = NUMBERED.has(name) ? { message: actual || LEFT_OUT, expected, actual } : { message: LEFT_OUT, expected: "", actual: "" };
  return { name, ...(title && { title }), status, spans, where: fileOf(where), ...said };
}

function told(ghost: Ghost, raw: RawIndex): Ghost {
  const component = raw.components[ghost.target];
  return { ...only(ghost, GHOST), label: `not seen: ${component ? `${component.type}:${component.name}` : LEFT_OUT}` };
}

function summary({ run, checks }: RawIndex): Summary {
  const passed = checks.filter((check) => check.status === "passed").length;
  const known = run.banners.filter((banner) => banner.word !== BANNER.word);
  return {
    ...only(run, SUMMARY),
    case: { ...only(run.case, ["id", "tags"]), path: fileOf(run.case.path), notes: "" },
    banners: [...known.map(({ word }) => ({ word, text: BANNERS[word] ?? LEFT_OUT })), BANNER],
    facts: run.facts.filter((fact) => FACTS.has(fact.name)),
    reasons: checks.length ? [`${passed} of ${checks.length} checks passed`] : [],
    missing: run.missing.map(() => ({ text: LEFT_OUT, group: "" })),
    would_be_exact: [],
    warnings: run.warnings.map(() => `a warning was ${LEFT_OUT}`),
    files: { report: "", run: "", spans: "", mermaid: "", viewer: "", timeline: "" },
  };
}

/** The run that it is compared with, and how spans differ: what the values were stands in the details. */
function other(compare: RawCompare): RawCompare {
  const facts = compare.run.facts.filter((fact) => FACTS.has(fact.name));
  return { ...only(compare, COMPARE), run: { ...only(compare.run, ["id", "status", "title", "complete", "took"]), facts, reasons: [] } };
}

/** The last part of a path: where a person keeps files is nobody else's business. */
function fileOf(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? "";
}
