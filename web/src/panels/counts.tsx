/** Dead-letter queues, warnings and numbers of a run. */
import { useState } from "preact/hooks";
import { oneLine } from "../model/text";
import type { Viewer } from "../viewer";
import { SignButton } from "./controls";
import { StatusIcon } from "./marks";

export function Queues({ viewer }: { viewer: Viewer }) {
  const { queues } = viewer.trace.run;
  if (!queues.length) return null;
  const number = (n: number | null) => (n === null ? "?" : n.toLocaleString("en"));
  return (
    <section aria-labelledby="queues-title">
      <h2 id="queues-title">Dead-letter queues</h2>
      <ul class="rows">
        {queues.map(({ name, before, after }) => {
          const more = before !== null && after !== null && after > before;
          return (
            <li key={name} class={more ? "bad" : ""}>
              <span>{oneLine(name)}</span>
              <span class="value">
                {number(before)} before, {number(after)} after
                {more && (
                  <strong>
                    {" "}
                    <StatusIcon status="failed" size={12} /> MORE
                  </strong>
                )}
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

export function Warnings({ viewer }: { viewer: Viewer }) {
  const { warnings } = viewer.trace.run;
  if (!warnings.length) return null;
  return (
    <section aria-labelledby="warnings-title">
      <h2 id="warnings-title">
        Warnings <span class="tally">{warnings.length}</span>
      </h2>
      <ul class="cards">
        {warnings.map((text, at) => (
          <li key={at}>
            <span class="card warned">
              <StatusIcon status="warning" size={14} /> <span>{oneLine(text)}</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What is there stands in rows; what is not, in one quiet line: a reader must see that somebody looked. */
export function Counts({ viewer }: { viewer: Viewer }) {
  const [explained, explain] = useState(false);
  const { counts } = viewer.trace.run;
  const rows = explained ? counts : counts.filter(({ n }) => n);
  const none = counts.filter(({ n }) => !n).map(({ name }) => name);
  return (
    <section aria-labelledby="counts-title">
      <h2 id="counts-title">
        Counts <SignButton sign="info" name="What the counts mean" pressed={explained} onClick={() => explain(!explained)} />
      </h2>
      <ul class="rows">
        {rows.map(({ name, n, meaning }) => (
          <li key={name} title={meaning} class={n ? "" : "muted"}>
            <span>
              {name}
              {explained && <span class="foot">{meaning}</span>}
            </span>
            <span class="value">{n.toLocaleString("en")}</span>
          </li>
        ))}
      </ul>
      {!explained && none.length > 0 && (
        <p class="none">
          <b>0</b> {none.join(", ")}
        </p>
      )}
    </section>
  );
}
