/** The sections of the details, in the order in which a person who looks for a cause wants them. */
import type { ComponentChildren } from "preact";
import { ComparedSpan } from "../compare/span";
import type { Detail, DetailEvent, DetailLink } from "../data/raw";
import { checksOf } from "../model/check_order";
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
import { Outcome, SpanButton } from "./marks";
import { Payload, Text } from "./payload";
import type { Known } from "./use_detail";

export interface Section {
  readonly key: string;
  readonly title: string;
  readonly note?: ComponentChildren;
  /** Closed until somebody opens it. */
  readonly closed?: boolean;
  readonly tone?: string;
  readonly body: () => ComponentChildren;
}

export function sectionsOf(viewer: Viewer, known: Known, terms: readonly string[]): Section[] {
  const { detail, span } = known;
  return [...failure(detail, terms), ...comparedWith(viewer, span, detail), ...contents(viewer, known, terms), ...elsewhereOf(viewer, span), ...facts(viewer, known), ...proof(viewer, known)];
}

function failure({ error }: Detail, terms: readonly string[]): Section[] {
  if (!error) return [];
  const type = oneLine(error.type || "error");
  const asked = error.retryable === true ? ", may be tried again" : error.retryable === false ? ", not to be tried again" : "";
  const body = () => (
    <>
      {error.message && <p class="error-message">{visible(error.message)}</p>}
      <p class="muted">
        said by the {error.origin ?? "app"}
        {asked} <Copy text={() => [`${error.type ?? "error"}: ${error.message ?? ""}`, error.stack].filter(Boolean).join("\n")} what="error" />
      </p>
      {error.stack && (
        <details>
          <summary>Stack</summary>
          <Text text={error.stack} terms={terms} name="stack" />
        </details>
      )}
    </>
  );
  return [{ key: "error", title: "Error", note: type, tone: "bad", body }];
}

function contents(viewer: Viewer, known: Known, terms: readonly string[]): Section[] {
  const { detail, span, reason } = known;
  const { request, response, events = [], component } = detail;
  const found: Section[] = [];
  if (reason) found.push({ key: "before", title: "What the agent said before", body: () => <Before viewer={viewer} span={span} reason={reason} terms={terms} /> });
  const told = tells(detail);
  if (told) {
    const title = component.type === "model" ? "Prompt and answer" : "Agent";
    found.push({ key: "agent", title, body: () => <Agent viewer={viewer} span={span} detail={detail} terms={terms} /> });
  }
  if (told || detail.usage) found.push(...tokens(viewer, known));
  const tool = component.type === "tool";
  if (request) {
    found.push({ key: "request", title: tool ? "Request: what the agent asked for" : "Request", note: size(request.text), closed: told, body: () => <Payload body={request} what="request" terms={terms} filed={!viewer.trace.compare} /> });
  }
  if (response) {
    found.push({ key: "response", title: tool ? "Response: what the agent saw" : "Response", note: size(response.text), closed: told, body: () => <Payload body={response} what="response" terms={terms} filed={!viewer.trace.compare} /> });
  }
  const lines = inTime(told ? events.filter((event) => !isNote(event)) : events);
  if (lines.length) {
    found.push({ key: "logs", title: "Log lines and events", note: String(lines.length), body: () => <Logs key={span} events={lines} origin={originOf(viewer.trace, span)} terms={terms} /> });
  }
  return found;
}

function comparedWith(viewer: Viewer, span: number, { compared }: Detail): Section[] {
  if (!viewer.trace.compare) return [];
  return [{ key: "compared", title: "Compared with run A", note: viewer.trace.changeOf(span), body: () => <ComparedSpan change={viewer.trace.changeOf(span)} compared={compared ?? {}} /> }];
}

function tokens({ trace }: Viewer, { detail, span }: Known): Section[] {
  const used = usedBy(trace, span, detail.usage);
  return used ? [{ key: "usage", title: used.below ? "Tokens below this span" : "Tokens", note: used.words, body: () => <Tokens used={used} /> }] : [];
}

