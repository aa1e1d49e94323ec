/** What stands above the list: failures that are alike, the slowest cases, and when each case ran. */
import { useMemo, useState } from "preact/hooks";
import { count, duration } from "../layout/units";
import { oneLine } from "../model/text";
import { useStore } from "../state/store";
import { courseOf } from "./drawing";
import { OutcomeIcon } from "./outcome";
import { hasTerm, quoted, toggled } from "./query";
import type { RawCluster } from "./raw";
import type { Report } from "./report";

const SHOWN = 5;
const COURSE_WIDTH = 1000;

export function Overview({ report }: { report: Report }) {
  const { suite } = report;
  const isShort = suite.cases.length < 3;
  if (isShort) return null;
  return (
    <section class="overview" aria-label="Overview">
      {suite.clusters.length > 0 && <Clusters report={report} />}
      <Slowest report={report} />
      <Course report={report} />
    </section>
  );
}

/** A click shows the cases of a cluster alone. */
function Clusters({ report }: { report: Report }) {
  const [open, setOpen] = useState(false);
  const { clusters } = report.suite;
  const { query } = useStore(report.store);
  // A button takes the room of one more.
  const first = clusters.length > SHOWN ? SHOWN - 1 : SHOWN;
  const more = clusters.length - first;
  return (
    <section class="clusters">
      <h2>
        What went wrong <span class="tally">{count(clusters.length, "different failure", "different failures")}</span>
      </h2>
      <ul>
        {(open ? clusters : clusters.slice(0, first)).map((cluster) => (
          <Cluster key={cluster.text} cluster={cluster} query={query} report={report} />
        ))}
      </ul>
      {more > 0 && (
        <button aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? "Fewer" : `${more} more`}
        </button>
      )}
    </section>
  );
}

function Cluster({ cluster: { text, status, cases }, query, report }: { cluster: RawCluster; query: string; report: Report }) {
  const term = `failure:${quoted(text)}`;
  const isOn = hasTerm(query, term);
  return (
    <li>
      <button class={`cluster s-${status}`} aria-pressed={isOn} title={oneLine(text)} onClick={() => report.store.set({ query: toggled(query, term, /^failure:/) })}>
        <OutcomeIcon status={status} size={14} />
        <span class="cluster-text">{oneLine(text)}</span>
        <span class="cluster-n">{count(cases.length, "case")}</span>
      </button>
    </li>
  );
}

function Slowest({ report }: { report: Report }) {
  const { suite } = report;
  const most = suite.cases[suite.slowest[0] ?? -1]?.ms ?? 0;
  if (!most) return null;
  return (
    <section class="slowest">
      <h2>Slowest</h2>
      <ol>
        {suite.slowest.slice(0, SHOWN).map((at) => {
          const { name, id = "", ms = 0 } = suite.cases[at] ?? {};
          return (
            <li key={at}>
              <button class="bare" onClick={() => report.goToCase(at)} title={oneLine(name || id)}>
                <span class="slow-name">{oneLine(name || id)}</span>
                <Length of={ms / most} />
                <span class="took">{duration(ms * 1e6)}</span>
              </button>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

/** A share of the longest, as a bar. */
export function Length({ of }: { of: number }) {
  return (
    <svg class="length" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
      <rect class="length-all" width="100" height="6" />
      <rect class="length-part" width={Math.max(1, of * 100)} height="6" />
    </svg>
  );
}

function Course({ report }: { report: Report }) {
  const { suite } = report;
  const { paths, lines } = useMemo(() => courseOf(suite, COURSE_WIDTH, 6), [suite]);
  if (lines < 1) return null;
  return (
    <section class="course">
      <h2>
        When each case ran <span class="tally">{lines > 1 ? `up to ${lines} at once` : "one after the other"}</span>
      </h2>
      <svg viewBox={`0 0 ${COURSE_WIDTH} ${lines * 6}`} preserveAspectRatio="none" role="img" aria-label={`When each case ran, ${lines} at once at most`}>
        {paths.map(([status, d]) => (
          <path key={status} class={`s-${status}`} d={d} />
        ))}
      </svg>
      <p class="ends">
        <span>0 s</span>
        <span>{duration(suite.span_ms * 1e6)}</span>
      </p>
    </section>
  );
}
