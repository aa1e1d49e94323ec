/** The key to the drawings: each kind of line and mark, with its meaning in words. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { usePart } from "../state/store";
import type { Viewer } from "../viewer";
import { Sign } from "./marks";

type Row = readonly [ComponentChildren, string];

const CLOSED = "M36 3.5L45 8l-9 4.5z";
const OPEN = "M36 3.5L45 8l-9 4.5";

function Wire({ kind, tip, back = false }: { kind: string; tip: string; back?: boolean }) {
  return (
    <g class={kind}>
      <line x1={back ? 4 : 2} x2={back ? 45 : 43} y1={8} y2={8} class="key-line" />
      <path d={tip} class={tip.endsWith("z") ? "key-tip filled" : "key-tip"} />
    </g>
  );
}

const WAIT = (
  <g>
    <rect x={2} y={3} width={43} height={10} rx={2} class="key-wait" />
    <path d="M6 13L14 3M14 13L22 3M22 13L30 3M30 13L38 3" class="key-hatch" />
  </g>
);
const GHOST = <rect x={2} y={2.5} width={43} height={11} rx={3} class="key-ghost" />;

const SEQUENCE: readonly Row[] = [
  [<Wire kind="" tip={CLOSED} />, "a call that waits for its answer"],
  [<Wire kind="" tip={OPEN} />, "a message; nobody waits"],
  [<Wire kind="k-back" tip="M11 3.5L2 8l9 4.5" back />, "the answer, with its duration"],
  [<Wire kind="k-bad" tip={OPEN} />, "a failure (with an octagon and the word)"],
  [WAIT, "a message that lies in a queue"],
  [<Wire kind="k-dashed" tip={CLOSED} />, "placed by inference, not by an id"],
  [<Wire kind="k-dotted" tip={OPEN} />, "nobody knows who called"],
  [GHOST, "not seen, although it should have been"],
];
const WATERFALL: readonly Row[] = [
  [<rect x={2} y={3} width={43} height={10} rx={3} class="key-bar" />, "work, as long as it took"],
  [WAIT, "the message lay in a queue"],
  [<path d="M8 1v9h30" class="key-elbow k-dashed" />, "its caller is inferred, not proven"],
  [<path d="M8 1v9h30" class="key-elbow k-dotted" />, "nobody knows who called"],
  [GHOST, "not seen, or its end was not"],
  [<path d="M23 4v8" class="key-tip" />, "a log line"],
  [<path d="M23 3l5 5-5 5-5-5z" class="key-warn" />, "a warning in the log"],
  [<path d="M23 3l6 10H17z" class="key-error" />, "an error in the log"],
  [<path d="M20 1q3 4 0 8t0 6M28 1q3 4 0 8t0 6" class="key-tip" />, "a silence that is not drawn to scale"],
];

export function Key({ viewer }: { viewer: Viewer }) {
  const view = usePart(viewer.store, (state) => state.view);
  const [open, setOpen] = useState(false);
  return (
    <section class="key">
      <h2>
        <button type="button" class="unfold" aria-expanded={open} onClick={() => setOpen(!open)}>
          <Sign name={open ? "down" : "next"} size={12} /> Key to the drawing
        </button>
      </h2>
      {open && (
        <ul>
          {(view === "sequence" ? SEQUENCE : WATERFALL).map(([drawn, what]) => (
            <li key={what}>
              <svg width="48" height="16" viewBox="0 0 48 16" aria-hidden="true">
                {drawn}
              </svg>
              {what}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
