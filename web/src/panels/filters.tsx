/** Who takes part: each can be left out, and what that hides is counted. */
import { useMemo } from "preact/hooks";
import { count, grouped } from "../layout/units";
import type { RawComponent } from "../data/raw";
import type { Trace } from "../model/trace";
import { useStore } from "../state/store";
import type { Viewer } from "../viewer";
import { Kind, Sign } from "./marks";
import { Popover } from "./popover";

export function Participants({ viewer }: { viewer: Viewer }) {
  const { hidden } = useStore(viewer.store).lens;
  const { components } = viewer.trace;
  const counts = useMemo(() => countsOf(viewer.trace), [viewer]);
  const left = components.length - hidden.size;
  return (
    <Popover name="Participants" sign="people" tally={hidden.size ? `${left} of ${components.length}` : components.length}>
      <div class="popped-head">
        <strong>Participants</strong>
        <button disabled={!hidden.size} onClick={() => viewer.setLens({ hidden: new Set() })}>
          Show all
        </button>
      </div>
      <ul class="participants">
        {components.map((component, at) => (
          <Participant viewer={viewer} component={component} at={at} counts={counts[at]} key={at} />
        ))}
      </ul>
    </Popover>
  );
}

interface Counts {
  spans: number;
  failures: number;
}

function Participant({ viewer, component, at, counts }: { viewer: Viewer; component: RawComponent; at: number; counts: Counts | undefined }) {
  const { hidden } = viewer.state.lens;
  const { spans = 0, failures = 0 } = counts ?? {};
  const label = `${component.type}:${component.name}`;
  const toggle = () => {
    const now = new Set(hidden);
    if (!now.delete(at)) now.add(at);
    viewer.setLens({ hidden: now });
  };
  const only = () => viewer.setLens({ hidden: new Set([...viewer.trace.components.keys()].filter((other) => other !== at)) });
  return (
    <li>
      <label>
        <input type="checkbox" checked={!hidden.has(at)} onChange={toggle} aria-label={`${label}, ${count(spans, "span")}${failures ? `, ${failures} failed` : ""}`} />
        <Kind of={component} />
        <span class="participant">
          {component.name} <span class="muted">{component.type}</span>
        </span>
        {failures > 0 && (
          <span class="outcome s-failed">
            <Sign name="failed" />
            {grouped(failures)}
          </span>
        )}
        <span class="muted">{component.ghost ? "never seen" : grouped(spans)}</span>
      </label>
      <button onClick={only} aria-label={`Only ${label}`}>
        only
      </button>
    </li>
  );
}

/** What is hidden by filters, with a way back; nothing where nothing is. */
export function Pruned({ viewer }: { viewer: Viewer }) {
  useStore(viewer.store);
  const { pruned, unmatched } = viewer.visible();
  return (
    <>
      <Left of={pruned} words={`pruned ${count(pruned.spans, "span")}`} name="Show all participants" show={() => viewer.setLens({ hidden: new Set() })} />
      <Left of={unmatched} words={`${count(unmatched.spans, "span")} without a match`} name="Show all spans" show={() => viewer.setLens({ only: null })} />
    </>
  );
}

function Left({ of, words, name, show }: { of: Counts; words: string; name: string; show: () => void }) {
  return of.spans ? (
    <p class="pruned">
      {words}
      {of.failures > 0 && <strong>, {grouped(of.failures)} failed</strong>}
      <button class="bare" onClick={show} aria-label={name}>
        Show
      </button>
    </p>
  ) : null;
}

function countsOf(trace: Trace): readonly Counts[] {
  const found = trace.components.map(() => ({ spans: 0, failures: 0 }));
  trace.component.forEach((component, span) => {
    const counts = found[component];
    if (!counts) return;
    counts.spans++;
    counts.failures += trace.failed(span) ? 1 : 0;
  });
  return found;
}
