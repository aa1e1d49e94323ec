/** Beside the drawing: both verdicts, how much differs, each difference, and which of the two runs is shown. */
import { Choice, SignButton, Some } from "../panels/controls";
import { Outcome, SpanButton, nameOf } from "../panels/marks";
import { stepOf } from "../model/check_order";
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
    <section aria-labelledby="compare-title" class="compare">
      <h2 id="compare-title">
        Compared with run A <span class="tally">{differing.length ? `${differing.length.toLocaleString("en")} differ` : "nothing differs"}</span>
      </h2>
      <ul class="rows">
        {([["A", raw.run], ["B", run]] as const).map(([name, { id, status, took }]) => (
          <li key={name} title={oneLine(id)}>
            <span><b>{name}</b> <span class="muted">{oneLine(id)}</span></span>
            <span class="value"><Outcome status={status} /> {took}</span>
          </li>
        ))}
      </ul>
      <Choice name="What is shown" of={SHARES} value={compare.shareOf(only) ?? "both"} onChange={(share) => viewer.setLens({ only: compare.spansOf(share) })} />
      <Steps viewer={viewer} of={differing} />
      {raw.aspects.length > 0 && <p class="none">Changed: {raw.aspects.map(({ name, n }) => `${name} ${n.toLocaleString("en")}`).join(", ")}</p>}
      {ORDER.map((change) => <Group key={change} viewer={viewer} change={change} />)}
      {raw.limits.map((limit) => <p key={limit} class="foot">{oneLine(limit)}</p>)}
    </section>
  );
}

function Steps({ viewer, of }: { viewer: Viewer; of: readonly number[] }) {
  const selected = usePart(viewer.store, (state) => state.selected);
  if (!of.length) return null;
  const here = selected === null ? -1 : of.indexOf(selected);
  const go = (by: 1 | -1) => {
    const span = stepOf(of, selected, by);
    if (span === null) return;
    viewer.select(span);
    viewer.say(`${of.indexOf(span) + 1} of ${of.length}: ${viewer.trace.changeOf(span)}, ${nameOf(viewer.trace, span)}`);
  };
  return (
    <div class="stepper">
      <SignButton sign="up" name="Previous difference" onClick={() => go(-1)} />
      <SignButton sign="down" name="Next difference" onClick={() => go(1)} />
      <span>{here < 0 ? `${of.length.toLocaleString("en")} differences` : `${here + 1} of ${of.length}`}</span>
    </div>
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
        <b class={`sign c-${change}`} aria-hidden="true">{SIGNS[change]}</b> {change} <span class="tally">{spans.length.toLocaleString("en")}</span>
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
