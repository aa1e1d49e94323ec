"""Boundaries that applications logged: one span for one contract line, or for its start and end lines."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from itk.model import ids
from itk.model.evidence import SpanFact
from itk.model.trace import COMPONENT_TYPES, Attempt, Component, Join, Payload, Span, SpanStatus
from itk.stitch.draft import Draft
from itk.stitch.invocations import unit_component
from itk.stitch.units import Record, Unit


def add_boundaries(draft: Draft, own: Sequence[Record]) -> None:
    """Spans of all own contract lines, their messages known as sent or consumed, each under its parent."""
    found = _spans_logged(own)
    for span_id, (record, fact) in found.items():
        draft.spans[span_id] = _span(span_id, fact, record.unit)
        for message_id in _values(fact, "sqs_message_id"):
            if fact.kind == "PRODUCER":
                draft.senders.setdefault(message_id, span_id)
            elif fact.kind == "CONSUMER" and record.unit is not None:
                draft.consumers[(id(record.unit), message_id)] = span_id
    names = _Names(found)
    for span_id, (record, fact) in found.items():
        named = next(
            (p for n in _values(fact, "parent_span_id") if (p := names.find(n, record)) not in (None, span_id)), None
        )
        if named is not None:
            join = Join(tier="exact", rule="parent_span_id", detail="the line names its parent")
            draft.put(draft.spans[span_id], named, join)
        else:
            draft.put(draft.spans[span_id], *draft.home(record, span_id))


def _spans_logged(own: Sequence[Record]) -> dict[str, tuple[Record, SpanFact]]:
    """Span id -> its line. Only a start and an end that name the same span are one; all else is a span of its own."""
    found: dict[str, tuple[Record, SpanFact]] = {}
    for record in own:
        if not isinstance(fact := record.observation, SpanFact):
            continue
        parts = _key(record, fact)
        span_id, n = ids.span_id("boundary", *parts), 1
        while span_id in found and not _completes(found[span_id][1], fact):
            n += 1
            span_id = ids.span_id("boundary", *parts, n)
        found[span_id] = (record, _merged(found[span_id][1], fact)) if span_id in found else (record, fact)
    return found


def _completes(first: SpanFact, second: SpanFact) -> bool:
    # A whole span is the merged pair already, or a line that needs no other.
    return bool(_values(second, "span_id")) and {first.phase, second.phase} == {"start", "end"}


class _Names:
    """Spans by the ids that applications gave them: unique within an invocation, and beyond it only if unique there."""

    def __init__(self, found: dict[str, tuple[Record, SpanFact]]) -> None:
        self.near: dict[tuple[int, str], list[str]] = {}
        self.far: dict[str, list[str]] = {}
        for span_id, (record, fact) in found.items():
            for native in _values(fact, "span_id"):
                self.near.setdefault((id(record.unit), native), []).append(span_id)
                self.far.setdefault(native, []).append(span_id)

    def find(self, native: str, record: Record) -> str | None:
        for same in (self.near.get((id(record.unit), native)), self.far.get(native)):
            if same:
                return same[0] if len(same) == 1 else None
        return None


def _values(fact: SpanFact, kind: str) -> list[str]:
    return [i.value for i in fact.ids if i.kind == kind]


def _key(record: Record, fact: SpanFact) -> tuple[str | int, ...]:
    native, evidence, unit = _values(fact, "span_id"), fact.evidence, record.unit
    if native and unit is not None:
        return (unit.request_id, unit.occurrence, native[0])
    if native:
        return (evidence.group, evidence.stream, native[0])
    return (evidence.group, evidence.stream, evidence.event_id, fact.name)


def _merged(first: SpanFact, second: SpanFact) -> SpanFact:
    """A start line and an end line of the same span, in either order; the end line knows more."""
    start, end = (second, first) if second.phase == "start" else (first, second)
    return msgspec.structs.replace(
        end,
        phase="whole",
        start_ns=start.start_ns if start.start_ns is not None else end.start_ns,
        request=end.request if end.request is not None else start.request,
        ids=tuple(dict.fromkeys(start.ids + end.ids)),
        line_ids=tuple(dict.fromkeys(start.line_ids + end.line_ids)),
    )


def _span(span_id: str, fact: SpanFact, unit: Unit | None) -> Span:
    component = Component(
        COMPONENT_TYPES.get(fact.component_type, "service"), fact.component_name, fact.component_id or ""
    )
    if fact.kind == "CONSUMER" and unit is not None:
        # A consumer's span is work of the function that logged it; the queue only delivered.
        component = unit_component(unit)
    computed = (fact.end_ns - fact.start_ns) / 1e6 if fact.start_ns is not None and fact.end_ns is not None else None
    status: SpanStatus = "incomplete" if fact.phase == "start" else fact.status
    return Span(
        span_id=span_id,
        name=fact.name,
        kind=fact.kind,
        component=component,
        operation=fact.operation,
        start_ns=fact.start_ns,
        end_ns=fact.end_ns,
        duration_ms=fact.duration_ms if fact.duration_ms is not None else computed,
        duration_source="reported" if fact.duration_ms is not None else ("computed" if computed is not None else None),
        status=status,
        error=fact.error,
        attempt=Attempt(n=fact.attempt, kind="app") if fact.attempt and fact.kind != "CONSUMER" else None,
        ids={i.kind: i.value for i in fact.ids},
        request=Payload(value=fact.request) if fact.request is not None else None,
        response=Payload(value=fact.response) if fact.response is not None else None,
        evidence=(fact.evidence,),
    )
