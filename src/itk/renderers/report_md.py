"""`report.md`: what a person reads first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from itk.model.run import CheckVerdict, Collection, QueueReading, RedactedRun, RunResult, WatchedQueue
from itk.model.trace import Span, SpanEvent, Trace
from itk.model.tree import FAILING, grow
from itk.model.wording import counted, tally
from itk.ports import Artifact
from itk.reading.jsontext import compact
from itk.renderers import certainty, files, units, words
from itk.renderers.layout.pills import is_shared
from itk.renderers.layout.story import ending, wait_ns
from itk.renderers.markdown import bullets, code, table, text
from itk.renderers.report_links import ROWS_MAX, certainty_section, links_section, more, tokens_section

CITED_MAX = 4


class ReportMd:
    """Verdict, evidence, gaps, times, limits; then how to look closer."""

    name = "report_md"

    def render(self, run: RedactedRun) -> Sequence[Artifact]:
        result = run.result
        lines = [
            *_verdict(result),
            *_checks(result),
            *_missing(result),
            *_failures(result.trace),
            *_timings(result.trace),
            *certainty_section(result.trace),
            *_tries(result.trace),
            *links_section(result.trace),
            *tokens_section(result.trace),
            *_counts(result),
            *_groups(result.collection),
            *_dead_letters(result.dead_letter_queues),
            *_queues(result.queues),
            *_warnings(result),
            *_preflight(result),
            *_how_to_look(),
        ]
        return (Artifact(path=files.REPORT, content=("\n".join(lines).rstrip() + "\n").encode("utf-8")),)


def _verdict(result: RunResult) -> list[str]:
    lines = [f"# {result.status.upper()}: {text(result.case.name or result.case.id)}", ""]
    for word, sentence in words.banners(result):
        lines += [f"> **{word}**: {text(sentence)}", ""]
    if result.environment.emulated_endpoint:
        lines += [f"> Endpoint: {code(result.environment.emulated_endpoint)}", ""]
    if not words.is_complete(result):
        gaps = counted(len(result.trace.missing), "thing")
        are = "is" if len(result.trace.missing) == 1 else "are"
        lines += [
            f"> **NOT COMPLETE**: the evidence is not whole; {gaps} that should have been seen {are} missing.",
            "",
        ]
    lines += bullets(text(reason) for reason in result.reasons)
    case, receipt = result.case, result.receipt
    facts = [
        ("case", f"{code(case.id)} in {code(case.path)}"),
        ("tags", ", ".join(code(tag) for tag in case.tags)),
        ("notes", text(case.notes)),
        ("run id", code(result.run_id)),
        ("mode", result.mode),
        (
            "sent",
            text(words.target(result)) + (f" ({code(receipt.target_id)})" if receipt and receipt.target_id else ""),
        ),
        ("where", text(words.place(result))),
        ("caller", code(result.environment.caller_arn)),
        ("started", units.clock(result.started_ns)),
        ("took", words.length(result)),
        ("ITK", code(result.environment.itk_version)),
    ]
    lines += table(("", ""), ((name, value) for name, value in facts if value))
    if receipt is not None and receipt.error is not None:
        lines += [f"Sending failed: {text(receipt.error.type)}: {text(receipt.error.message)}", ""]
    return lines


def _checks(result: RunResult) -> list[str]:
    passed = sum(check.status == "passed" for check in result.checks)
    counts = tally(passed, len(result.checks), (check.status for check in result.checks))
    lines = ["## Checks", "", f"{counts}.", ""]
    if not result.checks:
        return lines
    rows = (
        (
            check.status.upper(),
            f"{text(check.title)} ({code(check.name)})" if check.title else code(check.name),
            text(check.message) + (f"; expected to fail: {text(check.xfail)}" if check.xfail else ""),
            text(check.expected),
            text(check.actual),
            _cited(check, result.trace),
            code(str(check.where)) if check.where is not None else "",
        )
        for check in result.checks
    )
    lines += table(("Verdict", "Check", "What it said", "Expected", "Actual", "Evidence (spans)", "Case line"), rows)
    return lines + [line for check in result.checks if check.nearest for line in _nearest(check)]


def _nearest(check: CheckVerdict) -> list[str]:
    """What came close to what a check asks for, and what kept it from being that."""
    said = (f"{text(near.label)} {code(near.span_id)}: {text(near.differs)}" for near in check.nearest)
    return [f"Nearest to {text(words.check_title(check))}:", "", *bullets(said)]


def _cited(check: CheckVerdict, trace: Trace) -> str:
    named = {span.span_id: span for span in trace.spans}
    said = [
        f"{text(words.span_title(named[cited]), 80)} {code(cited)}"
        if cited in named
        else f"{code(cited)} (not in this trace)"
        for cited in check.span_ids[:CITED_MAX]
    ]
    more = len(check.span_ids) - CITED_MAX
    return "; ".join(said) + (f"; and {more} more" if more > 0 else "")


def _missing(result: RunResult) -> list[str]:
    missing = result.trace.missing
    lines = ["## Not seen", ""]
    if not missing:
        end = "Everything that started was seen to end." if words.is_complete(result) else "No gap has a name."
        return [*lines, end, ""]
    for entry in missing:
        where = [f"component {code(entry.component)}" if entry.component else "",
                 f"should appear in {code(entry.group)}" if entry.group else "",
                 f"span {code(entry.span_id)}" if entry.span_id else ""]  # fmt: skip
        rest = ", ".join(part for part in where if part)
        lines.append(f"- {text(entry.what)}" + (f" ({rest})" if rest else ""))
    return [*lines, ""]


def _failures(trace: Trace) -> list[str]:
    failed = [span for span in trace.spans if span.status in FAILING]
    if not failed:
        return []
    rows = (
        (
            span.status,
            text(words.span_title(span)),
            text(span.error.type if span.error else ""),
            text(span.error.message if span.error else ""),
            code(span.span_id),
        )
        for span in failed[:ROWS_MAX]
    )
    return ["## Failed spans", "", *table(("Status", "Span", "Error", "Message", "Span id"), rows), *more(failed)]


def _timings(trace: Trace) -> list[str]:
    tree = grow(trace)
    if not trace.spans:
        return ["## Timings", "", "No span was seen.", ""]
    rows = []
    for at in tree.order[:ROWS_MAX]:
        span, node = trace.spans[at], tree.nodes[at]
        begins = (
            "not said"
            if span.start_ns is None or tree.origin_ns is None
            else units.offset(span.start_ns - tree.origin_ns)
        )
        waited = wait_ns(trace.spans[node.parent], span) if node.delivery and node.parent is not None else None
        name = "· " * min(node.depth, 8) + text(words.span_title(span), 120)
        tier = "" if span.join is None else f"{certainty.badge(span.join) or span.join.tier}, {text(span.join.rule)}"
        wait = "" if waited is None else units.duration(waited)
        rows.append((begins, name, text(ending(span)), wait, tier, code(span.span_id)))
    return [
        "## Timings", "",
        *table(("Begins", "Span", "Ended", "Waited in queue", "Placed by", "Span id"), rows), *more(trace.spans),
    ]  # fmt: skip


def _tries(trace: Trace) -> list[str]:
    notes = [
        f"try {span.attempt.n}{f' of {span.attempt.of}' if span.attempt.of else ''} ({span.attempt.kind}): "
        f"{text(words.span_title(span))} {code(span.span_id)}"
        for span in words.retries(trace)
        if span.attempt is not None
    ]
    shared = [
        f"{_batch(span)}, shared with other runs: {text(words.span_title(span))} {code(span.span_id)}"
        for span in trace.spans
        if is_shared(span)
    ]
    slow = [f"throttled: {text(words.span_title(span))} {code(span.span_id)}" for span in words.throttled(trace)]
    found = [*notes[:ROWS_MAX], *slow[:ROWS_MAX], *shared[:ROWS_MAX]]
    return ["## Retries, throttles, shared invocations", "", *(bullets(found) if found else ["None was seen.", ""])]


def _batch(span: Span) -> str:
    size = span.faas.batch_size if span.faas is not None else None
    return f"batch of {size or 'unknown size'}"


def _counts(result: RunResult) -> list[str]:
    rows = ((name, f"{number:,}", meaning) for name, number, meaning in words.counts(result))
    lines = ["## Counts", "", *table(("What", "Number", "Meaning"), rows)]
    if result.unread:
        read = (
            (code(entry.evidence.group), text(entry.reason), text(entry.preview, 160), code(entry.evidence.event_id))
            for entry in result.unread[:ROWS_MAX]
        )
        lines += ["Records that nobody could read:", "", *table(("Group", "Why", "It begins", "Event id"), read)]
    if result.trace.unplaced:
        loose = (
            (units.clock(event.time_ns), text(event.level or event.name), text(_said(event), 160))
            for event in result.trace.unplaced[:ROWS_MAX]
        )
        lines += ["Records of this run that fit nowhere:", "", *table(("Time", "Level", "Text"), loose)]
    return lines


def _said(event: SpanEvent) -> str:
    """The text of a record, else its JSON: prompts and answers have no other."""
    return event.text or ("" if event.body is None else compact(event.body))


def _groups(seen: Collection) -> list[str]:
    ends = [
        ("the deadline was reached", seen.deadline_reached),
        ("reading was interrupted", seen.interrupted),
        ("everything awaited was there", seen.complete),
    ]
    how = "; ".join(words for words, holds in ends if holds) or "no end was recorded"
    calls = f"{counted(seen.polls, 'look')}, {counted(seen.api_calls, 'call')}"
    throttles = f"{counted(seen.throttles, 'call')} throttled and repeated"
    quiet = f"quiet for {seen.quiet_s:g} s at the end"
    lines = ["## How it was read", "", f"{calls}, {throttles}, {quiet}: {how}.", ""]
    rows = (
        (
            code(group.group),
            f"{group.events:,}",
            "TRUNCATED: the limit was reached" if group.truncated else "to the end",
            "" if group.max_lag_ms is None else units.milliseconds(group.max_lag_ms),
            "" if group.newest_event_ms is None else units.clock(group.newest_event_ms * 1_000_000),
            text("; ".join(filter(None, (group.error, *group.notes)))),
        )
        for group in seen.groups
    )
    return lines + (
        table(("From", "Records", "Read", "Longest lag", "Newest record", "Remarks"), rows) if seen.groups else []
    )


def _dead_letters(readings: tuple[QueueReading, ...]) -> list[str]:
    if not readings:
        return []
    rows = (
        (
            code(reading.name),
            "?" if reading.before is None else f"{reading.before:,}",
            "?" if reading.after is None else f"{reading.after:,}",
            _change(reading),
            "" if reading.max_receive_count is None else str(reading.max_receive_count),
        )
        for reading in readings
    )
    return ["## Dead-letter queues", "", *table(("Queue", "Before", "After", "Change", "Receives allowed"), rows)]


def _queues(queues: tuple[WatchedQueue, ...]) -> list[str]:
    if not queues:
        return []
    lines = bullets(f"{code(queue.name)}: {text(words.queue_change(queue))}" for queue in queues)
    return ["## Queues that the case asks about", "", *lines]


def _change(reading: QueueReading) -> str:
    if reading.before is None or reading.after is None:
        return "not known"
    return f"{reading.after - reading.before:+,}" if reading.after != reading.before else "none"


def _warnings(result: RunResult) -> list[str]:
    return ["## Warnings", "", *bullets(map(text, result.trace.warnings))] if result.trace.warnings else []


def _preflight(result: RunResult) -> list[str]:
    if not result.preflight:
        return []
    rows = (("ok" if f.ok else "NOT OK", text(f.check), text(f.what), text(f.fix)) for f in result.preflight)
    return ["## Before sending", "", *table(("", "Question", "Answer", "How to mend"), rows)]


def _how_to_look() -> Iterable[str]:
    files_of = (
        (files.VIEWER, "the sequence diagram; open it by double click, no server is needed"),
        (files.TIMELINE, "the waterfall; open it by double click"),
        (files.SEQUENCE, "the diagram as Mermaid text"),
        (files.SPANS, "one span a line, for `jq`"),
        ("payloads/", "each request, response and error"),
        (files.RUN, "the whole run as JSON, from which all else can be made again"),
    )
    return ["## Look closer", "", *(f"- [{name}]({name}): {what}" for name, what in files_of)]
