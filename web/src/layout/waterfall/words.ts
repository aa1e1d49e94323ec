/** What is said of a row: beside its bar, and aloud. */
import type { Trace } from "../../model/trace";
import { ending, kindAndName, length, waited } from "../span_words";
import { count, offset } from "../units";
import { type Rows, each } from "./rows";

/** What is not known of a span's times; empty where both are. */
export function unknownTimes(trace: Trace, span: number): string {
  const [noStart, noEnd] = [trace.noStart[span], trace.noEnd[span]];
  if (noStart && noEnd) return "no time known";
  return noStart ? "no start seen" : noEnd ? "no end seen" : "";
}

export function beside(trace: Trace, span: number): string {
  const unknown = unknownTimes(trace, span);
  const said = ending(trace, span);
  return !unknown ? said : said === "ended" || said === "incomplete" ? unknown : `${said}, ${unknown}`;
}

/** `3 tries`, `12 times` of a row that stands for several spans; `fold` where it could. */
export function folded(rows: Rows, span: number): string {
  const fold = rows.folds.get(span);
  if (!fold) return rows.unfolded.has(span) ? "fold" : "";
  if (fold.kind === "attempts") return `${fold.spans.length} tries`;
  const { spans, times } = fold.loop;
  const tries = rows.trace.attempts.get(spans[0] ?? 0);
  return tries?.length === spans.length ? `${tries.length} tries` : `${times.toLocaleString("en")} times`;
}

/** Everything that a row shows, as one sentence: a name to be read aloud. */
export function spoken(rows: Rows, span: number): string {
  const { trace, visible } = rows;
  const below = visible.below.get(span);
  const critical = !each(rows.critical, rows.rowOf[span] ?? 0).next().done;
  return [
    `${trace.operation(span)} on ${kindAndName(trace, span)}`,
    length(trace, span),
    trace.gone(span) ? "only in run A" : trace.noStart[span] ? "" : `starts ${offset((trace.start[span] ?? 0) * trace.unitNs)}`,
    unknownTimes(trace, span),
    [trace.statusOf(span) === "unknown" ? "" : trace.statusOf(span), trace.errorType(span)].filter(Boolean).join(" "),
    waited(trace, span),
    rows.folds.has(span) ? folded(rows, span) : "",
    ...trace.badges(span).map((badge) => badge.text),
    trace.tierOf(span) === "unresolved" ? "who called is not known" : "",
    below ? `${count(below.spans, "span")} not shown${below.failures ? `, ${below.failures} of them failed` : ""}` : "",
    critical ? "on the critical path" : "",
    trace.gaps.has(span) ? "its link is not proven" : "",
  ]
    .filter(Boolean)
    .join(", ");
}
