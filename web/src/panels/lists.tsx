/** Headings, cards and rows of the panel beside the drawing. */
import type { ComponentChildren } from "preact";
import { count } from "../layout/units";
import { stepOf } from "../model/check_order";
import { oneLine } from "../model/text";
import type { Trace } from "../model/trace";
import { usePart } from "../state/store";
import type { Viewer } from "../viewer";
import { Button } from "./controls";
import { StatusIcon, nameOf } from "./marks";

interface PartProps {
  readonly title: string;
  readonly tally?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A part of a panel under its heading. */
export function Part({ title, tally, children }: PartProps) {
  return (
    <section aria-label={title}>
      <h2>
        {title} <span class="tally">{tally}</span>
      </h2>
      {children}
    </section>
  );
}

interface Card {
  readonly text: string;
  readonly foot?: string | false;
  readonly onClick?: (() => void) | false;
}

/** Sentences, each in a frame; with `status` a sign before each. */
export function Cards({ of, status, kind = "" }: { of: readonly Card[]; status?: string; kind?: string }) {
  return (
    <ul class={`cards ${kind}`}>
      {of.map(({ text, foot, onClick }, at) => {
        const Tag = onClick ? "button" : "span";
        return (
          <li key={at}>
            <Tag class="bare card" {...(onClick && { onClick })}>
              {status && <StatusIcon status={status} size={14} />}
              <span>
                {oneLine(text)}
                {foot && <span class="foot">{oneLine(foot)}</span>}
              </span>
            </Tag>
          </li>
        );
      })}
    </ul>
  );
}

interface StepsProps {
  readonly viewer: Viewer;
  /** Spans in order. */
  readonly of: readonly number[];
  /** What each of them is. */
  readonly what: string;
  readonly tell?: (trace: Trace, span: number) => string;
}

/** From one span of a list to the next. */
export function Steps({ viewer, of, what, tell = nameOf }: StepsProps) {
  const selected = usePart(viewer.store, (state) => state.selected);
  if (!of.length) return null;
  const at = selected === null ? -1 : of.indexOf(selected);
  const go = (by: 1 | -1) => {
    const span = stepOf(of, selected, by);
    if (span === null) return;
    viewer.select(span);
    viewer.say(`${of.indexOf(span) + 1} of ${of.length}: ${tell(viewer.trace, span)}`);
  };
  return (
    <div class="stepper">
      <Button sign="up" name={`Previous ${what}`} onClick={() => go(-1)} />
      <Button sign="down" name={`Next ${what}`} onClick={() => go(1)} />
      <span>{at < 0 ? count(of.length, what) : `${at + 1} of ${of.length}`}</span>
    </div>
  );
}
