/** Searches while a person types: the newest query counts, what it replaces is called off. */
import { type Hits, NO_HITS, type Viewer } from "../viewer";
import { plan } from "./plan";
import { type Problem, isProblem, parse } from "./query";
import { run } from "./run";

const TYPING_MS = 120;

/** Watches the query of a viewer, and keeps its hits. The answer ends it. */
export function startSearch(viewer: Viewer): () => void {
  let waiting = 0;
  let current = new AbortController();
  const begin = (query: string, wait: number) => {
    window.clearTimeout(waiting);
    current.abort();
    current = new AbortController();
    const { signal } = current;
    mark("running");
    waiting = window.setTimeout(() => {
      search(viewer, query, signal).catch((error: unknown) => {
        if (!signal.aborted) stop(viewer, query, error instanceof Error ? error.message : String(error));
      });
    }, wait);
  };
  if (viewer.state.query) begin(viewer.state.query, 0);
  const unwatch = viewer.store.watch((now, before) => {
    if (now.query !== before.query) begin(now.query, now.query ? TYPING_MS : 0);
  });
  return () => {
    unwatch();
    window.clearTimeout(waiting);
    current.abort();
  };
}

async function search(viewer: Viewer, query: string, signal: AbortSignal): Promise<void> {
  const began = performance.now();
  const parsed = parse(query);
  if (isProblem(parsed)) {
    stop(viewer, query, placed(parsed, query));
  } else if (!parsed.all.length) {
    publish(viewer, { ...NO_HITS, query });
  } else {
    const put = (spans: readonly number[], done: boolean) => publish(viewer, { query, spans, done, problem: "" });
    if (!(await run(viewer.trace, viewer.chunks, plan(viewer.trace, parsed), put, signal))) return;
  }
  mark("done", performance.now() - began);
}

function stop(viewer: Viewer, query: string, problem: string): void {
  publish(viewer, { query, spans: [], done: true, problem });
  mark("done", 0);
}

/** "Only matches" follows the hits, and ends with the query. */
function publish(viewer: Viewer, hits: Hits): void {
  viewer.hits.set(hits);
  if (!viewer.state.lens.only) return;
  const nothing = hits.problem !== "" || !hits.query.trim();
  if (nothing || hits.done) viewer.setLens({ only: nothing ? null : new Set(hits.spans) });
}

/** The words, and where it is if it is not all that was typed. */
function placed({ text, at, end }: Problem, query: string): string {
  return at === 0 && end >= query.trimEnd().length ? text : `${text} (at character ${at + 1})`;
}

function mark(state: "running" | "done", ms?: number): void {
  const { dataset } = document.documentElement;
  dataset["searchState"] = state;
  if (ms !== undefined) dataset["searchMs"] = String(Math.round(ms));
}
