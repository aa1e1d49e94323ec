/** Which span this is: what, where, how it ended, when, which attempt; and its neighbours. */
import type { ComponentChildren } from "preact";
import { count, offset } from "../layout/units";
import type { Detail } from "../data/raw";
import { utc } from "../model/instant";
import { oneLine } from "../model/text";
import { usePart } from "../state/store";
import type { Viewer } from "../viewer";
import { Button, Some } from "./controls";
import { Kind, Outcome, SpanButton, tookOf, words } from "./marks";

const CHILDREN_SHOWN = 50;
const CHILDREN_OPEN = 4;

interface HeadProps {
  readonly viewer: Viewer;
  readonly span: number;
}

export function DetailsHead({ viewer, span, onClose }: HeadProps & { onClose: () => void }) {
  usePart(viewer.store, (state) => state.lens);
  const { trace } = viewer;
  const component = trace.componentOf(span);
  const { spans } = viewer.visible();
  const here = spans.indexOf(span);
  const go = (to: number | undefined) => to !== undefined && viewer.select(to);
  const title = oneLine(trace.operation(span));
  const other = oneLine(trace.otherName(span));
  return (
    <div class="details-head">
      <Kind of={component} size={20} />
      <div class="title">
        <h2 title={title}>{title}</h2>
        <p class="muted">
          {words(component.type)} <b>{oneLine(component.name)}</b>
          {other && ` · ${other}`}
        </p>
      </div>
      <Button sign="up" name="Previous span" disabled={here <= 0} onClick={() => go(spans[here - 1])} />
      <Button sign="down" name="Next span" disabled={here < 0 || here + 1 >= spans.length} onClick={() => go(spans[here + 1])} />
      <Button sign="close" name="Close details" onClick={onClose} />
    </div>
  );
}

/** Outcome, duration, start and badges: all of it from the index, so that it stands there at once. */
export function Vitals({ viewer, span, detail }: HeadProps & { detail: Detail | null }) {
  const { trace } = viewer;
  const start = trace.noStart[span] ? null : (trace.start[span] ?? 0);
  const wait = trace.wait(span);
  const exact = detail?.start_ns ? utc(detail.start_ns) : null;
  return (
    <>
      <div class="chips">
        <Outcome status={trace.statusOf(span)} size={15} />
        <Chip name="took">{tookOf(trace, span) || "not known"}</Chip>
        <Chip name="starts">{start === null ? "not said" : offset(start * trace.unitNs)}</Chip>
        {wait !== null && <Chip name="waited">{offset(wait * trace.unitNs).replace("+", "")}</Chip>}
        {trace.badges(span).map((badge) => (
          <span class={`badge b-${badge.kind}`} key={badge.text}>
            {oneLine(badge.text)}
          </span>
        ))}
      </div>
      <p class="exact">
        {exact ? <time>{exact}</time> : detail ? "its start was not said" : " "}
        {detail?.end_ns && detail.start_ns && <span class="muted"> to {utc(detail.end_ns).slice(11, -4)}</span>}
      </p>
    </>
  );
}

function Chip({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <span>
      <span class="muted">{name}</span> <b>{children}</b>
    </span>
  );
}

/** Who called, which attempts there were, what was called. */
export function Neighbours({ viewer, span, detail }: HeadProps & { detail: Detail | null }) {
  const { trace } = viewer;
  const parent = trace.parent[span] ?? -1;
  const children = trace.children(span);
  return (
    <div class="neighbours">
      <Attempts viewer={viewer} span={span} kind={detail?.attempt?.kind ?? ""} />
      <Relation name="called by">{parent >= 0 ? <SpanButton viewer={viewer} span={parent} /> : caller(viewer, span, detail)}</Relation>
      {children.length > 0 && (
        <details class="relation" open={children.length <= CHILDREN_OPEN && trace.componentOf(span).type !== "agent"}>
          <summary>
            <span class="muted">calls</span> {count(children.length, "span")}
          </summary>
          <ul>
            <Some of={children} first={CHILDREN_SHOWN} each={(child) => <li key={child}><SpanButton viewer={viewer} span={child} /></li>} />
          </ul>
        </details>
      )}
    </div>
  );
}

function Relation({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div class="relation">
      <span class="muted">{name}</span>
      <div>{children}</div>
    </div>
  );
}

function caller({ trace }: Viewer, span: number, detail: Detail | null): string {
  const by = trace.components[trace.caller(span)];
  if (by) return oneLine(`${by.type} ${by.name}`);
  return detail?.parent_span_id ? `not seen: ${oneLine(detail.parent_span_id)}` : "nobody is known";
}

function Attempts({ viewer, span, kind }: HeadProps & { kind: string }) {
  const { trace } = viewer;
  const group = trace.attempts.get(span);
  if (!group) {
    const n = trace.attempt(span);
    return n === null || n < 2 ? null : (
      <Relation name="attempt">
        {n} by {words(kind)}; the others were not seen
      </Relation>
    );
  }
  return (
    <Relation name="attempts">
      <ol class="chips" aria-label="Attempts">
        {group.map((other, at) => (
          <li key={other}>
            <button aria-current={other === span ? "true" : undefined} onClick={() => viewer.select(other)}>
              <b>{trace.attempt(other) ?? at + 1}</b> <Outcome status={trace.statusOf(other)} size={12} /> {tookOf(trace, other)}
            </button>
          </li>
        ))}
        {kind && <li class="muted">{words(kind)}</li>}
      </ol>
    </Relation>
  );
}
