"""What a run waits for although its trace looks finished: components that the case requires, logs that lag behind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from itk.checks import NOT_DRAINED, absent
from itk.model.run import GroupReading
from itk.model.trace import Missing, Trace

_REQUIRED = ": required by the case, not seen"


def still_open(trace: Trace, required: Sequence[str], groups: Sequence[GroupReading]) -> tuple[Missing, ...]:
    """What must be waited for though the trace itself looks finished."""
    return (*unseen(required, trace), *_only_told_by_invoke(trace, groups))


def of_case(entry: Missing) -> bool:
    """Is it missing because the case asks for it? Another case may not."""
    return not entry.span_id and (entry.what.endswith(_REQUIRED) or NOT_DRAINED in entry.what)


def with_missing(trace: Trace, required: Sequence[str], groups: Sequence[GroupReading]) -> Trace:
    """The trace with all that is waited for among what is missing, and what is known of the groups it could be in."""
    unseen = tuple(
        replace(entry, group=entry.group or _group_of(entry, groups)) for entry in still_open(trace, required, groups)
    )
    limits = tuple(
        f"{group.group}: more records than can be read whole; searched by ids, so lines without one may be missing"
        for group in groups
        if group.truncated
    )
    return replace(trace, missing=(*trace.missing, *unseen), warnings=(*trace.warnings, *limits))


def unseen(required: Sequence[str], trace: Trace) -> tuple[Missing, ...]:
    """The components that the case requires and nobody was seen to be."""
    return tuple(Missing(what=f"{name}{_REQUIRED}", component=name) for name in absent(tuple(required), trace))


def _only_told_by_invoke(trace: Trace, groups: Sequence[GroupReading]) -> Iterable[Missing]:
    """Invocations that the answer of Invoke shows to be over, and whose log has not come to its end yet."""
    read = {group.group for group in groups if group.source == "cloudwatch_logs"}
    for span in trace.spans:
        group = next((e.group for e in span.evidence if e.source == "lambda_tail" and e.group in read), "")
        if group:
            what = f"{span.component.label}: its REPORT is known from LogResult alone, {group} has not delivered it"
            yield Missing(what=what, component=span.component.label, group=group, span_id=span.span_id)


def _group_of(entry: Missing, groups: Sequence[GroupReading]) -> str:
    name = entry.component.partition(":")[2] or entry.component
    return next((group.group for group in groups if group.group.endswith(f"/{name}")), "")
