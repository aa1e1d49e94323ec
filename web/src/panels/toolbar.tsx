/** Search, filters, view, zoom. */
import { useEffect, useRef } from "preact/hooks";
import { useStore } from "../state/store";
import type { Viewer } from "../viewer";
import { ExportSheet } from "./export_sheet";

export function Toolbar({ viewer }: { viewer: Viewer }) {
  const { view, sheet } = useStore(viewer.store);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (sheet === "export") dialog.current?.showModal();
    else dialog.current?.close();
  }, [sheet]);
  return (
    <div class="toolbar" role="toolbar" aria-label="View">
      <button type="button" aria-pressed={view === "sequence"} onClick={() => viewer.store.set({ view: "sequence" })}>
        Sequence
      </button>
      <button type="button" aria-pressed={view === "waterfall"} onClick={() => viewer.store.set({ view: "waterfall" })}>
        Timeline
      </button>
      <button type="button" onClick={() => viewer.store.set({ sheet: "export" })}>
        Export
      </button>
      <dialog ref={dialog} aria-label="Export and copy" onClose={() => viewer.store.set({ sheet: null })}>
        {sheet === "export" && <ExportSheet viewer={viewer} />}
      </dialog>
    </div>
  );
}
