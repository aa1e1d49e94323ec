/** Nearer and farther: a scale for the sequence, a window on the time for the timeline. */
import { SCALE_MAX, SCALE_MIN } from "../state/state";
import type { Viewer } from "../viewer";

const SCALE_STEP = 1.25;
const WINDOW_STEP = 1.6;
const WINDOW_MIN_PART = 1e-6; // of the whole time: beyond it, numbers lose their digits
const AROUND_SPAN = 0.15; // of its length, on each side

export function zoom(viewer: Viewer, step: 1 | -1): void {
  const { view, scale } = viewer.state;
  const size = view === "sequence" ? SCALE_STEP : WINDOW_STEP;
  const factor = step > 0 ? size : 1 / size;
  if (view === "sequence") viewer.store.set({ scale: Math.min(SCALE_MAX, Math.max(SCALE_MIN, scale * factor)) });
  else viewer.store.set({ window: narrowed(viewer, factor) });
}

export function zoomToAll(viewer: Viewer): void {
  viewer.store.set(viewer.state.view === "sequence" ? { scale: 1 } : { window: null });
}

export function zoomToSpan(viewer: Viewer): void {
  const { selected, view } = viewer.state;
  if (selected === null) return;
  const start = viewer.trace.start[selected] ?? 0;
  const length = Math.max((viewer.trace.end[selected] ?? start) - start, viewer.trace.last * WINDOW_MIN_PART, 1);
  // Chosen anew, so that the drawing brings it into view.
  if (view === "sequence") viewer.store.set({ scale: 1, selected: null });
  else viewer.store.set({ window: [Math.max(0, start - length * AROUND_SPAN), start + length * (1 + AROUND_SPAN)] });
  viewer.select(selected);
}

/** Around the selected span where that is in sight, else around the middle. */
function narrowed(viewer: Viewer, factor: number): readonly [number, number] | null {
  const { last } = viewer.trace;
  const [from, to] = viewer.state.window ?? [0, last];
  const length = Math.max((to - from) / factor, last * WINDOW_MIN_PART);
  if (length >= last) return null;
  const start = viewer.trace.start[viewer.state.selected ?? -1];
  const fixed = start !== undefined && start >= from && start <= to ? start : (from + to) / 2;
  const begin = Math.min(Math.max(0, fixed - ((fixed - from) / (to - from)) * length), last - length);
  return [begin, begin + length];
}
