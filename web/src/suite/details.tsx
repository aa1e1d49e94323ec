/** What is known of a case: the checks that did not pass, why, each sending, and where everything lies. */
import type { ComponentChildren } from "preact";
import { duration, grouped, offset } from "../layout/units";
import { oneLine, visible } from "../model/text";
import { Marked, Sign } from "../panels/marks";
import { Some } from "../panels/controls";
import { Tag } from "./case";
import { addressOf, deepLink } from "./links";
import { Outcome } from "./outcome";
import type { RawCase, RawCheck, RawSuite, RawTry } from "./raw";
import type { Report } from "./report";

const FIRST = 8;

interface DetailsProps {
  readonly report: Report;
  readonly at: number;
  readonly of: RawCase;
  readonly terms: readonly string[];
}

export function Details({ report, at, of, terms }: DetailsProps) {
  const { judged = [], tries = [], tags = [] } = of;
  // The decisive check says what the first reason says, in more words.
  const reasons = judged.length && tries.length < 2 ? [] : (of.reasons ?? []);
  return (
    <div class="case-more">
      {reasons.length > 0 && (
        <ul class="case-reasons" aria-label="Reasons">
          {reasons.map((reason, n) => (
            <li key={n}>{oneLine(reason)}</li>
          ))}
        </ul>
      )}
      {judged.length > 0 && (
        <ul class="cards" aria-label="Checks that did not simply pass">
          <Some of={judged} first={FIRST} each={(check, n) => <Check key={n} suite={report.suite} at={at} check={check} terms={terms} />} />
        </ul>
      )}
      {of.more_judged > 0 && <p class="muted">{grouped(of.more_judged)} more are in the report of the case</p>}
      {tries.length > 1 && (
        <ol class="tries" aria-label="Tries">
          {tries.map((each, n) => (
            <Try key={n} suite={report.suite} of={each} n={n + 1} />
          ))}
        </ol>
      )}
      <p class="case-facts">
        <Fact name="checks">
          {grouped(of.passed)} of {grouped(of.checks)} passed
        </Fact>
        {of.spans > 0 && <Fact name="spans">{grouped(of.spans)}</Fact>}
        {of.throttles > 0 && <Fact name="throttled">{grouped(of.throttles)}</Fact>}
        {of.tokens !== undefined && <Fact name="tokens">{grouped(of.tokens)}</Fact>}
        {tries[0] && <Fact name="run">{oneLine(tries.at(-1)?.run ?? "")}</Fact>}
        {of.path && <Fact name="case file">{oneLine(of.path)}</Fact>}
        {tags.length > 0 && (
          <Fact name="tags">
            {tags.map((tag) => (
              <Tag key={tag} tag={tag} report={report} />
            ))}
          </Fact>
        )}
      </p>
      <Files suite={report.suite} at={at} />
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <span>
      <b>{name}</b> {children}
    </span>
  );
}

function Check({ suite, at, check, terms }: { suite: RawSuite; at: number; check: RawCheck; terms: readonly string[] }) {
  const address = deepLink(suite, at, check.hash);
  const pairs = [
    ["expected", check.expected],
    ["actual", check.actual],
  ] as const;
  return (
    <li class={`check s-${check.status}`}>
      <p class="said-of">
        <Outcome status={check.status} />
        <strong>{oneLine(check.title || check.name)}</strong>
        {check.title && <span class="muted">{oneLine(check.name)}</span>}
        <span class="message">
          <Marked text={oneLine(check.message ?? "")} terms={terms} />
        </span>
        {address && (
          <a class="button" href={address}>
            <Sign name="sequence" size={16} /> Show in the diagram
          </a>
        )}
      </p>
      <dl>
        {pairs.map(
          ([name, text]) =>
            text && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{visible(text)}</dd>
              </div>
            ),
        )}
        {check.nearest && (
          <div>
            <dt>nearest</dt>
            <dd>
              <ul>
                <Some of={check.nearest} first={3} each={({ label, differs, hash }, n) => <Near key={n} text={oneLine(label ?? "")} differs={oneLine(differs ?? "")} href={hash && deepLink(suite, at, hash)} />} />
              </ul>
            </dd>
          </div>
        )}
        {check.where && (
          <div>
            <dt>asked in</dt>
            <dd class="muted">{oneLine(check.where)}</dd>
          </div>
        )}
      </dl>
    </li>
  );
}

function Near({ text, differs, href }: { text: string; differs: string; href: string }) {
  return (
    <li>
      {href ? <a href={href}>{text}</a> : text}: {differs}
    </li>
  );
}

function Try({ suite, of, n }: { suite: RawSuite; of: RawTry; n: number }) {
  return (
    <li>
      <Outcome status={of.status} />
      <b>try {n}</b>
      <span class="muted">
        {offset(of.after_ms * 1e6)}, {duration(of.ms * 1e6)}
      </span>
      <span class="try-why">{(of.reasons ?? []).map(oneLine).join("; ")}</span>
      <span class="try-pages">
        {of.at
          ? suite.pages.slice(0, 3).map(({ file, text }) => (
              <a key={file} href={`${of.at}/${file}`}>
                {text}
              </a>
            ))
          : "no artifacts"}
      </span>
    </li>
  );
}

function Files({ suite, at }: { suite: RawSuite; at: number }) {
  if (!addressOf(suite, at, 0)) return <p class="muted">{suite.cases[at]?.status === "skipped" ? "It was not sent." : "No artifacts were kept."}</p>;
  return (
    <nav class="case-files" aria-label="Pages of this case">
      {suite.pages.map(({ file, text, about }, page) => (
        <a class="button" key={file} href={addressOf(suite, at, page)} title={about}>
          <Sign name={(["sequence", "timeline", "file", "file"] as const)[page] ?? "file"} size={16} /> {text}
        </a>
      ))}
    </nav>
  );
}

