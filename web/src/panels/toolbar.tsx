/** Search, filters, view, zoom. */
import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import { COMMANDS, collapseTo, perform } from "../commands/commands";
import { levels } from "../model/collapse";
import { useStore } from "../state/store";
import type { Viewer } from "../viewer";
import { Participants, Pruned } from "./filters";
import { Glyph, type GlyphName } from "./glyph";
import { Popover } from "./popover";
import { SearchBox } from "./search_box";

export function Toolbar({ viewer }: { viewer: Viewer }) {
  const { view, lens, scale, window: part, side, details, query } = useStore(viewer.store);
  const { trace } = viewer;
  const failures = useMemo(() => trace.status.reduce((sum, _, span) => sum + (trace.failed(span) ? 1 : 0), 0), [trace]);
  return (
    <div class="tools" role="region" aria-label="Tools">
      <div class="toolbar" role="toolbar" aria-label="View">
        <span class="joined">
          <Button viewer={viewer} name="sequence" pressed={view === "sequence"} run={() => viewer.store.set({ view: "sequence" })} hint="Who called whom (s)">
            Sequence
          </Button>
          <Button viewer={viewer} name="timeline" pressed={view === "waterfall"} run={() => viewer.store.set({ view: "waterfall" })} hint="What took how long (s)">
            Timeline
          </Button>
        </span>
        <SearchBox viewer={viewer} />
        <span class="spring" />
        <span class="joined">
          <Button viewer={viewer} name="minus" command="zoom-out" label="Zoom out" />
          <Button viewer={viewer} command="zoom-all" hint={view === "sequence" ? "Natural size (0)" : "Whole time (0)"}>
            <span class="number zoom">{zoomed(viewer, view === "sequence" ? scale : null, part)}</span>
            <span class="spoken">{view === "sequence" ? "Natural size" : "Whole time"}</span>
          </Button>
          <Button viewer={viewer} name="plus" command="zoom-in" label="Zoom in" />
        </span>
        <span class="joined">
          <Button viewer={viewer} name="side" command="side" label="Checks and counts" pressed={side} />
          <Button viewer={viewer} name="details" command="details" label="Details" pressed={details} />
        </span>
        <Button viewer={viewer} name="share" command="export" label="Export">
          Export
        </Button>
        <span class="joined">
          <Button viewer={viewer} name="command" command="palette" label="Commands" />
          <Button viewer={viewer} name="help" command="help" label="Help" />
        </span>
      </div>
      <div class="toolbar filters" role="toolbar" aria-label="Filters">
        <Participants viewer={viewer} />
        <Levels viewer={viewer} />
        <Button
          viewer={viewer}
          name="failed"
          pressed={query.trim() === FAILURES}
          disabled={!failures}
          run={() => viewer.store.set({ query: query.trim() === FAILURES ? "" : FAILURES })}
          hint={`Searches for ${FAILURES}`}
        >
          Failures <span class="number">{failures.toLocaleString("en")}</span>
        </Button>
        <span class="joined" role="group" aria-label="Attempts">
          <Button viewer={viewer} name="attempts" pressed={lens.attempts === "all"} run={() => lens.attempts === "folded" && perform(viewer, "attempts")} hint="Every attempt for itself (r)">
            What ran
          </Button>
          <Button viewer={viewer} pressed={lens.attempts === "folded"} run={() => lens.attempts === "all" && perform(viewer, "attempts")} hint="Attempts of one thing as one (r)">
            What was felt
          </Button>
        </span>
        <Button viewer={viewer} name="loop" command="loops" pressed={lens.loops === "folded"} disabled={!trace.loops.length} hint="The same calls, again and again, drawn once (l)">
          Loops folded
        </Button>
        <Button viewer={viewer} name="proven" command="proven" pressed={lens.proven} hint="Leaves out links that were inferred (p)">
          Only what was proven
        </Button>
        <Pruned viewer={viewer} />
      </div>
    </div>
  );
}

const FAILURES = "status:failed";

function Levels({ viewer }: { viewer: Viewer }) {
  const { collapsed } = viewer.state.lens;
  const deepest = useMemo(() => Math.min(5, levels(viewer.trace) - 1), [viewer]);
  return (
    <Popover
      name="Levels"
      button={
        <>
          <Glyph name="levels" />
          Levels {collapsed.size > 0 && <span class="number">{collapsed.size.toLocaleString("en")} collapsed</span>}
        </>
      }
    >
      <div class="choices">
        <Choice viewer={viewer} id="expand-all" />
        <Choice viewer={viewer} id="expand-failures" />
        <Choice viewer={viewer} id="collapse-all" />
        <div class="depths" role="group" aria-label="Collapse to level">
          <span>To level</span>
          {Array.from({ length: Math.max(0, deepest) }, (_, n) => (
            <button type="button" key={n} aria-label={`Collapse to level ${n + 1}`} onClick={() => collapseTo(viewer, n + 1)}>
              {n + 1}
            </button>
          ))}
        </div>
      </div>
    </Popover>
  );
}

function Choice({ viewer, id }: { viewer: Viewer; id: string }) {
  const command = COMMANDS.find((each) => each.id === id);
  return (
    <button type="button" disabled={command?.enabled?.(viewer) === false} onClick={() => perform(viewer, id)}>
      {command?.title} {command?.keys[0] && <kbd>{command.keys[0]}</kbd>}
    </button>
  );
}

interface ButtonProps {
  readonly viewer: Viewer;
  readonly name?: GlyphName;
  readonly command?: string;
  readonly run?: () => void;
  /** The spoken name, where the button shows none. */
  readonly label?: string;
  readonly hint?: string;
  readonly pressed?: boolean;
  readonly disabled?: boolean;
  readonly children?: ComponentChildren;
}

function Button({ viewer, name, command = "", run, label, hint, pressed, disabled, children }: ButtonProps) {
  const keys = COMMANDS.find((each) => each.id === command)?.keys[0];
  const title = hint ?? (label && keys ? `${label} (${keys})` : label);
  return (
    <button type="button" aria-label={label} title={title} aria-pressed={pressed} disabled={disabled} onClick={run ?? (() => perform(viewer, command))}>
      {name && <Glyph name={name} />}
      {children}
    </button>
  );
}

function zoomed(viewer: Viewer, scale: number | null, part: readonly [number, number] | null): string {
  if (scale !== null) return `${Math.round(scale * 100)} %`;
  const times = part ? viewer.trace.last / (part[1] - part[0]) : 1;
  return times < 10 ? `${times.toFixed(1)}×` : `${Math.round(times).toLocaleString("en")}×`;
}
