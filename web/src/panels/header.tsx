/** The first screen: verdict, case, place, files; and what a reader must know before anything else. */
import { useState } from "preact/hooks";
import type { Summary } from "../data/raw";
import { oneLine } from "../model/text";
import type { Viewer } from "../viewer";
import { Sign, StatusIcon } from "./marks";

const REASONS_SHOWN = 3;
const INCOMPLETE = "This run is not complete: what was not seen is drawn with dashes and a question mark.";

export function Header({ viewer }: { viewer: Viewer }) {
  const { run, compare } = viewer.trace;
  const short = run.status === "passed" && run.complete && run.reasons.length === 1;
  return (
    <header>
      {run.banners.map((banner) => (
        <p class="banner" role="note" key={banner.word}>
          <StatusIcon status="warning" size={15} /> <strong>{oneLine(banner.word)}</strong> <span>{oneLine(banner.text)}</span>
        </p>
      ))}
      <div class="top">
        {compare && <OtherRun run={compare.raw.run} />}
        <div class={`verdict s-${run.status}`} role="status">
          <StatusIcon status={run.status} size={24} />
          <strong>{compare ? "B " : ""}{run.status.toUpperCase()}</strong>
        </div>
        <div class="what">
          <h1 title={oneLine(run.title)}>{oneLine(run.title)}</h1>
          {short && <p class="because">{oneLine(run.reasons[0] ?? "")}</p>}
          <p class="facts">
            {run.facts.map((fact) => (
              <span key={fact.name} title={oneLine(`${fact.name} ${fact.text}`)}>
                <b>{oneLine(fact.name)}</b> {oneLine(fact.text)}
              </span>
            ))}
          </p>
        </div>
        {!compare && <Files run={run} />}
      </div>
      {!short && <Reasons run={run} />}
    </header>
  );
}

/** Of a page that holds two runs: the first of them. */
function OtherRun({ run }: { run: Pick<Summary, "id" | "status" | "facts"> }) {
  const facts = run.facts.map(({ name, text }) => `${name} ${text}`).join(", ");
  return (
    <>
      <div class={`verdict other s-${run.status}`} title={oneLine(`Run A: ${facts}`)}>
        <StatusIcon status={run.status} size={18} />
        <strong>A {run.status.toUpperCase()}</strong>
      </div>
      <span class="arrow" role="img" aria-label="compared with">→</span>
    </>
  );
}

function Files({ run }: { run: Summary }) {
  const links = [
    [run.files.report, "Report", "The same findings as text, to read or to paste"],
    [run.files.run, "run.json", "Everything that is known of this run, for programs"],
    [run.files.spans, "spans.jsonl", "One line of JSON for each span"],
    [run.files.mermaid, "Mermaid", "The sequence as Mermaid source"],
  ] as const;
  const known = links.filter(([file]) => file); // a shareable copy has none beside it
  if (!known.length) return null;
  return (
    <nav aria-label="Files of this run">
      {known.map(([file, text, title]) => (
        <a key={file} href={file} title={`${title} (${file})`} rel="noopener noreferrer">
          <Sign name="file" size={13} /> {text}
        </a>
      ))}
    </nav>
  );
}

/** Why the verdict is what it is; of many, the first few. */
function Reasons({ run }: { run: Summary }) {
  const [open, setOpen] = useState(false);
  const reasons = run.complete ? run.reasons : [...run.reasons, INCOMPLETE];
  if (!reasons.length) return null;
  const shown = open ? reasons : reasons.slice(0, REASONS_SHOWN);
  return (
    <div class={`reasons s-${run.status}`}>
      <ul aria-label="Reasons">
        {shown.map((reason, at) => (
          <li key={at}>{oneLine(reason)}</li>
        ))}
      </ul>
      {reasons.length > REASONS_SHOWN && (
        <button aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? "Fewer" : `${reasons.length - REASONS_SHOWN} more`}
        </button>
      )}
    </div>
  );
}
