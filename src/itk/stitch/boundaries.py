"""Boundaries that applications logged: one span for one contract line, or for its start and end lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import msgspec

from itk.model import ids
from itk.model.evidence import SpanFact
from itk.model.trace import Attempt, Component, ComponentType, Join, Payload, Span, SpanStatus
from itk.stitch.draft import Draft
from itk.stitch.invocations import unit_component
from itk.stitch.units import Record, Unit

_COMPONENT_TYPES: dict[str, ComponentType] = {name: name for name in get_args(ComponentType)}


def add_boundaries(draft: Draft, own: Sequence[Record]) -> None:
    """Spans of all own contract lines, their messages known as sent or consumed, each under its parent."""
    found: dict[str, tuple[Record, SpanFact]] = {}
    for record in own:
        if isinstance(fact := record.observation, SpanFact):
            span_id = _span_id(fact)
            found[span_id] = (record, _merged(found[span_id][1], fact)) if span_id in found else (record, fact)
    for span_id, (record, fact) in found.items():
        draft.spans[span_id] = _span(span_id, fact, record.unit)
        for message_id in _values(fact, "sqs_message_id"):
            if fact.kind == "PRODUCER":
                draft.senders.setdefault(message_id, span_id)
            elif fact.kind == "CONSUMER" and record.unit is not None:
                draft.consumers[(id(record.unit), message_id)] = span_id
    natives = {native: span_id for span_id, (_, fact) in found.items() for native in _values(fact, "span_id")}
    for span_id, (record, fact) in found.items():
        named = next((natives[n] for n in _values(fact, "parent_span_id") if natives.get(n, span_id) != span_id), None)
        if named is not None:
            join = Join(tier="exact", rule="parent_span_id", detail="the line names its parent")
            draft.put(draft.spans[span_id], named, join)
        else:
            draft.put(draft.spans[span_id], *draft.home(record, span_id))


def _values(fact: SpanFact, kind: str) -> list[str]:
    return [i.value for i in fact.ids if i.kind == kind]


def _span_id(fact: SpanFact) -> str:
    native = _values(fact, "span_id")
    evidence = fact.evidence
    if native:
        return ids.span_id("boundary", fact.request_id or evidence.stream, native[0])
    return ids.span_id("boundary", evidence.group, evidence.stream, evidence.event_id, fact.name)


def _merged(first: SpanFact, second: SpanFact) -> SpanFact:
    """A start line and an end line of the same span, in either order; the end line knows more."""
    start, end = (second, first) if second.phase == "start" else (first, second)
    return msgspec.structs.replace(
        end,
        phase="start" if end.phase == "start" else "whole",
        start_ns=start.start_ns if start.start_ns is not None else end.start_ns,
        request=end.request if end.request is not None else start.request,
        ids=tuple(dict.fromkeys(start.ids + end.ids)),
        line_ids=tuple(dict.fromkeys(start.line_ids + end.line_ids)),
    )


def _span(span_id: str, fact: SpanFact, unit: Unit | None) -> Span:
    component = Component(
        _COMPONENT_TYPES.get(fact.component_type, "service"), fact.component_name, fact.component_id or ""
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
