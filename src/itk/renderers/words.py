"""What every reading of a run says in the same words: its state, its place, its gaps."""

from __future__ import annotations

from collections.abc import Iterable

from itk.model.evidence import Usage
from itk.model.run import CheckStatus, CheckVerdict, RunResult, WatchedQueue
from itk.model.suite import SuiteResult
from itk.model.trace import Span, Trace
from itk.model.wording import counted
from itk.renderers import units
from itk.renderers.text import one_line

DEV_FIXTURES = "DEV-FIXTURES"
EMULATED = "EMULATED"
_WORST_FIRST: tuple[CheckStatus, ...] = (
    "failed", "error", "inconclusive", "warning", "xfailed", "skipped", "passed"
)  # fmt: skip
JUDGED_AGAIN = "JUDGED AGAIN"


def banners(result: RunResult | SuiteResult) -> tuple[tuple[str, str], ...]:
    """What a reader must know before anything else, as a word in capitals and a sentence."""
    found = []
    if result.mode == "dev-fixtures":
        found.append((DEV_FIXTURES, "recorded evidence, nothing was sent."))
    if result.environment.emulated_endpoint:
        found.append((EMULATED, f"this was not AWS, {one_line(result.environment.emulated_endpoint)} answered."))
    if isinstance(result, RunResult) and (again := result.judged_again) is not None:
        found.append((JUDGED_AGAIN, f"saved evidence, judged {units.clock(again.at_ns)} by {one_line(again.case)}."))
    return tuple(found)


def place(result: RunResult | SuiteResult) -> str:
    """Account, region and environment, as far as known."""
    where = result.environment
    named = (("account", where.account), ("region", where.region), ("environment", where.name))
    return ", ".join(f"{word} {one_line(value)}" for word, value in named if value) or "account not known"


def target(result: RunResult) -> str:
    """`SendMessage to queue:orders`."""
    receipt = result.receipt
    if receipt is None:
        return "nothing was sent"
    goal = one_line(f"{receipt.target_type}:{receipt.target_name}")
    if receipt.owns_all:
        return f"nothing, a recording of {goal}"
    turns = f", {counted(len(receipt.turns), 'turn')}" if receipt.turns else ""
    return f"{one_line(receipt.operation)} to {goal}{turns}"


def is_complete(result: RunResult) -> bool:
    return not result.trace.missing and (result.collection.complete or result.mode == "dev-fixtures")


def retries(trace: Trace) -> tuple[Span, ...]:
    """Spans that are a second or later try."""
    return tuple(span for span in trace.spans if span.attempt is not None and span.attempt.n > 1)


def throttled(trace: Trace) -> tuple[Span, ...]:
    return tuple(span for span in trace.spans if span.status == "throttled")


def tokens(trace: Trace) -> Usage:
    """All tokens of a run, each once: usage that another span holds too is left out."""
    return total(trace.spans)


def total(spans: Iterable[Span]) -> Usage:
    """The sum of what spans used, as far as it is theirs to count."""
    counted = [span.usage for span in spans if span.usage is not None and span.usage.counted]
    return Usage(
        input_tokens=_sum(usage.input_tokens for usage in counted),
        output_tokens=_sum(usage.output_tokens for usage in counted),
        cache_read_tokens=_sum(usage.cache_read_tokens for usage in counted),
        cache_write_tokens=_sum(usage.cache_write_tokens for usage in counted),
    )


def _sum(said: Iterable[int | None]) -> int | None:
    """None where nobody said any."""
    numbers = [n for n in said if n is not None]
    return sum(numbers) if numbers else None


def counts(result: RunResult) -> tuple[tuple[str, int, str], ...]:
    """Label, number, and what it means. Zeros too: a reader must see that somebody looked."""
    trace, seen = result.trace, result.collection
    used = tokens(trace)
    spent = (
        ("input tokens", used.input_tokens, "as the models counted them, each once"),
        ("output tokens", used.output_tokens, "as the models counted them, each once"),
    )
    return (
        ("spans", len(trace.spans), "pieces of work that were placed in the trace"),
        ("retries", len(retries(trace)), "spans that were a second or later try"),
        ("throttled spans", len(throttled(trace)), "calls of the application that AWS refused for their rate"),
        ("throttled reads", seen.throttles, "calls of ITK itself that AWS refused for their rate, and ITK repeated"),
        ("unplaced", len(trace.unplaced), "records of this run that fit nowhere"),
        ("unread", max(trace.unread, len(result.unread)), "records that no format could read"),
        ("foreign", trace.foreign, "records of other runs in the same window, never drawn"),
        ("shared", trace.shared, "records of an invocation that served several runs and that name none"),
        *((name, number, meaning) for name, number, meaning in spent if number is not None),
    )


def worst_first(checks: Iterable[CheckVerdict]) -> list[CheckVerdict]:
    """Checks in the order in which a person wants them; those of one status in the order of the case."""
    return sorted(checks, key=lambda check: _WORST_FIRST.index(check.status))


def check_title(check: CheckVerdict) -> str:
    """What the case calls a check, or the check's own name."""
    return one_line(check.title) or one_line(check.name)


def cited_by_failures(result: RunResult) -> tuple[str, ...]:
    """Spans that checks cite which did not pass; where one cites none, those that it came close to."""
    return tuple(
        span_id
        for check in worst_first(result.checks)
        if check.status != "passed"
        for span_id in (check.span_ids or (near.span_id for near in check.nearest))
    )


def facts(result: RunResult) -> tuple[tuple[str, str], ...]:
    """What the first screen says of a run beside its verdict."""
    named = (
        ("run", result.run_id),
        ("started", units.clock(result.started_ns)),
        ("took", length(result)),
        ("sent", target(result)),
        ("where", place(result)),
    )
    return tuple((name, one_line(value)) for name, value in named)


def warnings(result: RunResult) -> tuple[str, ...]:
    """What was dropped, cut or refused while evidence was read."""
    groups = result.collection.groups
    return (
        *(one_line(text) for text in result.trace.warnings),
        *(f"{one_line(group.group)}: reading stopped at the limit" for group in groups if group.truncated),
        *(f"{one_line(group.group)}: {one_line(group.error)}" for group in groups if group.error),
    )


def queue_change(queue: WatchedQueue) -> str:
    """What the readings of a queue come to, in one line."""
    if not queue.counts:
        return f"could not be read: {one_line(queue.error)}"
    first, last = queue.counts[0], queue.counts[-1]
    later = units.duration(last.at_ns - first.at_ns)
    after = f"{last.messages:,} after ({later} later)" if len(queue.counts) > 1 else "? after"
    most = max(count.messages for count in queue.counts)
    notes = (
        f"at most {most:,}" if most > max(first.messages, last.messages) else "",
        counted(len(queue.counts), "reading"),
        f"{counted(queue.runs_beside, 'other run')} of this process shared the time" if queue.runs_beside else "",
        f"the last could not be read: {one_line(queue.error)}" if queue.error else "",
    )
    return ", ".join((f"{first.messages:,} before", after, *filter(None, notes)))


def length(result: RunResult) -> str:
    return units.duration(result.ended_ns - result.started_ns)


def span_title(span: Span) -> str:
    """`InvokeAgent on agent:gatekeeper`."""
    return f"{one_line(span.operation or span.name) or '(no name)'} on {one_line(span.component.label)}"
