/** Search, filters, view, zoom. */
import { useStore } from "../state/store";
import type { Viewer } from "../viewer";

export function Toolbar({ viewer }: { viewer: Viewer }) {
  const { view } = useStore(viewer.store);
  return (
    <div class="toolbar" role="toolbar" aria-label="View">
      <button type="button" aria-pressed={view === "sequence"} onClick={() => viewer.store.set({ view: "sequence" })}>
        Sequence
      </button>
      <button type="button" aria-pressed={view === "waterfall"} onClick={() => viewer.store.set({ view: "waterfall" })}>
        Timeline
      </button>
    </div>
  );
}
