/** The spans of a run that do the same as one that was picked: what a check can name. */
import type { Detail } from "../data/raw";
import type { Trace } from "../model/trace";
import type { Viewer } from "../viewer";
import { literal } from "./jmespath";

/** Spans of one component and operation; `details` belong to `spans`. */
export interface Group {
  /** `lambda:intake`, as cases write it. */
  readonly component: string;
  readonly operation: string;
  /** How JMESPath finds them. */
  readonly filter: string;
  readonly spans: readonly number[];
  readonly details: readonly Detail[];
  readonly picked: number;
}

/** All of one component, as a check finds it by name. */
export interface Member {
  readonly label: string;
  readonly spans: readonly number[];
  /** Somebody's record shows that it was at work. */
  readonly tookPart: boolean;
  /** It has a record of its own. */
  readonly seen: boolean;
}

/** More spans than this are not looked into. */
export const GROUP_MAX = 2_000;

type Source = Pick<Viewer, "trace" | "chunks">;

/** What the picked spans do, each once, and how many were too many to look into. */
export async function groupsOf(viewer: Source, picked: readonly number[]): Promise<{ groups: Group[]; tooMany: number }> {
  const wanted = new Map<string, number[]>();
  for (const span of picked) {
    const key = `${viewer.trace.component[span]} ${viewer.trace.operation(span)}`;
    wanted.set(key, [...(wanted.get(key) ?? []), span]);
  }
  const groups: Group[] = [];
  let tooMany = 0;
  for (const spans of wanted.values()) {
    const alike = sameAs(viewer.trace, spans[0] ?? 0);
    if (alike.length > GROUP_MAX) tooMany += spans.length;
    else groups.push(...(await exact(viewer, alike, new Set(spans))));
  }
  return { groups, tooMany };
}

/** Whatever looks the same on the page. Names that differ in unseen characters look the same, too. */
function sameAs(trace: Trace, span: number): number[] {
  const label = labelOf(trace, span);
  const operation = trace.operation(span);
  return trace.own().filter((at) => labelOf(trace, at) === label && trace.operation(at) === operation);
}

/** Told apart by what was really logged. */
async function exact(viewer: Source, alike: readonly number[], picked: ReadonlySet<number>): Promise<Group[]> {
  const byFilter = new Map<string, { spans: number[]; details: Detail[] }>();
  for (const span of alike) {
    const detail = await viewer.chunks.detail(span);
    const filter = filterOf(detail);
    const group = byFilter.get(filter) ?? { spans: [], details: [] };
    group.spans.push(span);
    group.details.push(detail);
    byFilter.set(filter, group);
  }
  return [...byFilter].flatMap(([filter, { spans, details }]) => {
    const [first] = details;
    const count = spans.filter((span) => picked.has(span)).length;
    if (!first || !count) return [];
    const operation = first.operation || first.name;
    return [{ component: label(first), operation, filter, spans, details, picked: count }];
  });
}

function filterOf(detail: Detail): string {
  const { operation, name } = detail;
  const what = operation ? `operation == ${literal(operation)}` : `operation == '' && name == ${literal(name)}`;
  return `component.label == ${literal(label(detail))} && ${what}`;
}

function label(detail: Detail): string {
  return `${detail.component.type}:${detail.component.name}`;
}

/** As the page shows it. */
export function labelOf(trace: Trace, span: number): string {
  const component = trace.componentOf(span);
  return `${component.type}:${component.name}`;
}

/** Every span that a check would take for one of `component`: by its label, or by a name that reads like one. */
export async function memberOf(viewer: Source, group: Group): Promise<Member> {
  const { trace } = viewer;
  const shown = labelOf(trace, group.spans[0] ?? 0);
  const spans = trace.own().filter((at) => labelOf(trace, at) === shown || trace.componentOf(at).name === shown);
  const seen = group.details.some((detail) => detail.evidence !== undefined);
  return { label: group.component, spans, seen, tookPart: seen || (await answered(viewer, group)) };
}

/** A queue that delivered has no record of its own: who took the message up has one. */
async function answered(viewer: Source, group: Group): Promise<boolean> {
  for (const span of group.spans) {
    for (const child of viewer.trace.own(viewer.trace.children(span))) {
      if (viewer.trace.tierOf(child) === "inferred") continue;
      if ((await viewer.chunks.detail(child)).evidence) return true;
    }
  }
  return false;
}
