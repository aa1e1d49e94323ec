/** Beside the drawing: both verdicts, how much differs, each difference, and which of the two runs is shown. */
import { grouped } from "../layout/units";
import { Choice, Some } from "../panels/controls";
import { Part, Steps } from "../panels/lists";
import { Outcome, SpanButton, nameOf } from "../panels/marks";
import { oneLine } from "../model/text";
import { usePart } from "../state/store";
import type { Viewer } from "../viewer";
import { type Change, SIGNS, type Share } from "./comparison";

const SHOWN = 200;
const ORDER: readonly Change[] = ["inserted", "removed", "moved", "changed"];
const SHARES: readonly (readonly [Share, string])[] = [["both", "Both"], ["differences", "Differences"], ["a", "Run A"], ["b", "Run B"]];

export function ComparedRuns({ viewer }: { viewer: Viewer }) {
  const only = usePart(viewer.store, (state) => state.lens.only);
  const { compare, run } = viewer.trace;
  if (!compare) return null;
  const { raw, differing } = compare;
  return (
    <Part title="Compared with run A" tally={differing.length ? `${grouped(differing.length)} differ` : "nothing differs"}>
      <ul class="rows runs">
        {([["A", raw.run], ["B", run]] as const).map(([name, { id, status, took }]) => (
          <li key={name} title={oneLine(id)}>
            <span><b>{name}</b> <span class="muted">{oneLine(id)}</span></span>
            <b><Outcome status={status} /> {took}</b>
          </li>
        ))}
      </ul>
      <Choice name="What is shown" of={SHARES} value={compare.shareOf(only) ?? "both"} onChange={(share) => viewer.setLens({ only: compare.spansOf(share) })} />
      <Steps viewer={viewer} of={differing} what="difference" tell={(trace, span) => `${trace.changeOf(span)}, ${nameOf(trace, span)}`} />
      {raw.aspects.length > 0 && <p class="foot">Changed: {raw.aspects.map(({ name, n }) => `${name} ${grouped(n)}`).join(", ")}</p>}
      {ORDER.map((change) => <Group key={change} viewer={viewer} change={change} />)}
      {raw.limits.map((limit) => <p key={limit} class="foot">{oneLine(limit)}</p>)}
    </Part>
  );
}

function Group({ viewer, change }: { viewer: Viewer; change: Change }) {
  const { trace } = viewer;
  const spans = trace.compare?.differing.filter((span) => trace.changeOf(span) === change) ?? [];
  const meaning = trace.compare?.raw.counts.find(({ name }) => name === change)?.meaning;
  if (!spans.length) return null;
  return (
    <>
      <h3 title={meaning}>
        <b class={`sign c-${change}`} aria-hidden="true">{SIGNS[change]}</b> {change} <span class="tally">{grouped(spans.length)}</span>
      </h3>
      <ul class={`differences c-${change}`}>
        <Some
          of={spans}
          first={SHOWN}
          each={(span) => (
            <li key={span}>
              <SpanButton viewer={viewer} span={span} />
              {change !== "inserted" && change !== "removed" && <span class="foot">{said(viewer, span)}</span>}
            </li>
          )}
        />
      </ul>
    </>
  );
}

/** The badges that tell of the difference. */
function said({ trace }: Viewer, span: number): string {
  const told = trace.badges(span).filter(({ kind }) => kind === "changed" || kind === "moved" || kind === "slower" || kind === "faster");
  return told.map(({ text }) => text.replace(/^[~↕] /, "")).join(", ");
}
