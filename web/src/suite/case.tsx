/** One case: how it ended, what it is called, its course in small, how long it took; and below that its details. */
import { useMemo } from "preact/hooks";
import { count, duration } from "../layout/units";
import { oneLine } from "../model/text";
import { Marked, Sign } from "../panels/marks";
import { Details } from "./details";
import { HEIGHT, shapesOf, WIDTH } from "./drawing";
import type { CaseItem } from "./items";
import { addressOf } from "./links";
import { type Place, rowOf, useKeys } from "./list";
import { Outcome, OutcomeIcon } from "./outcome";
import { Length } from "./overview";
import { hasTerm, labelOf, quoted, toggled } from "./query";
import type { RawCase, RawSuite } from "./raw";
import type { Report } from "./report";

const TAGS_SHOWN = 3;

interface CaseProps {
  readonly report: Report;
  readonly item: CaseItem;
  readonly place: Place;
  readonly open: boolean;
  readonly terms: readonly string[];
  /** Without headings a row says which directory it lies in. */
  readonly flat: boolean;
}

export function Case({ report, item, place, open, terms, flat }: CaseProps) {
  const { suite } = report;
  const button = useKeys(report, item.key);
  const each = suite.cases[item.at];
  if (!each) return null;
  const told = each.status !== "passed" || each.flaky;
  const name = oneLine(each.name || each.id);
  const id = `${each.name ? oneLine(each.id) : ""}`;
  const turn = (event: MouseEvent) => {
    if (event.target instanceof Element && !event.target.closest("a, button") && !getSelection()?.toString()) report.toggleCase(item.at);
  };
  return (
    <li class={`case s-${each.status} ${open ? "open" : ""} ${place.isChosen ? "current" : ""}`} {...rowOf(item, place)}>
      <div class="case-row" onClick={turn}>
        <Outcome status={each.status} size={16} />
        <div class="case-words">
          <p class="case-name">
            <button ref={button} class="bare turns" aria-expanded={open} tabIndex={place.isCurrent ? 0 : -1} title={name} onClick={() => report.toggleCase(item.at)}>
              <span class="case-title">
                <Marked text={name} terms={terms} />
              </span>
              <span class="spoken">, {each.status}</span>
            </button>
            {each.flaky && (
              <span class="badge" title="passed only when sent again">
                <OutcomeIcon status="flaky" size={12} /> flaky
              </span>
            )}
            <Tags of={each} report={report} />
          </p>
          <p class="case-line">
            {told && each.why && (
              <span class={`case-why s-${each.status}`} title={oneLine(each.why)}>
                <Marked text={oneLine(each.why)} terms={terms} />
              </span>
            )}
            <span class="case-id">
              <Marked text={flat && each.group ? `${oneLine(each.group)} / ${id}` : id} terms={terms} />
            </span>
          </p>
        </div>
        <Drawing suite={suite} of={each} />
        <Took suite={suite} of={each} />
        <Again of={each} />
        <Pages suite={suite} at={item.at} isCurrent={place.isCurrent} />
      </div>
      {open && <Details report={report} at={item.at} of={each} terms={terms} />}
    </li>
  );
}

/** A click shows all cases with the tag. For the mouse alone: the details hold the same for the keyboard. */
function Tags({ of: { tags = [] }, report }: { of: RawCase; report: Report }) {
  if (!tags.length) return null;
  return (
    <span class="tags">
      {tags.slice(0, TAGS_SHOWN).map((tag) => (
        <Tag key={tag} tag={tag} report={report} tabIndex={-1} />
      ))}
      {tags.length > TAGS_SHOWN && <span class="muted">+{tags.length - TAGS_SHOWN}</span>}
    </span>
  );
}

export function Tag({ tag, report, tabIndex = 0 }: { tag: string; report: Report; tabIndex?: number }) {
  const term = /[\s"\\]/.test(tag) ? `tag:${quoted(tag)}` : `@${tag}`;
  const { query } = report.state;
  return (
    <button class="bare tag" tabIndex={tabIndex} aria-pressed={hasTerm(query, term)} title={`Shows cases with the tag ${oneLine(tag)}`} onClick={() => report.store.set({ query: toggled(query, term) })}>
      @{oneLine(tag)}
    </button>
  );
}

function Drawing({ suite, of }: { suite: RawSuite; of: RawCase }) {
  const { shapes, crosses } = useMemo(() => shapesOf(of), [of]);
  if (!shapes.length) return <span class="sketch" />;
  const lanes = (of.lanes ?? []).map((lane) => labelOf(suite, lane));
  return (
    <svg class="sketch" width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`Course through ${lanes.join(", ")}`}>
      {shapes.map(({ lane, kind, d }) => {
        const own = lane === null ? undefined : suite.components[lane];
        return <path key={`${lane} ${kind}`} class={`d-${kind} ${own ? `tone${own.tone} hue${own.hue}` : "d-shared"}`} d={d} />;
      })}
      {crosses && <path class="d-cross" d={crosses} />}
    </svg>
  );
}

function Took({ suite, of: { ms } }: { suite: RawSuite; of: RawCase }) {
  const most = suite.cases[suite.slowest[0] ?? -1]?.ms ?? 0;
  if (ms === undefined) return <span class="case-took muted">–</span>;
  return (
    <span class="case-took">
      <span class="took">{duration(ms * 1e6)}</span>
      <Length of={most ? ms / most : 0} />
    </span>
  );
}

function Again({ of: { tries = [], retries } }: { of: RawCase }) {
  return (
    <span class="case-again">
      {tries.length > 1 && <span title="how often it was sent">{count(tries.length, "try", "tries")}</span>}
      {retries > 0 && (
        <span title="attempts after a first one, within the run">
          <Sign name="attempts" size={12} /> {count(retries, "retry", "retries")}
        </span>
      )}
    </span>
  );
}

function Pages({ suite, at, isCurrent }: { suite: RawSuite; at: number; isCurrent: boolean }) {
  if (!addressOf(suite, at, 0)) return <span class="case-pages muted">{suite.cases[at]?.tries?.length ? "no artifacts" : ""}</span>;
  return (
    <span class="case-pages">
      {(["sequence", "timeline"] as const).map((sign, page) => (
        <a key={sign} class="button square" href={addressOf(suite, at, page)} tabIndex={isCurrent ? 0 : -1} aria-label={suite.pages[page]?.text} title={suite.pages[page]?.about}>
          <Sign name={sign} size={16} />
        </a>
      ))}
    </span>
  );
}
