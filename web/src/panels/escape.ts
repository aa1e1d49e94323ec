/** Escape leaves what was opened last: the details, then the check whose evidence is lit. */
import type { Viewer } from "../viewer";

// The span in a drawing that takes the keys.
const SPAN = '.stage [tabindex="0"]:not([role="slider"], [role="separator"])';

/** Whether there was anything to leave. */
export function leave(viewer: Viewer): boolean {
  const { details, selected, check } = viewer.state;
  if (details && selected !== null) {
    closeDetails(viewer);
    return true;
  }
  viewer.store.set({ check: null });
  return check !== null;
}

/** The focus goes back to the drawing, where it was within the details. */
export function closeDetails(viewer: Viewer): void {
  const inside = document.activeElement?.closest(".details");
  viewer.store.set({ details: false });
  if (inside) document.querySelector<HTMLElement>(SPAN)?.focus();
}
