/** Picked spans as lines for `expect:` of a case file. */
import { count } from "../layout/units";
import { oneLine } from "../model/text";
import type { Viewer } from "../viewer";
import { GROUP_MAX, type Group, groupsOf, labelOf, type Member, memberOf } from "./check_group";
import * as propose from "./proposals";
import type { Proposal } from "./proposals";

/** `expect`: what was seen is to be seen again. `never`: it is not to be seen. */
export type Wish = "expect" | "never";

type Source = Pick<Viewer, "trace" | "chunks">;

export async function checksYaml(viewer: Source, picked: readonly number[], wish: Wish): Promise<string> {
  const { run } = viewer.trace;
  const own = viewer.trace.own(picked);
  const { groups, tooMany } = await groupsOf(viewer, own);
  const proposals = wish === "expect" ? await expected(viewer, groups) : forbidden(viewer, groups);
  const notes = [
    `From run ${run.id} (${run.status}), ${count(own.length, "span")} picked. Seen once: loosen what may differ.`,
    ...(own.length < picked.length ? [`${picked.length - own.length} more picked are left out: only run A has them.`] : []),
    ...(run.complete ? [] : ["This run was not complete: what is missing may change what holds."]),
    ...(tooMany ? [`${tooMany} picked are left out: there are more than ${GROUP_MAX} spans like them.`] : []),
    ...(wish === "never" ? ["These fail in the run that they were copied from."] : failures(groups)),
  ];
  return `${["expect:", ...notes.map((note) => `  # ${oneLine(note)}`), ...proposals.map(line)].join("\n")}\n`;
}

async function expected(viewer: Source, groups: readonly Group[]): Promise<Proposal[]> {
  const { trace } = viewer;
  const members = await membersOf(viewer, groups);
  return [
    ...propose.required(members),
    ...propose.noErrors(trace, members),
    ...members.flatMap((member) => [...propose.latency(trace, member), ...propose.retries(trace, member)]),
    ...groups.flatMap((group) => [propose.count(group), ...propose.outcome(group)]),
    ...propose.order(groups),
    ...groups.flatMap(propose.words),
  ];
}

/** Who did nothing but what was picked is forbidden as a whole; of others, only what was picked. */
function forbidden({ trace }: Pick<Viewer, "trace">, groups: readonly Group[]): Proposal[] {
  const whole = new Set<string>();
  for (const { component, spans } of groups) {
    const shown = labelOf(trace, spans[0] ?? 0);
    const named = groups.filter((group) => group.component === component).reduce((sum, group) => sum + group.spans.length, 0);
    if (named === trace.own().filter((at) => labelOf(trace, at) === shown).length) whole.add(component);
  }
  const names = [...whole].map(propose.pattern).join(", ");
  const rest = groups.filter((group) => !whole.has(group.component)).map(propose.never);
  return names ? [{ yaml: `forbidden_components: [${names}]`, why: "" }, ...rest] : rest;
}

async function membersOf(viewer: Source, groups: readonly Group[]): Promise<Member[]> {
  const found = new Map<string, Member>();
  for (const group of groups) {
    const member = await memberOf(viewer, group);
    const known = found.get(member.label);
    const [seen, tookPart] = [member.seen || known?.seen === true, member.tookPart || known?.tookPart === true];
    found.set(member.label, { ...member, seen, tookPart });
  }
  return [...found.values()];
}

function failures(groups: readonly Group[]): string[] {
  return groups.flatMap((group) => {
    const bad = group.details.filter((detail) => detail.status !== "ok");
    if (bad.length === 0) return [];
    const how = [...new Set(bad.map((detail) => detail.status))].join(", ");
    const what = `${group.operation} on ${group.component}`;
    return [`${what}: ${bad.length} of ${group.details.length} ended as ${how}, so nothing is proposed about how it ends.`];
  });
}

function line({ yaml, why, off }: Proposal): string {
  return `  ${off ? "# " : ""}- ${yaml}${why ? `  # ${oneLine(why)}` : ""}`;
}
