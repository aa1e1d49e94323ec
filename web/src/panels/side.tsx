/** Left of the drawing: checks, what was not seen, how sure we are, counts, and the key. Folded, a narrow rail. */
import { usePart } from "../state/store";
import type { Viewer } from "../viewer";
import { ComparedRuns } from "../compare/panel";
import { Checks, passedOf } from "./checks";
import { Button } from "./controls";
import { Counts, Queues, Warnings } from "./counts";
import { NotSeen, Sure } from "./doubts";
import { Key } from "./key";
import { Sign, StatusIcon } from "./marks";
import { Resizer, useWidth } from "./resizer";

const BOUNDS = { name: "side", min: 220, max: 560 } as const;
const SHARE = 0.2; // of the window, at first
const FIRST = [250, 320] as const;

export function Side({ viewer }: { viewer: Viewer }) {
  const side = usePart(viewer.store, (state) => state.side);
  const [width, setWidth] = useWidth({ ...BOUNDS, first: Math.min(FIRST[1], Math.max(FIRST[0], SHARE * innerWidth)) });
  if (!side) return <Rail viewer={viewer} />;
  return (
    <aside class="side" id="side" aria-label="Checks and counts" style={{ width: `${width}px` }}>
      <div class="scroll">
        <Button class="square side-close" sign="side" name="Fold this panel" onClick={() => viewer.store.set({ side: false })} />
        <ComparedRuns viewer={viewer} />
        <Checks viewer={viewer} />
        <NotSeen viewer={viewer} />
        <Queues viewer={viewer} />
        <Sure viewer={viewer} />
        <Warnings viewer={viewer} />
        <Counts viewer={viewer} />
        <Key viewer={viewer} />
      </div>
      <Resizer {...BOUNDS} label="Width of the checks" width={width} onWidth={setWidth} panel="left" />
    </aside>
  );
}

function Rail({ viewer }: { viewer: Viewer }) {
  const { checks, run } = viewer.trace;
  const passed = passedOf(checks);
  return (
    <aside class="rail" aria-label="Checks and counts">
      <button class="bare" aria-expanded={false} aria-label={`Show checks and counts: ${passed} of ${checks.length} passed`} onClick={() => viewer.store.set({ side: true })}>
        <Sign name="side" />
        <span class={`s-${run.status}`}>
          <StatusIcon status={run.status} size={16} />
        </span>
        <span class="turned">
          Checks {passed}/{checks.length}
        </span>
      </button>
    </aside>
  );
}
