"""What checks measure of a trace: times, orphans, cycles, coverage."""

from __future__ import annotations

from itk.checks._answers import took_part
from itk.checks.matching.relations import PROVEN, proven_parents
from itk.model.trace import Span, Trace

# Kinds of a component's own account; CLIENT and PRODUCER are what its caller told of it.
OWN_KINDS = ("SERVER", "CONSUMER", "INTERNAL")
# Types that can tell of themselves. Queues, tables and models leave no record but their callers'.
TELLING = ("lambda", "agent", "api", "state_machine", "service")


def total_ms(trace: Trace) -> float | None:
    """From the first start to the last end, in milliseconds; None where no span has both."""
    starts = [span.start_ns for span in trace.spans if span.start_ns is not None]
    ends = [span.end_ns for span in trace.spans if span.end_ns is not None and span.evidence]
    return (max(ends) - min(starts)) / 1e6 if starts and ends else None


def last_to_end(trace: Trace) -> tuple[Span, ...]:
    """The span that made the run as long as it is, if any has an end."""
    ended = [span for span in trace.spans if span.evidence and span.end_ns is not None]
    return (max(ended, key=lambda span: span.end_ns or 0),) if ended else ()


def own_ms(span: Span) -> float | None:
    if span.duration_ms is not None:
        return span.duration_ms
    if span.start_ns is not None and span.end_ns is not None:
        return (span.end_ns - span.start_ns) / 1e6
    return None


def orphans(trace: Trace) -> tuple[Span, ...]:
    """Spans but the first whose parent is not there, or not proven."""
    known = {span.span_id for span in trace.spans}
    return tuple(
        span
        for span in trace.spans[1:]
        if span.parent_span_id not in known or span.join is None or span.join.tier not in PROVEN
    )


def in_cycles(trace: Trace) -> tuple[Span, ...]:
    """Spans that are their own ancestors by proven parents."""
    parents = proven_parents(trace)
    done: set[int] = set()
    found: set[int] = set()
    for start in range(len(parents)):
        way: dict[int, None] = {}
        here: int | None = start
        while here is not None and here not in done and here not in way:
            way[here] = None
            here = parents[here]
        if here is not None and here in way:
            steps = list(way)
            found.update(steps[steps.index(here) :])
        done.update(way)
    return tuple(trace.spans[at] for at in sorted(found))


def told_and_silent(trace: Trace) -> tuple[tuple[str, ...], dict[str, Span]]:
    """Labels of the components that took part and told of themselves; the others, each with its first span."""
    first: dict[str, Span] = {}
    told: dict[str, None] = {}
    for span in took_part(trace):
        if span.component.type in TELLING:
            first.setdefault(span.component.label, span)
            if span.evidence and span.kind in OWN_KINDS:
                told[span.component.label] = None
    return tuple(told), {label: span for label, span in first.items() if label not in told}
