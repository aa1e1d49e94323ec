/** What a person chooses in a drawing, whichever it is. */
import type { Viewer } from "../viewer";

/** With one thing more, or less where it was there. */
function turned(all: ReadonlySet<number>, one: number): Set<number> {
  const found = new Set(all);
  if (!found.delete(one)) found.add(one);
  return found;
}

/** Pick a span, or drop it; what is picked is copied and exported. Returns how many are picked now. */
export function pick(viewer: Viewer, span: number): number {
  const picked = turned(viewer.state.picked, span);
  viewer.store.set({ picked });
  return picked.size;
}

/** Show nothing below a span, or everything again. Returns whether it is open now. */
export function collapse(viewer: Viewer, span: number): boolean {
  const collapsed = turned(viewer.state.lens.collapsed, span);
  viewer.setLens({ collapsed });
  return !collapsed.has(span);
}

/** Attempts or iterations as one, or each for itself; `head` is the first of them. */
export function turnFold(viewer: Viewer, head: number): void {
  viewer.setLens({ turned: turned(viewer.state.lens.turned, head) });
}
