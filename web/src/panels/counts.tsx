/** Dead-letter queues, warnings and numbers of a run. */
import { useState } from "preact/hooks";
import { grouped } from "../layout/units";
import { oneLine } from "../model/text";
import type { Viewer } from "../viewer";
import { Button } from "./controls";
import { Cards, Part } from "./lists";
import { StatusIcon } from "./marks";

export function Queues({ viewer }: { viewer: Viewer }) {
  const { queues } = viewer.trace.run;
  if (!queues.length) return null;
  const number = (n: number | null) => (n === null ? "?" : grouped(n));
  return (
    <Part title="Dead-letter queues">
      <ul class="rows">
        {queues.map(({ name, before, after }) => {
          const more = before !== null && after !== null && after > before;
          return (
            <li key={name}>
              {oneLine(name)}
              <b class={more ? "s-failed" : ""}>
                {number(before)} before, {number(after)} after{" "}
                {more && (
                  <>
                    <StatusIcon status="failed" size={12} /> MORE
                  </>
                )}
              </b>
            </li>
          );
        })}
      </ul>
    </Part>
  );
}

export function Warnings({ viewer }: { viewer: Viewer }) {
  const { warnings } = viewer.trace.run;
  return warnings.length ? (
    <Part title="Warnings" tally={warnings.length}>
      <Cards of={warnings.map((text) => ({ text }))} status="warning" />
    </Part>
  ) : null;
}

/** What is there stands in rows; what is not, in one quiet line: a reader must see that somebody looked. */
export function Counts({ viewer }: { viewer: Viewer }) {
  const [explained, explain] = useState(false);
  const { counts } = viewer.trace.run;
  const none = counts.filter(({ n }) => !n);
  return (
    <Part title="Counts" tally={<Button sign="info" class="bare" name="What the counts mean" aria-pressed={explained} onClick={() => explain(!explained)} />}>
      <ul class="rows">
        {counts.map(
          ({ name, n, meaning }) =>
            (n > 0 || explained) && (
              <li key={name} title={meaning} class={n ? "" : "muted"}>
                <span>
                  {name}
                  {explained && <span class="foot">{meaning}</span>}
                </span>
                <b>{grouped(n)}</b>
              </li>
            ),
        )}
      </ul>
      {!explained && none.length > 0 && (
        <p class="foot">
          <b>0</b> {none.map(({ name }) => name).join(", ")}
        </p>
      )}
    </Part>
  );
}
