/** What stands around the bars: switches, a key to the signs, and who held up the end of the run. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Quiet } from "../../layout/waterfall/timescale";
import { count, duration } from "../../layout/units";
import type { Shares } from "../../layout/waterfall/shares";
import { kindAndName } from "../../layout/span_words";
import { useStore } from "../../state/store";
import type { Viewer } from "../../viewer";
import { options } from "./options";

interface CornerProps {
  readonly viewer: Viewer;
  readonly quiet: Quiet;
}

export function Corner({ viewer, quiet }: CornerProps) {
  const { squeezed } = useStore(viewer.store);
  const { critical } = useStore(options);
  return (
    <>
      <div class="fall-tools">
        <button type="button" aria-pressed={critical} onClick={() => options.set({ critical: !critical })}>
          Critical path
        </button>
        {quiet.silences.length > 0 && (
          <button type="button" aria-pressed={squeezed} onClick={() => viewer.store.set({ squeezed: !squeezed, window: null })}>
            {squeezed ? "Silences cut" : `${share(quiet.idle)} idle: compress?`}
          </button>
        )}
      </div>
      <div class="fall-tools">
        <Key everything={viewer.trace.marks.everything} />
      </div>
    </>
  );
}

/** Never `100 %` of what is not all of it. */
function share(part: number): string {
  return `${(Math.floor(part * 1000) / 10).toFixed(part < 1 ? 1 : 0)} %`;
}

function Key({ everything }: { everything: boolean }) {
  const shown = useRef<HTMLDetailsElement>(null);
  useEffect(() => closing(shown), []);
  return (
    <details class="fall-key" ref={shown}>
      <summary>Key</summary>
      <ul>
        <Sign said="work, from start to end">
          <path class="fall-bar" d="M2 5h40v11H2z" />
        </Sign>
        <Sign said="no end was seen">
          <path class="fall-bar open" d="M42 5H2v11H42" />
        </Sign>
        <Sign said="lay in a queue, from put down to taken up">
          <rect class="fall-wait" x="2" y="6" width="40" height="9" rx="2" />
        </Sign>
        <Sign said="earlier tries, or other rounds of a loop">
          <path class="fall-others" d="M2 5.5h10v10H2zM34 5.5h8v10h-8z" />
          <path class="fall-thread" d="M13 10.5h20" />
        </Sign>
        <Sign said="critical path: what the end waited for">
          <path class="fall-critical" d="M2 10.5h40" />
        </Sign>
        <Sign said={everything ? "log line, warning, error" : "of very many log lines only warnings and errors"}>
          {everything && <path class="fall-log l-0" d="M7 7v7" />}
          <path class="fall-log l-1" d="M20 6l4.5 4.5-4.5 4.5-4.5-4.5z" />
          <path class="fall-log l-2" d="M36 6l5 9h-10z" />
        </Sign>
        <Sign said="link inferred, not proven">
          <path class="fall-elbow t-inferred" d="M6 1v10h34" />
        </Sign>
        <Sign said="who called is not known">
          <path class="fall-elbow t-unresolved" d="M6 1v10h34" />
        </Sign>
        <Sign said="a log line is missing that would prove it">
          <path class="fall-gap" d="M10 15l4-8M16 15l4-8M22 15l4-8" />
        </Sign>
        <Sign said="was not seen">
          <path class="fall-unseen" d="M2 5h40v11H2z" />
        </Sign>
      </ul>
    </details>
  );
}

/** Escape, and a press elsewhere, put the key away. */
function closing(shown: { readonly current: HTMLDetailsElement | null }): () => void {
  const close = (event: Event): void => {
    const key = shown.current;
    if (!key?.open || (event instanceof KeyboardEvent && event.key !== "Escape")) return;
    if (event.type === "pointerdown" && event.target instanceof Node && key.contains(event.target)) return;
    key.open = false;
    if (event.type === "keydown") key.querySelector("summary")?.focus();
  };
  for (const name of ["pointerdown", "keydown"]) document.addEventListener(name, close);
  return () => ["pointerdown", "keydown"].forEach((name) => document.removeEventListener(name, close));
}

function Sign({ said, children }: { said: string; children: ComponentChildren }) {
  return (
    <li>
      <svg width="44" height="21" aria-hidden="true">
        {children}
      </svg>
      {said}
    </li>
  );
}

interface StripProps {
  readonly viewer: Viewer;
  readonly shares: Shares;
}

const NAMED_MAX = 4;

/** `72 % of 1.2 s in agent:gatekeeper`, and who else; a click shows where. */
export function Strip({ viewer, shares }: StripProps) {
  const { critical } = useStore(options);
  const { trace } = viewer;
  if (!critical || !shares.total) return null;
  const total = duration(shares.total * trace.unitNs);
  return (
    <div class="fall-strip" role="group" aria-label="Critical path">
      <span class="fall-strip-name">Critical path</span>
      {shares.shares.slice(0, NAMED_MAX).map((each, nth) => (
        <button
          type="button"
          key={each.component}
          class={`tone${trace.components[each.component]?.tone ?? 0}`}
          ref={(made) => made?.style.setProperty("--hue", String(trace.components[each.component]?.hue ?? 0))}
          title={`${duration(each.time * trace.unitNs)} of ${total}: show the longest of it`}
          onClick={() => viewer.select(each.span, { details: true })}
        >
          <b>{percent(each.part)}</b> {nth === 0 ? `of ${total} in ` : ""}
          {kindAndName(trace, each.span)}
        </button>
      ))}
      {shares.shares.length > NAMED_MAX && <span class="fall-strip-name">and {shares.shares.length - NAMED_MAX} more</span>}
      {trace.critical.leftOut > 0 && <span class="fall-strip-name">{count(trace.critical.leftOut, "short stretch", "short stretches")} not counted</span>}
    </div>
  );
}

function percent(part: number): string {
  return part >= 0.995 && part < 1 ? "over 99 %" : part < 0.01 ? "under 1 %" : `${Math.round(part * 100)} %`;
}
