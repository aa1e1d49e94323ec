/** What an agent thought, whom it asked, what came back; what a model was told and answered; tokens. */
import { Share } from "../charts/share";
import type { Detail } from "../data/raw";
import { offset } from "../layout/units";
import { type Turn, turns } from "../model/conversation";
import { type Step, replay, tokensOfRun } from "../model/replay";
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

/** Tokens of a span against those of the whole run. */
export function Tokens({ viewer, detail }: { viewer: Viewer; detail: Detail }) {
  const usage = detail.usage ?? {};
  const sum = tokensOfRun(viewer.trace);
  const rows = [
    ["in", usage["input_tokens"], sum.input],
    ["out", usage["output_tokens"], sum.output],
    ["read from cache", usage["cache_read_tokens"], null],
    ["written to cache", usage["cache_write_tokens"], null],
  ] as const;
  const counted = usage["counted"] !== false;
  return (
    <>
      <ul class="tokens">
        {rows.map(([name, n, whole]) => {
          if (typeof n !== "number") return null;
          const part = whole ? `${Math.round((100 * n) / whole)} % of ${whole.toLocaleString("en")} in this run` : "";
          return (
            <li key={name}>
              <span>{name}</span> <b>{n.toLocaleString("en")}</b>
              {whole && counted ? <Share part={n} whole={whole} label={`${name}: ${part}`} /> : <span />}
              <span class="muted">{counted ? part : ""}</span>
            </li>
          );
        })}
      </ul>
      {!counted && <p class="muted">Counted on another span of this run: sums leave these out.</p>}
    </>
  );
}
