/** The field to search in, what could be typed next, and the way from match to match. */
import { useEffect, useRef, useState } from "preact/hooks";
import { SEARCH_ID } from "../commands/focus";
import { toggleOnly } from "../commands/commands";
import { goToHit, placeIn } from "../search/hits";
import { type Suggestion, suggest } from "../search/suggest";
import { useStore } from "../state/store";
import type { Hits, Viewer } from "../viewer";
import { grouped } from "../layout/units";
import { Button } from "./controls";
import { Sign } from "./marks";

export function SearchBox({ viewer }: { viewer: Viewer }) {
  const { query, lens } = useStore(viewer.store);
  const hits = useStore(viewer.hits);
  const field = useRef<HTMLInputElement>(null);
  const [offers, setOffers] = useState<readonly Suggestion[]>([]);
  const [chosen, setChosen] = useState(-1);
  const caret = useRef<number | null>(null);
  const offer = (found: readonly Suggestion[]) => {
    setOffers(found);
    setChosen(-1);
  };
  const type = (text: string, at: number) => {
    viewer.store.set({ query: text });
    offer(suggest(viewer.trace, text, at));
  };
  const accept = ({ insert, from, to }: Suggestion) => {
    const isDone = !/[:>]$/.test(insert);
    const rest = query.slice(to);
    const blank = isDone && !rest.startsWith(" ") ? " " : "";
    caret.current = from + insert.length + (isDone ? 1 : 0);
    type(query.slice(0, from) + insert + blank + rest, caret.current);
  };
  useEffect(() => {
    if (caret.current === null) return;
    field.current?.focus();
    field.current?.setSelectionRange(caret.current, caret.current);
    caret.current = null;
  }, [query]);
  const onKeyDown = (event: KeyboardEvent) => {
    const offered = offers[chosen];
    if (event.key === "Enter") {
      if (offered) accept(offered);
      else {
        offer([]);
        goToHit(viewer, event.shiftKey ? -1 : 1);
      }
    } else if (event.key === "Tab" && offered && !event.shiftKey) accept(offered);
    else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && offers.length) {
      setChosen(moved(chosen, event.key === "ArrowDown" ? 1 : -1, offers.length));
    } else if (event.key === "Escape") {
      if (offers.length) offer([]);
      else if (query) type("", 0);
      else field.current?.blur();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const isProblem = hits.problem !== "" && hits.query === query;
  return (
    <div class="search">
      <div class={`field ${isProblem ? "is-wrong" : ""}`}>
        <Sign name="search" />
        <input
          ref={field}
          id={SEARCH_ID}
          type="search"
          role="searchbox"
          aria-label="Search"
          placeholder="Search names, ids, payloads"
          aria-autocomplete="list"
          aria-controls="search-offers"
          aria-activedescendant={chosen >= 0 ? `search-offer-${chosen}` : undefined}
          aria-invalid={isProblem}
          aria-describedby="search-problem"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          maxLength={2000}
          value={query}
          onInput={({ currentTarget }) => type(currentTarget.value, currentTarget.selectionStart ?? currentTarget.value.length)}
          onKeyDown={onKeyDown}
          onBlur={() => offer([])}
        />
        {!query && <kbd>/</kbd>}
        <output class="count" role="status" aria-live="polite">
          {counted(hits, query, viewer.state.selected)}
        </output>
        {query && (
          <Button class="bare square" sign="close" name="Clear search" onClick={() => type("", (caret.current = 0))} />
        )}
      </div>
      <ul id="search-offers" class="offers" role="listbox" aria-label="Suggestions" hidden={!offers.length}>
        {offers.map((each, at) => (
          <li
            key={each.label}
            id={`search-offer-${at}`}
            role="option"
            aria-selected={at === chosen}
            onPointerDown={(event) => {
              event.preventDefault();
              accept(each);
            }}
          >
            <code>{each.label}</code> <span>{each.about}</span>
          </li>
        ))}
      </ul>
      <p id="search-problem" class="problem" role="status" hidden={!isProblem || offers.length > 0}>
        {isProblem && hits.problem}
      </p>
      <span class="joined">
        <Button sign="up" name="Previous match" title="Previous match (N)" disabled={!hits.spans.length} onClick={() => goToHit(viewer, -1)} />
        <Button sign="down" name="Next match" title="Next match (n)" disabled={!hits.spans.length} onClick={() => goToHit(viewer, 1)} />
        <button aria-pressed={lens.only !== null} disabled={!query.trim() || isProblem} title="Matches and what is above them (m)" onClick={() => toggleOnly(viewer)}>
          Only matches
        </button>
      </span>
    </div>
  );
}

/** `3 of 17`, `17 matches`, and `17 so far` while details are still read. */
function counted({ query, spans, done, problem }: Hits, typed: string, selected: number | null): string {
  if (!typed.trim() || (problem && query === typed)) return "";
  if (query !== typed) return "…";
  const all = grouped(spans.length);
  if (!done) return `${all} so far…`;
  const at = placeIn(spans, selected ?? -1);
  if (spans[at] === selected) return `${grouped(at + 1)} of ${all}`;
  return spans.length ? `${all} ${spans.length === 1 ? "match" : "matches"}` : "no match";
}

/** Around the ends; -1, for nothing chosen, lies between them. */
function moved(from: number, step: 1 | -1, length: number): number {
  return ((from + 1 + step + length + 1) % (length + 1)) - 1;
}
