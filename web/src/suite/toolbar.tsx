/** Which cases are shown, and in which order. */
import { useStore } from "../state/store";
import { count, grouped } from "../layout/units";
import { Button, Choice } from "../panels/controls";
import { Sign } from "../panels/marks";
import { SORTS } from "./items";
import { SEARCH_ID } from "./keys";
import { OutcomeIcon } from "./outcome";
import { hasTerm, toggled } from "./query";
import type { Report } from "./report";

const STATUS_TERM = /^-?(?:s|status):|^-?(?:is:)?flaky$/i;
const LABELS = { order: "As sent", status: "Outcome", duration: "Duration", name: "Name" } as const;

export function Toolbar({ report }: { report: Report }) {
  const state = useStore(report.store);
  const { found } = report.listed();
  const { cases } = report.suite;
  const all = found.length === cases.length ? count(cases.length, "case") : `${grouped(found.length)} of ${grouped(cases.length)}`;
  return (
    <div class="tools" role="region" aria-label="Filter and order">
      <div class="toolbar">
        <Outcomes report={report} query={state.query} />
        <span class="spring" />
        <Button sign="help" size={16} name="Help" title="Keys and query language (?)" onClick={() => report.store.set({ sheet: "help" })} />
      </div>
      <div class="toolbar">
        <QueryBox report={report} query={state.query} tally={all} />
        <Choice name="Sort by" of={SORTS.map((sort) => [sort, LABELS[sort]] as const)} value={state.sort} onChange={(sort) => report.store.set({ sort })} />
        <Button sign="levels" size={16} aria-pressed={!state.flat} title="Cases by their directory (g)" onClick={() => report.store.set({ flat: !state.flat })}>
          Directories
        </Button>
      </div>
    </div>
  );
}

/** How many ended how; a click shows those alone, another one all. */
function Outcomes({ report: { suite, store }, query }: { report: Report; query: string }) {
  const outcomes = [...suite.counts.map(({ status, n }) => ({ status, n, term: `s:${status}` })), { status: "flaky", n: suite.flaky, term: "flaky" }];
  return (
    <div class="outcomes" role="group" aria-label="Outcomes">
      {outcomes.map(({ status, n, term }) => (
        <button
          key={status}
          class={n ? `s-${status}` : "none"}
          aria-pressed={hasTerm(query, term)}
          disabled={!n && !hasTerm(query, term)}
          title={status === "flaky" ? "passed only when sent again" : `shows ${term} alone`}
          onClick={() => store.set({ query: toggled(query, term, STATUS_TERM) })}
        >
          <OutcomeIcon status={status} size={16} />
          <b>{grouped(n)}</b> {status}
        </button>
      ))}
    </div>
  );
}

function QueryBox({ report, query, tally }: { report: Report; query: string; tally: string }) {
  const { problem } = report.listed();
  const empty = () => report.store.set({ query: "" });
  return (
    <div class="search" role="search">
      <div class={`field ${problem ? "is-wrong" : ""}`}>
        <Sign name="search" size={15} />
        <input
          id={SEARCH_ID}
          type="search"
          aria-label="Filter"
          aria-describedby="suite-problem"
          aria-invalid={problem !== null}
          placeholder='Filter: words, "text", s:failed, @tag, group:orders, dur>5s, -flaky   ( / )'
          autocomplete="off"
          spellcheck={false}
          value={query}
          onInput={({ currentTarget }) => report.store.set({ query: currentTarget.value })}
          onKeyDown={(event) => {
            if (event.key === "Escape") {
              event.preventDefault();
              if (query) empty();
              else event.currentTarget.blur();
            }
            if (event.key === "Enter" || event.key === "ArrowDown") {
              event.preventDefault();
              const [first] = report.listed().items;
              if (first) report.go(first.key);
            }
          }}
        />
        <output class="count" for={SEARCH_ID}>
          {problem ? "" : tally}
        </output>
        {query && <Button class="bare" sign="close" name="Show all" size={12} onClick={empty} />}
      </div>
      <p id="suite-problem" class="problem" role="status" hidden={!problem}>
        {problem?.text}
      </p>
    </div>
  );
}
