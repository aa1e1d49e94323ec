/** The key to the sequence: each kind of line and mark, with its meaning in words. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { usePart } from "../state/store";
import type { Viewer } from "../viewer";
import { Turn } from "./controls";

type Row = readonly [ComponentChildren, string];

const CLOSED = "M36 3.5L45 8l-9 4.5z";
const OPEN = "M36 3.5L45 8l-9 4.5";

function Wire({ kind, tip, back = false }: { kind: string; tip: string; back?: boolean }) {
  return (
    <g class={kind}>
      <line x1={back ? 4 : 2} x2={back ? 45 : 43} y1={8} y2={8} />
      <path d={tip} class={tip.endsWith("z") ? "filled" : ""} />
    </g>
  );
}

const WAIT = (
  <g class="key-wait">
    <rect x={2} y={3} width={43} height={10} rx={2} />
    <path d="M6 13L14 3M14 13L22 3M22 13L30 3M30 13L38 3" />
  </g>
);
const TRIES = (
  <g>
    <path d="M3 8h5M9 5l6 6M15 5l-6 6M38 8h-6M38 5v6" />
    <path d="M17 8h15" class="key-pause" />
    <circle cx={42} cy={8} r={3} />
  </g>
);
const GHOST = <rect x={2} y={2.5} width={43} height={11} rx={3} class="key-ghost" />;

const SEQUENCE: readonly Row[] = [
  [<Wire kind="" tip={CLOSED} />, "a call that waits for its answer"],
  [<Wire kind="" tip={OPEN} />, "a message; nobody waits"],
  [<Wire kind="k-back" tip="M11 3.5L2 8l9 4.5" back />, "the answer, with its duration"],
  [<Wire kind="k-bad" tip={OPEN} />, "a failure (with an octagon and the word)"],
  [WAIT, "a message that lies in a queue"],
  [TRIES, "attempts of one thing: failed, waited, well"],
  [<Wire kind="k-dashed" tip={CLOSED} />, "placed by inference, not by an id"],
  [<Wire kind="k-dotted" tip={OPEN} />, "nobody knows who called"],
  [GHOST, "not seen, although it should have been"],
];
const COMPARED: readonly Row[] = ([["inserted", "+", "only in run B"], ["removed", "−", "only in run A, where it stood"], ["changed", "~", "in both, not the same"], ["moved", "↕", "in both, at another place"]] as const).map(
  ([change, sign, what]) => [<text x={24} y={13} text-anchor="middle" class={`key-sign c-${change}`}>{sign}</text>, what],
);
export function Key({ viewer }: { viewer: Viewer }) {
  const view = usePart(viewer.store, (state) => state.view);
  const [open, setOpen] = useState(false);
  if (view !== "sequence") return null; // the waterfall has its key in its corner
  return (
    <section class="key">
      <h2>
        <Turn open={open} onToggle={setOpen}>
          Key to the drawing
        </Turn>
      </h2>
      {open && (
        <ul>
          {[...(viewer.trace.compare ? COMPARED : []), ...SEQUENCE].map(([drawn, what]) => (
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
