/** The list of cases. Only rows in sight are in the document; each lies where its place among all says. */
import { useLayoutEffect, useMemo, useReducer, useRef } from "preact/hooks";
import { useStore } from "../state/store";
import { Case } from "./case";
import { Group } from "./group";
import type { Item } from "./items";
import { marks } from "./query";
import type { Report } from "./report";
import { inSight, tops } from "./sight";

const GUESS = { case: 53, group: 41 };
const MARGIN = 160; // drawn above and below what is seen

export function List({ report }: { report: Report }) {
  const state = useStore(report.store);
  const { items, problem } = report.listed();
  const list = useRef<HTMLUListElement>(null);
  const heights = useRef(new Map<string, number>()).current;
  const guess = useRef({ ...GUESS }).current;
  const [, redraw] = useReducer((n: number) => n + 1, 0);

  const all = tops(items.map(({ key, kind }) => heights.get(key) ?? guess[kind]));
  const [first, last] = useSight(list, all, redraw);
  const current = items.some(({ key }) => key === state.current) ? state.current : (items[0]?.key ?? null);
  const terms = useMemo(() => (problem ? [] : marks(state.query)), [state.query, problem]);

  report.reveal = (key) => {
    const at = report.listed().items.findIndex((item) => item.key === key);
    const places = tops(report.listed().items.map((item) => heights.get(item.key) ?? guess[item.kind]));
    if (at >= 0 && list.current) bringIntoSight(list.current, places[at] ?? 0, places[at + 1] ?? 0);
  };

  useLayoutEffect(() => {
    if (measure(list.current, items, heights, guess)) redraw(undefined);
  });

  if (!items.length) return <p class="nothing">{report.suite.cases.length ? "No case agrees with the filter." : "No case was found."}</p>;
  const drawn = new Set(Array.from({ length: last - first }, (_, n) => first + n));
  const held = items.findIndex(({ key }) => key === current && (key === report.wanted || isFocused(list.current, key)));
  if (held >= 0) drawn.add(held);
  return (
    <ul class="cases" ref={list} style={{ height: `${all[items.length] ?? 0}px` }} aria-label="Cases">
      {[...drawn].sort((a, b) => a - b).map((at) => {
        const item = items[at];
        if (!item) return null;
        const place = { at, of: items.length, top: all[at] ?? 0, isCurrent: item.key === current, isChosen: item.key === state.current };
        return item.kind === "case" ? (
          <Case key={item.key} report={report} item={item} place={place} open={state.open.has(item.at)} terms={terms} flat={state.flat} />
        ) : (
          <Group key={item.key} report={report} item={item} place={place} open={!state.closed.has(item.name)} />
        );
      })}
    </ul>
  );
}

/** Where a row stands: its number, of how many, how far below the beginning; whether Tab leads to it, and somebody was there. */
export interface Place {
  readonly at: number;
  readonly of: number;
  readonly top: number;
  readonly isCurrent: boolean;
  readonly isChosen: boolean;
}

/** Attributes that every row has. */
export function rowOf({ key }: Item, { at, of, top }: Place) {
  return { "data-key": key, "aria-posinset": at + 1, "aria-setsize": of, style: { top: `${top}px` } };
}

/** Gives the keys to the row that is to have them. */
export function useKeys(report: Report, key: string) {
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    if (report.wanted !== key) return;
    report.wanted = null;
    button.current?.focus({ preventScroll: true });
  });
  return button;
}

/** How much of the window the tools cover: nothing where they scroll away with the rest. */
function covered(): number {
  const tools = document.querySelector(".tools");
  return tools && getComputedStyle(tools).position === "sticky" ? tools.getBoundingClientRect().height : 0;
}

/** The rows that are seen now, and some more; another pair when that changes. */
function useSight(list: { current: HTMLElement | null }, all: readonly number[], redraw: (nothing: undefined) => void): [number, number] {
  const shown = useRef<[number, number]>([0, 0]);
  const look = () => {
    const above = list.current ? list.current.getBoundingClientRect().top : 0;
    return inSight(all, -above - MARGIN, innerHeight - above + MARGIN);
  };
  const latest = useRef(look);
  latest.current = look;
  shown.current = look();
  useLayoutEffect(() => {
    let frame = 0;
    const follow = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => {
        const [first, last] = latest.current();
        if (first !== shown.current[0] || last !== shown.current[1]) redraw(undefined);
      });
    };
    const until = new AbortController();
    addEventListener("scroll", follow, { passive: true, signal: until.signal });
    addEventListener("resize", follow, { signal: until.signal });
    follow();
    return () => until.abort();
  }, []);
  return shown.current;
}

/** Whether any row is taller or shorter than was thought. */
function measure(list: HTMLElement | null, items: readonly Item[], heights: Map<string, number>, guess: { case: number; group: number }): boolean {
  let isNew = false;
  const kinds = new Map(items.map(({ key, kind }) => [key, kind]));
  for (const row of list?.children ?? []) {
    if (!(row instanceof HTMLElement)) continue;
    const key = row.dataset["key"] ?? "";
    const kind = kinds.get(key);
    const height = row.getBoundingClientRect().height;
    const was = heights.get(key) ?? (kind ? guess[kind] : 0);
    if (!kind || !height || Math.abs(was - height) < 0.5) continue;
    heights.set(key, height);
    if (!row.classList.contains("open")) guess[kind] = height;
    isNew = true;
  }
  return isNew;
}

function isFocused(list: HTMLElement | null, key: string): boolean {
  const row = document.activeElement?.closest<HTMLElement>("[data-key]");
  return row?.dataset["key"] === key && Boolean(list?.contains(row));
}

function bringIntoSight(list: HTMLElement, from: number, to: number): void {
  const above = list.getBoundingClientRect().top;
  const ceiling = covered() + 8;
  const floor = innerHeight - 8;
  if (above + from < ceiling || to - from > floor - ceiling) scrollBy({ top: above + from - ceiling });
  else if (above + to > floor) scrollBy({ top: above + to - floor });
}
