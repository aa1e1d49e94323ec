/** Log lines and other events of a span, in the order of time. */
import { useState } from "preact/hooks";
import type { DetailEvent } from "../data/raw";
import { type Level, LEVELS, levelOf } from "../model/levels";
import { since, utc } from "../model/instant";
import { oneLine, visible } from "../model/text";
import { Choice, Some } from "./controls";
import { Record } from "./evidence";
import { Marked, Sign, StatusIcon } from "./marks";
import { Text } from "./payload";

const FIRST = 50;

interface LogsProps {
  /** In the order of time. */
  readonly events: readonly DetailEvent[];
  readonly origin: bigint;
  readonly terms: readonly string[];
}

export function Logs({ events, origin, terms }: LogsProps) {
  const [least, setLeast] = useState<Level>("plain");
  const most = (level: Level) => events.filter((event) => LEVELS.indexOf(levelOf(event)) >= LEVELS.indexOf(level)).length;
  const shown = events.filter((event) => LEVELS.indexOf(levelOf(event)) >= LEVELS.indexOf(least));
  const [warnings, errors] = [most("warning"), most("error")];
  return (
    <>
      {warnings > 0 && warnings < events.length && (
        <Choice
          name="Levels"
          of={[
            ["plain", `All ${events.length}`],
            ["warning", `Warnings and errors ${warnings}`],
            ...(errors ? ([["error", `Errors ${errors}`]] as const) : []),
          ]}
          value={least}
          onChange={setLeast}
        />
      )}
      <ol class="logs">
        <Some of={shown} first={FIRST} each={(event, at) => <Line key={at} event={event} origin={origin} terms={terms} />} />
      </ol>
    </>
  );
}

function Line({ event, origin, terms }: { event: DetailEvent; origin: bigint; terms: readonly string[] }) {
  const [open, setOpen] = useState(false);
  const level = levelOf(event);
  const text = visible(event.text ?? "");
  const more = Boolean(event.body || event.evidence);
  return (
    <li class={`log l-${level}`}>
      <div class="log-head">
        <span class="time" title={utc(event.time_ns)}>
          {since(event.time_ns, origin)}
        </span>
        <span class={`outcome s-${level}`}>
          {level === "plain" ? <Sign name="dot" size={12} /> : <StatusIcon status={level} size={12} />} {oneLine(event.level ?? event.name)}
        </span>
        {more && (
          <button aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? "less" : event.body ? "body" : "where"}
          </button>
        )}
      </div>
      {text && (
        <div class="log-text">
          <Marked text={text} terms={terms} />
        </div>
      )}
      {open && event.body && <Text text={event.body} terms={terms} name="body" />}
      {open && event.evidence && <Record evidence={event.evidence} />}
    </li>
  );
}
