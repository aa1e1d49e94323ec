/** The whole page: what was found, around one drawing of it. */
import { useEffect } from "preact/hooks";
import { Details } from "./panels/details";
import { Header } from "./panels/header";
import { Sheets } from "./panels/sheets";
import { Side } from "./panels/side";
import { Toolbar } from "./panels/toolbar";
import { usePart, useStore } from "./state/store";
import { SequenceStage } from "./view/sequence/stage";
import { Stage } from "./view/stage";
import { WaterfallStage } from "./view/waterfall/stage";
import type { Viewer } from "./viewer";

const NARROW = "(max-width: 1099px)"; // drawing and details need the room

export function App({ viewer }: { viewer: Viewer }) {
  const view = usePart(viewer.store, (state) => state.view);
  const side = usePart(viewer.store, (state) => state.side);
  const span = usePart(viewer.store, ({ details, selected }) => (details ? selected : null));
  const said = useStore(viewer.said);
  const isEmpty = viewer.trace.n === 0 && viewer.trace.ghosts.length === 0;
  useEffect(() => {
    if (matchMedia(NARROW).matches) viewer.store.set({ side: false });
  }, [viewer]);
  return (
    <>
      <Header viewer={viewer} />
      <Toolbar viewer={viewer} />
      <main class={`${side ? "with-side" : ""} ${span === null ? "" : "with-details"}`}>
        <Side viewer={viewer} />
        {isEmpty ? (
          <section class="stage nothing" aria-label="Nothing to draw">
            No span was seen, so there is nothing to draw. What was read and counted stands beside this.
          </section>
        ) : view === "sequence" ? (
          <Stage key="sequence" viewer={viewer} make={SequenceStage} name="Sequence diagram" />
        ) : (
          <Stage key="waterfall" viewer={viewer} make={WaterfallStage} name="Timeline" />
        )}
        {span !== null && <Details viewer={viewer} span={span} />}
      </main>
      <Sheets viewer={viewer} />
      <p class="spoken" role="status" aria-live="polite">
        {said.text}
      </p>
    </>
  );
}
