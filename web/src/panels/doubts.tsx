/** What was not seen, how sure the rest is, what would make it surer, and which clocks were corrected. */
import { count, grouped } from "../layout/units";
import { stepOf } from "../model/check_order";
import { TIERS, type Trace } from "../model/trace";
import type { Viewer } from "../viewer";
import { Cards, Part } from "./lists";
import { TierLine } from "./marks";

export function NotSeen({ viewer }: { viewer: Viewer }) {
  const { run, ghosts } = viewer.trace;
  if (!run.missing.length) return null;
  const cards = run.missing.map(({ text, group }, at) => {
    const span = ghosts.find((ghost) => ghost.missing === at)?.span;
    return { text, foot: group && `should appear in ${group}`, onClick: span !== undefined && (() => viewer.select(span)) };
  });
  return (
    <Part title="Not seen" tally={cards.length}>
      <Cards of={cards} status="incomplete" kind="dashed" />
    </Part>
  );
}

export function Sure({ viewer }: { viewer: Viewer }) {
  const { trace } = viewer;
  const { sure, would_be_exact: better, shifts } = trace.run;
  const step = (spans: readonly number[]) => viewer.select(stepOf(spans, viewer.state.selected, 1));
  return (
    <Part title="How sure we are">
      <ul class="tiers">
        {sure.map(({ tier, n, meaning }) => (
          <li key={tier}>
            <button class="bare" disabled={!n} title={n ? "Go to the next one" : meaning} onClick={() => step(spansOfTier(trace, tier))}>
              <TierLine tier={tier} />
              <span>
                {tier}
                {n > 0 && <span class="foot">{meaning}</span>}
              </span>
              <b>{grouped(n)}</b>
            </button>
          </li>
        ))}
      </ul>
      {better.length > 0 && (
        <>
          <h3>What to log</h3>
          <Cards kind="dashed" of={better.map(({ text, spans }) => ({ text, foot: count(spans, "span"), onClick: () => step(spansOfGap(trace, text)) }))} />
        </>
      )}
      {shifts.length > 0 && (
        <>
          <h3>Clocks</h3>
          <Cards of={shifts.map((text) => ({ text }))} />
        </>
      )}
    </Part>
  );
}

function spansOfTier(trace: Trace, tier: string): number[] {
  const wanted = TIERS.findIndex((each) => each === tier);
  const found: number[] = [];
  trace.tier.forEach((each, span) => each === wanted && found.push(span));
  return found;
}

function spansOfGap(trace: Trace, text: string): number[] {
  return [...trace.gaps].flatMap(([span, gap]) => (gap === text ? [span] : [])).sort((a, b) => a - b);
}
