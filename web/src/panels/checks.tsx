/** What the case asked for and what came of it. A check lights the spans that it rests on. */
import { useState } from "preact/hooks";
import { count } from "../layout/units";
import { oneLine } from "../model/text";
import type { Check } from "../model/trace";
import { type CheckOrder, groupsOf, titleOf } from "../model/check_order";
import { usePart } from "../state/store";
import type { Viewer } from "../viewer";
import { Turn } from "./controls";
import { Part, Steps } from "./lists";
import { Outcome, SpanButton, StatusIcon } from "./marks";

const PASSED_SHOWN = 12;

export function Checks({ viewer }: { viewer: Viewer }) {
  const { checks } = viewer.trace;
  const groups = groupsOf(checks);
  return (
    <Part title="Checks" tally={checks.length ? `${passedOf(checks)} of ${checks.length} passed` : "none"}>
      {!checks.length && <p class="muted">The case asks for no check.</p>}
      {groups.map((group) => (
        <Group key={group.status} viewer={viewer} group={group} alone={groups.length === 1} />
      ))}
    </Part>
  );
}

export function passedOf(checks: readonly Check[]): number {
  return checks.filter((check) => check.status === "passed").length;
}

function Group({ viewer, group, alone }: { viewer: Viewer; group: CheckOrder; alone: boolean }) {
  const quiet = group.status === "passed" && !alone && group.checks.length > PASSED_SHOWN;
  const [open, setOpen] = useState(!quiet);
  return (
    <>
      {quiet && (
        <Turn open={open} onToggle={setOpen}>
          {group.checks.length} passed
        </Turn>
      )}
      {open && (
        <ul class="cards">
          {group.checks.map((at) => (
            <CheckItem key={at} viewer={viewer} at={at} />
          ))}
        </ul>
      )}
    </>
  );
}

function CheckItem({ viewer, at }: { viewer: Viewer; at: number }) {
  const check = viewer.trace.checks[at];
  const on = usePart(viewer.store, (state) => state.check === at);
  if (!check) return null;
  const rests = check.cites.length || check.misses.length;
  return (
    <li class={`check s-${check.status}${on ? " on" : ""}`}>
      <button class="bare" aria-pressed={on} title={rests ? "Show what it rests on" : undefined} onClick={() => toggleCheck(viewer, at)}>
        <Outcome status={check.status} />{" "}
        <strong>
          {titleOf(check)} {check.title && <small class="muted">{oneLine(check.name)}</small>}
        </strong>
        <span class="said-of">
          <span class="message">{oneLine(check.message)}</span> <span class="muted">{cited(check)}</span>
        </span>
      </button>
      {(on || check.status !== "passed") && <CheckMore viewer={viewer} check={check} />}
      {on && <Steps viewer={viewer} of={check.cites} what="cited span" />}
    </li>
  );
}

function cited({ cites, misses }: Check): string {
  return [cites.length && count(cites.length, "span"), misses.length && `${misses.length} missing`].filter(Boolean).join(", ") || "no span";
}

function CheckMore({ viewer, check }: { viewer: Viewer; check: Check }) {
  const rows = [
    ["expected", check.expected],
    ["actual", check.actual],
    ["xfail", check.xfail],
    ["asked in", check.where],
  ] as const;
  return (
    <dl>
      {check.misses.map((ghost) => (
        <div key={ghost} class="ghost s-incomplete">
          <dt>
            <StatusIcon status="incomplete" size={13} />
          </dt>
          <dd>{oneLine(viewer.trace.ghosts[ghost]?.label ?? "")}</dd>
        </div>
      ))}
      {rows.map(
        ([name, value]) =>
          value && (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{oneLine(value)}</dd>
            </div>
          ),
      )}
      {check.nearest?.map(([span, differs], nth) => (
        <div key={span}>
          <dt>{!nth && "nearest"}</dt>
          <dd class="near">
            <SpanButton viewer={viewer} span={span} />
            {oneLine(differs)}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Light what a check rests on, and bring the first of it into view; the same check again: no longer. */
export function toggleCheck(viewer: Viewer, at: number): void {
  const { check, selected } = viewer.state;
  const found = viewer.trace.checks[at];
  if (check === at || !found) {
    viewer.store.set({ check: null });
    return;
  }
  const ghost = viewer.trace.ghosts[found.misses[0] ?? -1];
  const first = found.cites[0] ?? ghost?.span;
  if (first === undefined || (selected !== null && found.cites.includes(selected))) viewer.store.set({ check: at });
  else viewer.select(first, { check: at });
  viewer.say(`${found.status}: ${titleOf(found)}, ${cited(found)}`);
}
