/** Small signs that every panel uses: icons, outcomes, lines of certainty, names of spans. */
import type { ComponentChildren } from "preact";
import { duration } from "../layout/units";
import { oneLine } from "../model/text";
import { pieces } from "../search/marked";
import type { Trace } from "../model/trace";
import type { RawComponent } from "../data/raw";
import { componentIcon, statusIcon } from "../view/icons";
import type { Viewer } from "../viewer";

const GLYPHS = {
  close: "M3.5 3.5l9 9M12.5 3.5l-9 9",
  next: "M6 3.5L10.5 8 6 12.5",
  previous: "M10 3.5L5.5 8l4.5 4.5",
  up: "M3.5 10L8 5.5l4.5 4.5",
  down: "M3.5 6L8 10.5 12.5 6",
  copy: "M6 5.5h7.5v8H6zM3 10.5h-.5v-8H10V3",
  file: "M9 1.8H3.8v12.4h8.4V5zM9 1.8V5h3.2",
  wrap: "M2 4h12M2 8h10a2 2 0 0 1 0 4.4H8.5M10 10.6l-2 1.8 2 1.8M2 12.4h3",
  info: "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 1 0 0-13zM8 7.2v4M8 4.8v.6",
  dot: "M8 6.6a1.4 1.4 0 1 0 0 2.8 1.4 1.4 0 1 0 0-2.8z",
  panel: "M2 3h12v10H2zM6 3v10",
} as const;
export type Glyph = keyof typeof GLYPHS;

interface Drawn {
  readonly path: string;
  readonly size?: number | undefined;
  readonly kind?: string | undefined;
}

function Drawing({ path, size = 16, kind = "icon" }: Drawn) {
  return (
    <svg class={kind} width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}

export function Sign({ name, size }: { name: Glyph; size?: number }) {
  return <Drawing path={GLYPHS[name]} size={size} />;
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
export function Kind({ of, size = 16 }: { of: RawComponent; size?: number }) {
  return (
    <span class={`kind tone${of.tone}`} style={{ "--hue": String(of.hue) }}>
      <Drawing path={componentIcon(of.type)} size={size} />
    </span>
  );
}

/** How the drawings show how sure a link is: solid, dashes, dots. */
export function TierLine({ tier }: { tier: string }) {
  return (
    <svg class={`tier-line t-${tier}`} width="34" height="10" viewBox="0 0 34 10" aria-hidden="true">
      <line x1="1" x2="27" y1="5" y2="5" />
      <path d="M26 1.5L33 5l-7 3.5z" />
    </svg>
  );
}

/** `SendMessage on queue orders`. */
export function nameOf(trace: Trace, span: number): string {
  const { type, name } = trace.componentOf(span);
  return oneLine(`${trace.operation(span)} on ${type.replace("_", " ")} ${name}`);
}

export function tookOf(trace: Trace, span: number): string {
  const took = trace.duration(span);
  return took === null ? "" : duration(took * trace.unitNs);
}

interface Jump {
  readonly viewer: Viewer;
  readonly span: number;
  readonly children?: ComponentChildren;
}

/** A span by name: a click selects it. */
export function SpanButton({ viewer, span, children }: Jump) {
  const { trace } = viewer;
  const failed = trace.failed(span) || trace.incomplete(span);
  return (
    <button type="button" class="span-button" onClick={() => viewer.select(span)} title={nameOf(trace, span)}>
      <Kind of={trace.componentOf(span)} size={13} />
      <span class="span-name">
        {children ?? (
          <>
            {oneLine(trace.operation(span))} <span class="muted">{oneLine(trace.componentOf(span).name)}</span>
          </>
        )}
      </span>
      {failed && <Outcome status={trace.statusOf(span)} size={12} />}
      <span class="took">{tookOf(trace, span)}</span>
    </button>
  );
}

/** Text with what was searched for marked. */
export function Marked({ text, terms }: { text: string; terms: readonly string[] }) {
  if (!terms.length) return <>{text}</>;
  return <>{pieces(text, terms).map((piece) => (piece.hit ? <mark>{piece.text}</mark> : piece.text))}</>;
}
