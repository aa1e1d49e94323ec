/** From hit to hit, around the end and back to the start. */
import { grouped } from "../layout/units";
import type { Viewer } from "../viewer";

/** The next hit after the selected span, or the one before it. Waits for the first where the search still runs. */
export function goToHit(viewer: Viewer, step: 1 | -1): void {
  const { query } = viewer.state;
  if (!query.trim()) {
    viewer.say("Nothing to search for: press / and type");
    return;
  }
  const isReady = () => viewer.hits.get().query === query && (viewer.hits.get().done || viewer.hits.get().spans.length > 0);
  if (isReady()) {
    go(viewer, step);
    return;
  }
  const unwatch = viewer.hits.watch(() => {
    if (viewer.state.query === query && !isReady()) return;
    unwatch();
    if (viewer.state.query === query) go(viewer, step);
  });
}

function go(viewer: Viewer, step: 1 | -1): void {
  const { spans, problem } = viewer.hits.get();
  const span = neighbour(spans, viewer.state.selected, step);
  if (span === null) {
    viewer.say(problem || "No match");
    return;
  }
  viewer.select(span);
  const { trace } = viewer;
  viewer.say(`Match ${grouped(spans.indexOf(span) + 1)} of ${grouped(spans.length)}: ${trace.operation(span)} on ${trace.componentOf(span).name}`);
}

/** The member of a sorted list after `from`, or before it; at the end, the first again. */
export function neighbour(sorted: readonly number[] | Int32Array, from: number | null, step: 1 | -1): number | null {
  const { length } = sorted;
  if (!length) return null;
  const place = placeIn(sorted, from ?? -1);
  const at = step < 0 ? place - 1 : sorted[place] === from ? place + 1 : place;
  return sorted[(at + length) % length] ?? null;
}

/** Where a number stands in a sorted list, or would stand. */
export function placeIn(sorted: readonly number[] | Int32Array, wanted: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