function inTime(events: readonly DetailEvent[]): DetailEvent[] {
  return [...events].sort((a, b) => Number(BigInt(a.time_ns) - BigInt(b.time_ns)));
}

function elsewhereOf(viewer: Viewer, span: number): Section[] {
  const same = elsewhere(viewer.trace, span);
  return same ? [{ key: "elsewhere", title: "This operation elsewhere", note: same.words, body: () => <ElsewherePlot viewer={viewer} found={same} /> }] : [];
}

function facts(viewer: Viewer, known: Known): Section[] {
  const { detail, json, span } = known;
  const checks = checksOf(viewer.trace.checks, span);
  const lambda = lambdaOf(detail).filter(([, value]) => value);
  const below = tells(detail) || detail.usage ? [] : tokens(viewer, known);
  const sections: (Section | false)[] = [
    checks.length > 0 && { key: "checks", title: "Checks that use this span", note: String(checks.length), body: () => <UsedBy viewer={viewer} checks={checks} /> },
    ...below.map((section) => ({ ...section, closed: true })),
    lambda.length > 0 && { key: "lambda", title: "Lambda", body: () => <Pairs of={lambda} /> },
    Boolean(detail.links?.length) && { key: "links", title: "Links", note: String(detail.links?.length), body: () => <Links viewer={viewer} links={detail.links ?? []} /> },
    { key: "ids", title: "Ids", note: String(idsOf(detail).filter(([, id]) => id).length), closed: true, body: () => <Pairs of={idsOf(detail)} copy /> },
    Object.keys(detail.attributes ?? {}).length > 0 && { key: "attributes", title: "Attributes", note: String(Object.keys(detail.attributes ?? {}).length), closed: true, body: () => <Attributes json={json} /> },
  ];
  return sections.filter((section) => section !== false);
}

function proof(viewer: Viewer, { detail, json, line, span }: Known): Section[] {
  const records = detail.evidence ?? [];
  const raw = () => (json ? pretty(json) : line);
  return [
    { key: "placed", title: "How it was placed", note: detail.join?.tier ?? "first", body: () => <><Placed detail={detail} gap={viewer.trace.gaps.get(span)} /><Pairs of={timingOf(detail)} /></> },
    ...(records.length ? [{ key: "records", title: "Evidence", note: String(records.length), closed: true, body: () => <Records records={records} /> }] : []),
    { key: "raw", title: "Raw JSON", closed: true, body: () => <><Copy text={raw} what="raw JSON" label="Copy" /><Text text={raw()} terms={[]} name="raw JSON" /></> },
  ];
}

function UsedBy({ viewer, checks }: { viewer: Viewer; checks: readonly number[] }) {
  return (
    <ul class="used-by">
      {checks.map((at) => {
        const check = viewer.trace.checks[at];
        return check ? (
          <li key={at}>
            <button type="button" class="small" aria-pressed={viewer.state.check === at} onClick={() => toggleCheck(viewer, at)}>
              <Outcome status={check.status} size={12} /> {oneLine(check.name)}
            </button>
          </li>
        ) : null;
      })}
    </ul>
  );
}

function Links({ viewer, links }: { viewer: Viewer; links: readonly DetailLink[] }) {
  return (
    <ul class="links">
      {links.map((link, n) => (
        <li key={n}>
          <b>{oneLine(link.reason.replaceAll("_", " "))}</b>{" "}
          {link.at === undefined ? <span>{oneLine(link.span_id || link.trace_id || "another run")}</span> : <SpanButton viewer={viewer} span={link.at} />}
          <span class="muted">
            {link.tier} by {oneLine(link.rule)}
            {link.detail ? `: ${oneLine(link.detail)}` : ""}
          </span>
        </li>
      ))}
    </ul>
  );
}

function size(text: string): string {
  if (text.length < 1000) return "";
  return text.length < 1e6 ? `${Math.round(text.length / 1000)} kB` : `${(text.length / 1e6).toFixed(1)} MB`;
}
