/** What an agent thought, whom it asked, what came back; what a model was told and answered; tokens. */
import { Share } from "../charts/share";
import type { Detail, DetailEvent } from "../data/raw";
import { offset } from "../layout/units";
import { type Turn, turns } from "../model/conversation";
import { type Step, replay, unitsOf } from "../model/replay";
import type { Used } from "../model/tokens";
import { oneLine, visible } from "../model/text";
import type { Viewer } from "../viewer";
import { Some } from "./controls";
import { Marked, SpanButton, StatusIcon } from "./marks";
import { Text } from "./payload";

const FIRST = 40;

interface AgentProps {
  readonly viewer: Viewer;
  readonly span: number;
  readonly detail: Detail;
  readonly terms: readonly string[];
}

/** Is there anything to tell that plain request, response and log lines do not? */
export function tells({ component, request, response, events = [] }: Detail): boolean {
  if (component.type === "agent" || events.some((event) => event.name === "rationale")) return true;
  return component.type === "model" && (turnsOf({ request, response }).length > 0);
}

function turnsOf({ request, response }: { request: Detail["request"] | undefined; response: Detail["response"] | undefined }): Turn[] {
  return [...(request ? turns(request.text, "user") : []), ...(response ? turns(response.text, "assistant") : [])];
}

export function Agent({ viewer, span, detail, terms }: AgentProps) {
  const asked = detail.request ? turns(detail.request.text, "user") : [];
  const said = detail.response ? turns(detail.response.text, "assistant") : [];
  const steps = detail.component.type === "model" ? [] : replay(viewer.trace, span, detail);
  return (
    <ol class="talk">
      <Some of={asked} first={FIRST} each={(turn, at) => <TurnItem key={`a${at}`} turn={turn} terms={terms} />} />
      <Some of={steps} first={FIRST} each={(step, at) => <StepItem key={`s${at}`} viewer={viewer} step={step} terms={terms} />} />
      <Some of={said} first={FIRST} each={(turn, at) => <TurnItem key={`r${at}`} turn={turn} terms={terms} />} />
    </ol>
  );
}

/** What the agent said last before it asked for a span. */
export function Before({ viewer, span, reason, terms }: { viewer: Viewer; span: number; reason: DetailEvent; terms: readonly string[] }) {
  return (
    <ol class="talk">
      <StepItem viewer={viewer} step={{ at: unitsOf(viewer.trace, reason.time_ns, span), event: reason }} terms={terms} />
    </ol>
  );
}

function TurnItem({ turn, terms }: { turn: Turn; terms: readonly string[] }) {
  return (
    <li class={`turn r-${turn.role === "assistant" ? "assistant" : turn.role === "system" ? "system" : "user"}`}>
      <span class="who">{oneLine(turn.role)}</span>
      {turn.data ? (
        <Text text={turn.text} terms={terms} name={oneLine(turn.role)} />
      ) : (
        <div class="said">
          <Marked text={visible(turn.text)} terms={terms} />
        </div>
      )}
    </li>
  );
}

function StepItem({ viewer, step, terms }: { viewer: Viewer; step: Step; terms: readonly string[] }) {
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
  return (
    <li class={`turn r-${event.name === "guardrail" ? "guardrail" : "thought"}`}>
      <span class="who">
        {event.name === "guardrail" && <StatusIcon status="blocked" size={12} />} {oneLine(event.name.replaceAll("_", " "))} {when}
      </span>
      {event.text && (
        <div class="said">
          <Marked text={visible(event.text)} terms={terms} />
        </div>
      )}
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
          const part = of && used.counted ? `${Math.round((100 * n) / of)} % of ${of.toLocaleString("en")} in this run` : "";
          return (
            <li key={name}>
              <span>{name}</span>
              <b>{n.toLocaleString("en")}</b>
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
