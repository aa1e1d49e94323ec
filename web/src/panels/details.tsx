/** Everything that is known of one span. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { terms } from "../search/marked";
import { usePart } from "../state/store";
import type { Viewer } from "../viewer";
import { Turn } from "./controls";
import { DetailsHead, Neighbours, Vitals } from "./details_head";
import { closeDetails } from "./escape";
import { StatusIcon } from "./marks";
import { Resizer, useWidth } from "./resizer";
import { type Section, sectionsOf } from "./sections";
import { useDetail } from "./use_detail";

const BOUNDS = { name: "details", min: 320, max: 900 } as const;
const SHARE = 0.31; // of the window, at first
const FIRST = [380, 560] as const;

export function Details({ viewer, span }: { viewer: Viewer; span: number }) {
  const query = usePart(viewer.store, (state) => state.query);
  const check = usePart(viewer.store, (state) => state.check);
  const [width, setWidth] = useWidth({ ...BOUNDS, first: Math.min(FIRST[1], Math.max(FIRST[0], SHARE * innerWidth)) });
  const panel = useRef<HTMLElement>(null);
  const opened = useDetail(viewer, span);
  const known = opened.kind === "known" ? opened.known : null;
  const wanted = useMemo(() => terms(query), [query]);
  const sections = useMemo(() => (known ? sectionsOf(viewer, known, wanted) : []), [viewer, known, wanted, check]);
  useEffect(() => panel.current?.querySelector(".scroll")?.scrollTo(0, 0), [span]);
  return (
    <aside class="details" id="details" aria-label="Details" ref={panel} style={{ width: `${width}px` }} aria-busy={opened.kind === "opening"}>
      <Resizer {...BOUNDS} label="Width of the details" width={width} onWidth={setWidth} panel="right" />
      <DetailsHead viewer={viewer} span={span} onClose={() => closeDetails(viewer)} />
      <div class="scroll">
        <Vitals viewer={viewer} span={span} detail={known?.detail ?? null} />
        <Neighbours key={span} viewer={viewer} span={span} detail={known?.detail ?? null} />
        {opened.kind === "opening" && <p class="opening muted">Opening…</p>}
        {opened.kind === "left out" && <p class="muted">Requests, responses, log lines, errors and ids were left out of this copy.</p>}
        {opened.kind === "failed" && (
          <p class="s-error" role="alert">
            <StatusIcon status="error" size={15} /> The details of this span could not be opened: {opened.why}.
          </p>
        )}
        <Sections of={sections} span={span} />
      </div>
    </aside>
  );
}

/** What somebody opened or closed stays so from span to span. */
function Sections({ of, span }: { of: readonly Section[]; span: number }) {
  const [turned, setTurned] = useState<Readonly<Record<string, boolean>>>({});
  return (
    <>
      {of.map(({ title, note, closed, body }) => {
        const open = turned[title] ?? !closed;
        return (
          <section class={title === "Error" ? "fold bad" : "fold"} key={`${span} ${title}`}>
            <h3>
              <Turn open={open} onToggle={(now) => setTurned({ ...turned, [title]: now })}>
                {title}
                {note && <span class="note">{note}</span>}
              </Turn>
            </h3>
            {open && <div class="fold-body">{body()}</div>}
          </section>
        );
      })}
    </>
  );
}
