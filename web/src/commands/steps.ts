/** From span to span, in the order in which they are drawn. */
import { neighbour } from "../search/hits";
import type { Viewer } from "../viewer";

/** The next span that is shown; it stops at both ends. */
export function goToSpan(viewer: Viewer, step: 1 | -1): void {
  const { spans, stand } = viewer.visible();
  const { selected } = viewer.state;
  const from = selected === null ? null : (stand[selected] ?? -1);
  const next = neighbour(spans, from, step);
  if (next === null) return;
  const isAround = from !== null && from >= 0 && (step > 0 ? next <= from : next >= from);
  if (isAround) viewer.say(step > 0 ? "The last span" : "The first span");
  else viewer.select(next);
}

/** The next span that failed, around the end; what hides it is opened. */
export function goToFailure(viewer: Viewer, step: 1 | -1): void {
  const { trace } = viewer;
  const failures: number[] = [];
  for (let span = 0; span < trace.n; span++) if (trace.failed(span)) failures.push(span);
  const next = neighbour(failures, viewer.state.selected, step);
  if (next === null) {
    viewer.say("Nothing failed");
    return;
  }
  viewer.select(next);
  viewer.say(`Failure ${failures.indexOf(next) + 1} of ${failures.length}: ${trace.operation(next)} on ${trace.componentOf(next).name}, ${trace.errorType(next) || trace.statusOf(next)}`);
}
