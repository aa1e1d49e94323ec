/** The heading of a directory: its name, and how its cases ended. */
import { count } from "../layout/units";
import { oneLine } from "../model/text";
import { Sign } from "../panels/marks";
import { type GroupItem, tally } from "./items";
import { type Place, rowOf, useKeys } from "./list";
import { OutcomeIcon } from "./outcome";
import type { Report } from "./report";

export function Group({ report, item, place, open }: { report: Report; item: GroupItem; place: Place; open: boolean }) {
  const button = useKeys(report, item.key);
  return (
    <li class="group" {...rowOf(item, place)}>
      <h2>
        <button ref={button} class="bare turns" aria-expanded={open} tabIndex={place.isCurrent ? 0 : -1} onClick={() => report.toggleGroup(item.name)}>
          <Sign name={open ? "down" : "next"} size={12} />
          <span class="group-name">{oneLine(item.name) || "no directory"}</span>
          <span class="tally">{count(item.cases.length, "case")}</span>
          {tally(report.suite, item.cases).map(([status, n]) => (
            <span class={`outcome s-${status}`} key={status} title={`${n} ${status}`}>
              <OutcomeIcon status={status} size={13} /> {n}
              <span class="spoken"> {status}</span>
            </span>
          ))}
        </button>
      </h2>
    </li>
  );
}
