/** The sections of the details, in the order in which a person who looks for a cause wants them. */
import type { ComponentChildren } from "preact";
import { ComparedSpan } from "../compare/span";
import type { Detail, DetailEvent, DetailLink } from "../data/raw";
import { checksOf, titleOf } from "../model/check_order";
import { elsewhere } from "../model/elsewhere";
import { pretty } from "../model/json_text";
import { isNote, originOf } from "../model/replay";
import { usedBy } from "../model/tokens";
import { oneLine, visible } from "../model/text";
import type { Viewer } from "../viewer";
import { Agent, Before, Tokens, tells } from "./agent";
import { toggleCheck } from "./checks";
import { Copy } from "./controls";
import { ElsewherePlot } from "./elsewhere";
import { Placed, Records } from "./evidence";
import { Attributes, Pairs, idsOf, lambdaOf, timingOf } from "./facts";
import { Logs } from "./logs";
import { Outcome, SpanButton, words } from "./marks";
import { Payload, Text } from "./payload";
import type { Known } from "./use_detail";

export interface Section {
  readonly title: string;
  readonly body: () => ComponentChildren;
  readonly note: string | number;
  /** Closed until somebody opens it. */
  readonly closed: boolean;
}

/** What it tells of goes first: where there is nothing to tell, there is no section. */
function section(of: unknown, title: string, body: () => ComponentChildren, note: string | number = "", closed = false): Section | null {
  return of ? { title, body, note, closed } : null;
}

export function sectionsOf(viewer: Viewer, known: Known, terms: readonly string[]): Section[] {
  return [...contents(viewer, known, terms), ...facts(viewer, known)].filter((each) => each !== null);
}

/** Why it failed, what was said, what was logged. */
function contents(viewer: Viewer, { detail, span, reason }: Known, terms: readonly string[]): (Section | null)[] {
  const { trace } = viewer;
  const { error, events = [], component, usage } = detail;
  const change = trace.changeOf(span);
  const told = tells(detail);
  const isTool = component.type === "tool";
  const lines = inTime(told ? events.filter((event) => !isNote(event)) : events);
  const payload = (what: "request" | "response", title: string, seen: string): Section | null => {
    const body = detail[what];
    return section(body, isTool ? `${title}: what the agent ${seen}` : title, () => body && <Payload body={body} what={what} terms={terms} filed={!trace.compare} />, size(body?.text ?? ""), told);
  };
  return [
    section(error, "Error", () => error && <Failure error={error} terms={terms} />, oneLine(error?.type || "error")),
    section(trace.compare, "Compared with run A", () => <ComparedSpan change={change} compared={detail.compared ?? {}} />, change),
    section(reason, "What the agent said before", () => reason && <Before viewer={viewer} span={span} reason={reason} terms={terms} />),
    section(told, component.type === "model" ? "Prompt and answer" : "Agent", () => <Agent viewer={viewer} span={span} detail={detail} terms={terms} />),
    told || usage ? tokens(viewer, detail, span) : null,
    payload("request", "Request", "asked for"),
    payload("response", "Response", "saw"),
    section(lines.length, "Log lines and events", () => <Logs key={span} events={lines} origin={originOf(trace, span)} terms={terms} />, lines.length),
  ];
}

function tokens({ trace }: Viewer, { usage }: Detail, span: number, closed = false): Section | null {
  const used = usedBy(trace, span, usage);
  return section(used, used?.below ? "Tokens below this span" : "Tokens", () => used && <Tokens used={used} />, used?.words, closed);
}

/** What else is known, and how. */
function facts(viewer: Viewer, { detail, json, line, span }: Known): (Section | null)[] {
  const { trace } = viewer;
  const { links = [], evidence = [] } = detail;
  const same = elsewhere(trace, span);
  const checks = checksOf(trace.checks, span);
  const lambda = lambdaOf(detail).filter(([, value]) => value);
  const ids = idsOf(detail).filter(([, id]) => id);
  const attributes = Object.keys(detail.attributes ?? {}).length;
  const raw = () => (json ? pretty(json) : line);
  return [
    section(same, "This operation elsewhere", () => same && <ElsewherePlot viewer={viewer} found={same} />, same?.words),
    section(checks.length, "Checks that use this span", () => <UsedBy viewer={viewer} checks={checks} />, checks.length),
    tells(detail) || detail.usage ? null : tokens(viewer, detail, span, true),
    section(lambda.length, "Lambda", () => <Pairs of={lambda} />),
    section(links.length, "Links", () => <Links viewer={viewer} links={links} />, links.length),
    section(ids, "Ids", () => <Pairs of={ids} copy />, ids.length, true),
    section(attributes, "Attributes", () => <Attributes json={json} />, attributes, true),
    section(detail, "How it was placed", () => <><Placed detail={detail} gap={trace.gaps.get(span)} /><Pairs of={timingOf(detail)} /></>, detail.join?.tier ?? "first"),
    section(evidence.length, "Evidence", () => <Records records={evidence} />, evidence.length, true),
    section(detail, "Raw JSON", () => <><Copy text={raw} what="raw JSON" label="Copy" /><Text text={raw()} terms={[]} name="raw JSON" /></>, "", true),
  ];
}

function Failure({ error, terms }: { error: NonNullable<Detail["error"]>; terms: readonly string[] }) {
  const { type = "error", message = "", stack, origin = "app", retryable } = error;
  const again = typeof retryable === "boolean" ? `, ${retryable ? "may" : "not to"} be tried again` : "";
  return (
    <>
      {message && <p class="error-message">{visible(message)}</p>}
      <p class="muted">
        said by the {origin}
        {again} <Copy text={() => [`${type}: ${message}`, stack].filter(Boolean).join("\n")} what="error" />
      </p>
      {stack && (
        <details>
          <summary>Stack</summary>
          <Text text={stack} terms={terms} name="stack" />
        </details>
      )}
    </>
  );
}

function inTime(events: readonly DetailEvent[]): DetailEvent[] {
  return [...events].sort((a, b) => Number(BigInt(a.time_ns) - BigInt(b.time_ns)));
}

function UsedBy({ viewer, checks }: { viewer: Viewer; checks: readonly number[] }) {
  return (
    <ul class="chips">
      {checks.map((at) => {
        const check = viewer.trace.checks[at];
        return check ? (
          <li key={at}>
            <button aria-pressed={viewer.state.check === at} onClick={() => toggleCheck(viewer, at)}>
              <Outcome status={check.status} size={12} /> {titleOf(check)}
            </button>
          </li>
        ) : null;
      })}
    </ul>
  );
}

function Links({ viewer, links }: { viewer: Viewer; links: readonly DetailLink[] }) {
  return (
    <ul>
      {links.map((link, n) => (
        <li class="chips" key={n}>
          <b>{words(link.reason)}</b>
          {link.at === undefined ? oneLine(link.span_id || link.trace_id || "another run") : <SpanButton viewer={viewer} span={link.at} />}
          <span class="muted">
            {link.tier} by {oneLine(link.rule)}
            {link.detail && `: ${oneLine(link.detail)}`}
          </span>
        </li>
      ))}
    </ul>
  );
}

function size({ length }: string): string {
  if (length < 1000) return "";
  return length < 1e6 ? `${Math.round(length / 1000)} kB` : `${(length / 1e6).toFixed(1)} MB`;
}
