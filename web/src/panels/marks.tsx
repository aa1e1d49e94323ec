/** Small signs that every panel uses: icons, outcomes, lines of certainty, names of spans. */
import { duration } from "../layout/units";
import { oneLine } from "../model/text";
import { pieces } from "../search/marked";
import type { Trace } from "../model/trace";
import type { RawComponent } from "../data/raw";
import { componentIcon, statusIcon } from "../view/icons";
import type { Viewer } from "../viewer";
import { SIGNS, type SignName } from "./signs";

interface Drawn {
  readonly path: string;
  readonly size?: number | undefined;
}

export function Drawing({ path, size = 16 }: Drawn) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}

export function Sign({ name, size }: { name: SignName; size?: number }) {
  return <Drawing path={SIGNS[name]} size={size} />;
}

export function StatusIcon({ status, size }: { status: string; size?: number }) {
  return <Drawing path={statusIcon(status)} size={size} />;
}

/** An outcome by shape and word, never by colour alone. */
export function Outcome({ status, size = 14 }: { status: string; size?: number }) {
  return (
    <span class={`outcome s-${status}`}>
      <StatusIcon status={status} size={size} /> {status}
    </span>
  );
}

/** The icon of a component on its colour. */
export function Kind({ of, size }: { of: RawComponent; size?: number }) {
  return (
    <span class={`kind tone${of.tone}`} style={{ "--hue": String(of.hue) }}>
      <Drawing path={componentIcon(of.type)} size={size} />
    </span>
  );
}

/** How the drawings show how sure a link is: solid, dashes, dots. */
export function TierLine({ tier }: { tier: string }) {
  return (
    <svg class={`tier-line t-${tier}`} width="34" height="10" aria-hidden="true">
      <path class="line" d="M1 5h26" />
      <path d="M26 1.5L33 5l-7 3.5z" />
    </svg>
  );
}

/** `SendMessage on queue orders`. */
export function nameOf(trace: Trace, span: number): string {
  const { type, name } = trace.componentOf(span);
  return oneLine(`${trace.operation(span)} on ${words(type)} ${name}`);
}

/** A word of the data as people write it. */
export function words(name: string): string {
  return oneLine(name.replaceAll("_", " "));
}

export function tookOf(trace: Trace, span: number): string {
  const took = trace.duration(span);
  return took === null ? "" : duration(took * trace.unitNs);
}

/** A span by name: a click selects it. */
export function SpanButton({ viewer, span }: { viewer: Viewer; span: number }) {
  const { trace } = viewer;
  const component = trace.componentOf(span);
  return (
    <button class="bare span-button" onClick={() => viewer.select(span)} title={nameOf(trace, span)}>
      <Kind of={component} size={13} />
      <span class="span-name">
        {oneLine(trace.operation(span))} <span class="muted">{oneLine(component.name)}</span>
      </span>
      {(trace.failed(span) || trace.incomplete(span)) && <Outcome status={trace.statusOf(span)} size={12} />}
      <span class="took">{tookOf(trace, span)}</span>
    </button>
  );
}

/** Text with what was searched for marked. */
export function Marked({ text, terms }: { text: string; terms: readonly string[] }) {
  return <>{pieces(text, terms).map((piece) => (piece.hit ? <mark>{piece.text}</mark> : piece.text))}</>;
}
