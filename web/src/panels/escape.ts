/** Escape leaves what was opened last: the details, then the check whose evidence is lit. */
import { useEffect } from "preact/hooks";
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

/** Unless somebody else took the key, or it belongs to a field that is being typed in. */
export function useEscape(viewer: Viewer): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || event.defaultPrevented || viewer.state.sheet) return;
      if (event.target instanceof HTMLElement && event.target.closest("input, textarea, select, dialog")) return;
      if (leave(viewer)) event.preventDefault();
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, [viewer]);
}
