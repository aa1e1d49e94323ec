/** What the case asked for and what came of it. A check lights the spans that it rests on. */
import { useState } from "preact/hooks";
import { count } from "../layout/units";
import { oneLine } from "../model/text";
import type { Check } from "../model/trace";
import { type CheckOrder, groupsOf, stepOf } from "../model/check_order";
import { usePart } from "../state/store";
import type { Viewer } from "../viewer";
import { SignButton } from "./controls";
import { Outcome, Sign, StatusIcon, nameOf } from "./marks";

const PASSED_SHOWN = 12;

export function Checks({ viewer }: { viewer: Viewer }) {
  const { checks } = viewer.trace;
  const passed = checks.filter((check) => check.status === "passed").length;
  const groups = groupsOf(checks);
  return (
    <section aria-labelledby="checks-title">
      <h2 id="checks-title">
        Checks <span class="tally">{checks.length ? `${passed} of ${checks.length} passed` : "none"}</span>
      </h2>
      {!checks.length && <p class="muted">The case asks for no check.</p>}
      {groups.map((group) => (
        <Group key={group.status} viewer={viewer} group={group} alone={groups.length === 1} />
      ))}
    </section>
  );
}

function Group({ viewer, group, alone }: { viewer: Viewer; group: CheckOrder; alone: boolean }) {
  const quiet = group.status === "passed" && !alone && group.checks.length > PASSED_SHOWN;
  const [open, setOpen] = useState(!quiet);
  return (
    <>
      {quiet && (
        <button type="button" class="unfold" aria-expanded={open} onClick={() => setOpen(!open)}>
          <Sign name={open ? "down" : "next"} size={12} /> {group.checks.length} passed
        </button>
      )}
      {open && (
        <ul class="checks">
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
  return (
    <li class={`check k-${check.status}${on ? " on" : ""}`}>
      <button type="button" aria-pressed={on} title={check.cites.length || check.misses.length ? "Show what it rests on" : undefined} onClick={() => toggleCheck(viewer, at)}>
        <span class="check-head">
          <Outcome status={check.status} /> <strong>{oneLine(check.name)}</strong>
        </span>
        <span class="check-foot">
          <span class="message">{oneLine(check.message)}</span> <span class="muted">{cited(check)}</span>
        </span>
      </button>
      {(on || check.status !== "passed") && <CheckMore viewer={viewer} check={check} />}
      {on && <Stepper viewer={viewer} check={check} />}
    </li>
  );
}

function cited(check: Check): string {
  const missing = check.misses.length ? `${check.misses.length} missing` : "";
  return [check.cites.length ? count(check.cites.length, "span") : "", missing].filter(Boolean).join(", ") || "no span";
}

function CheckMore({ viewer, check }: { viewer: Viewer; check: Check }) {
  const rows = [
    ["expected", check.expected],
    ["actual", check.actual],
    ["asked in", check.where],
  ].filter(([, value]) => value);
  return (
    <dl>
      {check.misses.map((ghost) => (
        <div key={ghost} class="ghost">
          <dt>
            <StatusIcon status="incomplete" size={13} />
          </dt>
          <dd>{oneLine(viewer.trace.ghosts[ghost]?.label ?? "")}</dd>
        </div>
      ))}
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{oneLine(value ?? "")}</dd>
        </div>
      ))}
    </dl>
  );
}

/** From one cited span to the next. */
function Stepper({ viewer, check }: { viewer: Viewer; check: Check }) {
  const selected = usePart(viewer.store, (state) => state.selected);
  if (!check.cites.length) return null;
  const here = selected === null ? -1 : check.cites.indexOf(selected);
  const go = (by: 1 | -1) => {
    const span = stepOf(check.cites, selected, by);
    if (span === null) return;
    viewer.select(span);
    viewer.say(`${check.cites.indexOf(span) + 1} of ${check.cites.length}: ${nameOf(viewer.trace, span)}`);
  };
  return (
    <div class="stepper">
      <SignButton sign="up" name="Previous cited span" onClick={() => go(-1)} />
      <SignButton sign="down" name="Next cited span" onClick={() => go(1)} />
      <span>{here < 0 ? count(check.cites.length, "span") : `${here + 1} of ${check.cites.length}`}</span>
    </div>
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
  viewer.say(`${found.status}: ${found.name}, ${cited(found)}`);
}
