/** From hit to hit, around the end and back to the start. */
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
  viewer.say(`Match ${(spans.indexOf(span) + 1).toLocaleString("en")} of ${spans.length.toLocaleString("en")}: ${trace.operation(span)} on ${trace.componentOf(span).name}`);
}

/** The member of a sorted list after `from`, or before it; at the end, the first again. */
export function neighbour(sorted: readonly number[] | Int32Array, from: number | null, step: 1 | -1): number | null {
  const { length } = sorted;
  if (!length) return null;
  let low = 0;
  let high = length;
  const start = from ?? -1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < start) low = middle + 1;
    else high = middle;
  }
  const isOn = sorted[low] === start;
  const at = step < 0 ? low - 1 : isOn ? low + 1 : low;
  return sorted[(at + length) % length] ?? null;
}
