/** What an agent thought, whom it asked, what came back; what a model was told and answered; tokens. */
import { Share } from "../charts/share";
import type { Body, Detail, DetailEvent } from "../data/raw";
import { grouped, offset } from "../layout/units";
import { type Turn, turns } from "../model/conversation";
import { type Step, replay, unitsOf } from "../model/replay";
import type { Used } from "../model/tokens";
import { oneLine, visible } from "../model/text";
import type { Viewer } from "../viewer";
import { Some } from "./controls";
import { Marked, SpanButton, StatusIcon, words } from "./marks";
import { Text } from "./payload";

const FIRST = 40;

type Terms = readonly string[];

interface AgentProps {
  readonly viewer: Viewer;
  readonly span: number;
  readonly detail: Detail;
  readonly terms: Terms;
}

/** Is there anything to tell that plain request, response and log lines do not? */
export function tells({ component, request, response, events = [] }: Detail): boolean {
  if (component.type === "agent" || events.some((event) => event.name === "rationale")) return true;
  return component.type === "model" && [...asked(request), ...answered(response)].length > 0;
}

function asked(request?: Body): Turn[] {
  return request ? turns(request.text, "user") : [];
}

function answered(response?: Body): Turn[] {
  return response ? turns(response.text, "assistant") : [];
}

export function Agent({ viewer, span, detail, terms }: AgentProps) {
  const turn = (turn: Turn, at: number) => <TurnItem key={at} turn={turn} terms={terms} />;
  const steps = detail.component.type === "model" ? [] : replay(viewer.trace, span, detail);
  return (
    <ol class="talk">
      <Some of={asked(detail.request)} first={FIRST} each={turn} />
      <Some of={steps} first={FIRST} each={(step, at) => <StepItem key={at} viewer={viewer} step={step} terms={terms} />} />
      <Some of={answered(detail.response)} first={FIRST} each={turn} />
    </ol>
  );
}

/** What the agent said last before it asked for a span. */
export function Before({ viewer, span, reason, terms }: { viewer: Viewer; span: number; reason: DetailEvent; terms: Terms }) {
  return (
    <ol class="talk">
      <StepItem viewer={viewer} step={{ at: unitsOf(viewer.trace, reason.time_ns, span), event: reason }} terms={terms} />
    </ol>
  );
}

function TurnItem({ turn, terms }: { turn: Turn; terms: Terms }) {
  return (
    <li class={`turn r-${/^(?:assistant|system)$/.test(turn.role) ? turn.role : "user"}`}>
      <span class="who">{oneLine(turn.role)}</span>
      {turn.data ? <Text text={turn.text} terms={terms} name={oneLine(turn.role)} /> : <Said text={turn.text} terms={terms} />}
    </li>
  );
}

function Said({ text, terms }: { text: string; terms: Terms }) {
  return (
    <div class="said">
      <Marked text={visible(text)} terms={terms} />
    </div>
  );
}

function StepItem({ viewer, step, terms }: { viewer: Viewer; step: Step; terms: Terms }) {
  const when = <span class="time">{offset(step.at * viewer.trace.unitNs)}</span>;
  if ("span" in step) {
    return (
      <li class="turn r-call">
        <span class="who">calls {when}</span>
        <SpanButton viewer={viewer} span={step.span} />
      </li>
    );
  }
  const { event } = step;
  const guards = event.name === "guardrail";
  return (
    <li class={guards ? "turn r-guardrail" : "turn r-thought"}>
      <span class="who">
        {guards && <StatusIcon status="blocked" size={12} />} {words(event.name)} {when}
      </span>
      {event.text && <Said text={event.text} terms={terms} />}
      {event.body && <Text text={event.body} terms={terms} name={oneLine(event.name)} />}
    </li>
  );
}

/** Tokens against those of the whole run. */
export function Tokens({ used }: { used: Used }) {
  return (
    <>
      <ul class="tokens">
        {used.rows.map(({ name, n, of }) => {
          const part = of && used.counted ? `${Math.round((100 * n) / of)} % of ${grouped(of)} in this run` : "";
          return (
            <li key={name}>
              <span>{name}</span>
              <b>{grouped(n)}</b>
              {part && of ? <Share part={n} whole={of} label={`${name}: ${part}`} /> : <span />}
              <span class="muted">{part}</span>
            </li>
          );
        })}
      </ul>
      {!used.counted && <p class="muted">Counted on another span of this run: sums leave these out.</p>}
    </>
  );
}
