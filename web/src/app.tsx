/** The whole page: what was found, around one drawing of it. */
import { Details } from "./panels/details";
import { Header } from "./panels/header";
import { Sheets } from "./panels/sheets";
import { Side } from "./panels/side";
import { Toolbar } from "./panels/toolbar";
import { useStore } from "./state/store";
import { SequenceStage } from "./view/sequence_stage";
import { Stage } from "./view/stage";
import { WaterfallStage } from "./view/waterfall_stage";
import type { Viewer } from "./viewer";

export function App({ viewer }: { viewer: Viewer }) {
  const state = useStore(viewer.store);
  const said = useStore(viewer.said);
  return (
    <>
      <Header viewer={viewer} />
      <Toolbar viewer={viewer} />
      <main class={`${state.side ? "with-side" : ""} ${state.details ? "with-details" : ""}`}>
        {state.side && <Side viewer={viewer} />}
        {state.view === "sequence" ? (
          <Stage key="sequence" viewer={viewer} make={SequenceStage} name="Sequence diagram" />
        ) : (
          <Stage key="waterfall" viewer={viewer} make={WaterfallStage} name="Timeline" />
        )}
        {state.details && state.selected !== null && <Details viewer={viewer} span={state.selected} />}
      </main>
      <Sheets viewer={viewer} />
      <p class="spoken" role="status" aria-live="polite">
        {said.text}
      </p>
    </>
  );
}
