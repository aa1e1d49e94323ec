/** Search, filters, view, zoom. */
import { useMemo } from "preact/hooks";
import { COMMANDS, collapseTo, isEnabled, perform } from "../commands/commands";
import { grouped } from "../layout/units";
import { levels } from "../model/collapse";
import { useStore } from "../state/store";
import type { Viewer } from "../viewer";
import { Button } from "./controls";
import { Participants, Pruned } from "./filters";
import { Popover } from "./popover";
import { SearchBox } from "./search_box";

const FAILURES = "status:failed";

export function Toolbar({ viewer }: { viewer: Viewer }) {
  const { view, lens, scale, window: part, side, details, query } = useStore(viewer.store);
  const { trace } = viewer;
  const failures = useMemo(() => trace.status.reduce((sum, _, span) => sum + (trace.failed(span) ? 1 : 0), 0), [trace]);
  const isSequence = view === "sequence";
  const isFolded = lens.attempts === "folded";
  const whole = isSequence ? "Natural size" : "Whole time";
  const does = (id: string) => () => perform(viewer, id);
  const says = (name: string, id: string) => ({ name, title: `${name}${keyOf(id)}`, onClick: does(id) });
  return (
    <div class="tools" role="region" aria-label="Tools">
      <div class="toolbar" role="toolbar" aria-label="View">
        <span class="joined">
          <Button sign="sequence" size={16} aria-pressed={isSequence} onClick={() => viewer.store.set({ view: "sequence" })} title="Who called whom (s)">
            Sequence
          </Button>
          <Button sign="timeline" size={16} aria-pressed={!isSequence} onClick={() => viewer.store.set({ view: "waterfall" })} title="What took how long (s)">
            Timeline
          </Button>
        </span>
        <SearchBox viewer={viewer} />
        <span class="spring" />
        <span class="joined">
          <Button sign="minus" size={16} {...says("Zoom out", "zoom-out")} />
          <button title={`${whole} (0)`} onClick={does("zoom-all")}>
            <span class="zoom">{zoomed(viewer, isSequence ? scale : null, part)}</span>
            <span class="spoken">{whole}</span>
          </button>
          <Button sign="plus" size={16} {...says("Zoom in", "zoom-in")} />
        </span>
        <span class="joined">
          <Button sign="side" size={16} aria-pressed={side} {...says("Checks and counts", "side")} />
          <Button sign="details" size={16} aria-pressed={details} {...says("Details", "details")} />
        </span>
        <Button sign="share" size={16} onClick={does("export")}>
          Export
        </Button>
        <span class="joined">
          <Button sign="command" size={16} {...says("Commands", "palette")} />
          <Button sign="help" size={16} {...says("Help", "help")} />
        </span>
      </div>
      <div class="toolbar filters" role="toolbar" aria-label="Filters">
        <Participants viewer={viewer} />
        <Levels viewer={viewer} />
        <Button
          sign="failed"
          size={16}
          aria-pressed={query.trim() === FAILURES}
          disabled={!failures}
          onClick={() => viewer.store.set({ query: query.trim() === FAILURES ? "" : FAILURES })}
          title={`Searches for ${FAILURES}`}
        >
          Failures <span class="muted">{grouped(failures)}</span>
        </Button>
        <span class="joined" role="group" aria-label="Attempts">
          <Button sign="attempts" size={16} aria-pressed={!isFolded} onClick={() => isFolded && perform(viewer, "attempts")} title="Every attempt for itself (r)">
            What ran
          </Button>
          <button aria-pressed={isFolded} onClick={() => isFolded || perform(viewer, "attempts")} title="Attempts of one thing as one (r)">
            What was felt
          </button>
        </span>
        <Button sign="loop" size={16} aria-pressed={lens.loops === "folded"} disabled={!trace.loops.length} onClick={does("loops")} title="The same calls, again and again, drawn once (l)">
          Loops folded
        </Button>
        <Button sign="proven" size={16} aria-pressed={lens.proven} onClick={does("proven")} title="Leaves out links that were inferred (p)">
          Only what was proven
        </Button>
        <Pruned viewer={viewer} />
      </div>
    </div>
  );
}

function keyOf(id: string): string {
  const key = COMMANDS.find((each) => each.id === id)?.keys[0];
  return key ? ` (${key})` : "";
}

function Levels({ viewer }: { viewer: Viewer }) {
  const { size } = viewer.state.lens.collapsed;
  const deepest = useMemo(() => Math.min(5, levels(viewer.trace) - 1), [viewer]);
  return (
    <Popover name="Levels" sign="levels" tally={size > 0 && `${grouped(size)} collapsed`}>
      <div class="choices">
        {COMMANDS.filter(({ id }) => /^(?:expand|collapse)-/.test(id)).map((command) => (
          <button key={command.id} class="bare" disabled={!isEnabled(viewer, command)} onClick={() => command.run(viewer)}>
            {command.title} <kbd>{command.keys[0]}</kbd>
          </button>
        ))}
        <div class="depths" role="group" aria-label="Collapse to level">
          To level
          {Array.from({ length: Math.max(0, deepest) }, (_, n) => (
            <button key={n} aria-label={`Collapse to level ${n + 1}`} onClick={() => collapseTo(viewer, n + 1)}>
              {n + 1}
            </button>
          ))}
        </div>
      </div>
    </Popover>
  );
}

function zoomed(viewer: Viewer, scale: number | null, part: readonly [number, number] | null): string {
  if (scale !== null) return `${Math.round(scale * 100)} %`;
  const times = part ? viewer.trace.last / (part[1] - part[0]) : 1;
  return times < 10 ? `${times.toFixed(1)}×` : `${grouped(Math.round(times))}×`;
}
