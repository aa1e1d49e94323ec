/** How a span was placed, and the records that say what is known of it. */
import type { Detail, Evidence } from "../data/raw";
import { duration } from "../layout/units";
import { fromMs, utc } from "../model/instant";
import { insights } from "../model/insights";
import { oneLine } from "../model/text";
import { Copy, Some } from "./controls";
import { Pairs } from "./facts";
import { TierLine, words } from "./marks";

const FIRST = 20;

interface PlacedProps {
  readonly detail: Detail;
  /** What would make the link exact. */
  readonly gap: string | undefined;
}

export function Placed({ detail, gap }: PlacedProps) {
  const { join, why, shift } = detail;
  return (
    <>
      {join ? (
        <p class="placed">
          <TierLine tier={join.tier} /> <strong>{join.tier}</strong> by <code>{oneLine(join.rule)}</code>
        </p>
      ) : (
        <p class="muted">The first span: it hangs under nothing.</p>
      )}
      {join?.detail && <p>{oneLine(join.detail)}</p>}
      {[why, shift, gap && why?.includes(gap) ? "" : gap].map((doubt) => doubt && <p class="doubt">{oneLine(doubt)}</p>)}
      {join?.inference && <Pairs of={numbers(join.inference)} />}
    </>
  );
}

const NUMBERS: Readonly<Record<string, string>> = {
  confidence: "confidence",
  candidates: "candidates",
  gap_ms: "starts after its parent",
  expected_ms: "expected",
  runner_up: "next best",
  margin: "ahead of it by",
  clock_offset_ms: "clock shifted by",
};

function numbers(inference: Readonly<Record<string, unknown>>): [string, string][] {
  return Object.entries(NUMBERS).flatMap(([key, name]): [string, string][] => {
    const said = inference[key];
    if (said === null || said === undefined || said === "") return [];
    if (Array.isArray(said)) return [[name, said.map((ms) => milliseconds(Number(ms))).join(" to ")]];
    if (typeof said === "number") return [[name, key.endsWith("_ms") ? milliseconds(said) : String(said)]];
    return [[name, oneLine(String(said))]];
  });
}

function milliseconds(ms: number): string {
  return duration(ms * 1e6);
}

/** Every record, and queries that find them again. */
export function Records({ records }: { records: readonly Evidence[] }) {
  return (
    <>
      <ul class="records">
        <Some of={records} first={FIRST} each={(each, at) => <li key={at}><Record evidence={each} /></li>} />
      </ul>
      {insights(records).map(({ group, query }) => (
        <div key={group}>
          <div class="bar">
            Logs Insights query for {oneLine(group)}
            <Copy text={() => query} what={`query for ${oneLine(group)}`} />
          </div>
          <pre class="paper wrapped" tabIndex={0} role="group" aria-label={`Query for ${oneLine(group)}`}>
            {query}
          </pre>
        </div>
      ))}
    </>
  );
}

/** Where one record is. */
export function Record({ evidence }: { evidence: Evidence }) {
  const { ingested_ms: ingested, time_ms: time, parts = [] } = evidence;
  const more = parts.length ? ` and ${parts.length} more` : "";
  const rows: [string, string][] = [
    ["group", evidence.group],
    ["stream", evidence.stream],
    ["event id", `${evidence.event_id}${more}`],
    ["time", utc(fromMs(time))],
    ["arrived", ingested === null || ingested === undefined ? "" : `${duration((ingested - time) * 1e6)} later`],
    ["read as", `${evidence.format}, from ${words(evidence.source)}`],
  ];
  return (
    <div class="record">
      <Copy text={() => JSON.stringify(evidence, null, 2)} what="record" />
      <Pairs of={rows} />
    </div>
  );
}
