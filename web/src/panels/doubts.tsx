/** What was not seen, how sure the rest is, what would make it surer, and which clocks were corrected. */
import { count } from "../layout/units";
import { oneLine } from "../model/text";
import { stepOf } from "../model/check_order";
import { TIERS, type Trace } from "../model/trace";
import type { Viewer } from "../viewer";
import { StatusIcon, TierLine } from "./marks";

export function NotSeen({ viewer }: { viewer: Viewer }) {
  const { run, ghosts } = viewer.trace;
  if (!run.missing.length) return null;
  return (
    <section aria-labelledby="missing-title">
      <h2 id="missing-title">
        Not seen <span class="tally">{run.missing.length}</span>
      </h2>
      <ul class="cards dashed">
        {run.missing.map((missing, at) => {
          const span = ghosts.find((ghost) => ghost.missing === at)?.span;
          const text = (
            <>
              <StatusIcon status="incomplete" size={14} />
              <span>
                {oneLine(missing.text)}
                {missing.group && <span class="foot">should appear in {oneLine(missing.group)}</span>}
              </span>
            </>
          );
          return (
            <li key={at}>
              {span === undefined ? <span class="card">{text}</span> : <button type="button" class="card" onClick={() => viewer.select(span)}>{text}</button>}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

export function Sure({ viewer }: { viewer: Viewer }) {
  const { trace } = viewer;
  const { sure, would_be_exact: better, shifts } = trace.run;
  const step = (tier: string) => {
    const span = stepOf(spansOfTier(trace, tier), viewer.state.selected, 1);
    if (span !== null) viewer.select(span);
  };
  return (
    <section aria-labelledby="sure-title" class="sure">
      <h2 id="sure-title">How sure we are</h2>
      <ul class="tiers">
        {sure.map(({ tier, n, meaning }) => (
          <li key={tier}>
            <button type="button" disabled={!n} title={n ? "Go to the next one" : meaning} onClick={() => step(tier)}>
              <TierLine tier={tier} />
              <span>
                {tier}
                {n > 0 && <span class="foot">{meaning}</span>}
              </span>
              <b>{n.toLocaleString("en")}</b>
            </button>
          </li>
        ))}
      </ul>
      {better.length > 0 && (
        <>
          <h3>What to log</h3>
          <ul class="cards dashed">
            {better.map(({ text, spans }) => (
              <li key={text}>
                <button type="button" class="card" onClick={() => viewer.select(stepOf(spansOfGap(trace, text), viewer.state.selected, 1))}>
                  <span>
                    {oneLine(text)} <span class="foot">{count(spans, "span")}</span>
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
      {shifts.length > 0 && (
        <>
          <h3>Clocks</h3>
          <ul class="cards">
            {shifts.map((text) => (
              <li key={text}>
                <span class="card">{oneLine(text)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
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
