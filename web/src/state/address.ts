/** The address of the page says what is seen: written while a person looks around, read when they come back. */
import type { Trace } from "../model/trace";
import type { Viewer } from "../viewer";
import { type Wishes, decode, encode } from "./hash";
import { FIRST_STATE, type State, type View } from "./state";

const WRITE_MS = 400; // browsers refuse more than about 100 changes in half a minute

/** The address as it was last written or read. Another one is somebody's own, whose `hashchange` is yet to come. */
let known = "";

/** What a page shows before anybody chose anything. */
export function firstState(trace: Trace): State {
  const view: View = document.body.dataset["view"] === "waterfall" ? "waterfall" : "sequence";
  return { ...FIRST_STATE, selected: trace.first, view };
}

export function readAddress(trace: Trace): Wishes {
  return decode(trace, location.hash, firstState(trace));
}

/** Follows the viewer, and the address where somebody changes it. */
export function followAddress(viewer: Viewer, start: Wishes): void {
  known = location.href;
  settle(viewer, start);
  let waiting = 0;
  viewer.store.watch(() => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => writeAddress(viewer), WRITE_MS);
  });
  window.addEventListener("hashchange", () => {
    window.clearTimeout(waiting);
    known = location.href;
    const wishes = readAddress(viewer.trace);
    viewer.store.set({ ...firstState(viewer.trace), ...wishes.state });
    settle(viewer, wishes);
  });
}

/** Writes at once, and gives the address that it wrote. */
export function writeAddress(viewer: Viewer): string {
  const hash = encode(viewer.trace, viewer.state, firstState(viewer.trace));
  const address = `${location.href.split("#")[0] ?? ""}${hash && `#${hash}`}`;
  if (address !== known && location.href === known) {
    history.replaceState(history.state, "", address);
    known = location.href;
  }
  return address;
}

/** What a state alone cannot hold: the span is to be seen, matches have to be found, somebody has to be told. */
function settle(viewer: Viewer, { state, only, notes }: Wishes): void {
  if (state.selected !== undefined) viewer.select(state.selected);
  if (only) onlyWhenFound(viewer);
  if (notes.length) viewer.say(`Of this address was left out: ${notes.join("; ")}.`);
}

function onlyWhenFound(viewer: Viewer): void {
  const { query } = viewer.state;
  const unwatch = viewer.hits.watch((hits) => {
    if (hits.query !== query) return;
    if (!hits.done) return;
    unwatch();
    if (viewer.state.query === query && !hits.problem) viewer.setLens({ only: new Set(hits.spans) });
  });
}
