"""Prompts, answers and log lines that name the recorded span they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from itk.model.evidence import Line, TracedMessage
from itk.model.trace import Payload, Span, SpanEvent
from itk.stitch.draft import Draft, log_event
from itk.stitch.tracing.nodes import Nodes
from itk.stitch.tracing.places import Places
from itk.stitch.units import Record


def add_messages(draft: Draft, own: Sequence[Record], nodes: Nodes, places: Places) -> set[int]:
    """Messages to their spans, and lines to the span of the call that they name; returns id() of what was placed."""
    told: dict[str, list[TracedMessage]] = {}
    for record in own:
        if isinstance(entry := record.observation, TracedMessage):
            node = nodes.by_key.get((entry.trace_id, entry.span_id))
            if node is None:
                draft.unplaced.append(_event(entry))
            else:
                told.setdefault(places.of[id(node)], []).append(entry)
    for span_id, messages in told.items():
        messages.sort(key=_position)
        draft.spans[span_id] = _with_messages(draft.spans[span_id], messages)
    return _add_lines(draft, own, nodes, places)


def _with_messages(span: Span, messages: Sequence[TracedMessage]) -> Span:
    failed = next((message.error for message in messages if message.error is not None), None)
    evidence = dict.fromkeys([*span.evidence, *(message.evidence for message in messages)])
    return msgspec.structs.replace(
        span,
        request=span.request or _payload(messages, "request"),
        response=span.response or _payload(messages, "response"),
        events=(*span.events, *(_event(message) for message in messages if not message.role)),
        evidence=tuple(evidence),
        error=span.error or failed,
        status="error" if failed is not None and span.status in ("ok", "unknown") else span.status,
    )


def _payload(messages: Sequence[TracedMessage], role: str) -> Payload | None:
    """One message as it is, several as a list in the order of their times."""
    said: list[Any] = []
    for message in messages:
        body = message.body if message.body is not None else message.text
        if message.role == role and body not in said:
            said.append(body)
    return Payload(value=said[0] if len(said) == 1 else said) if said else None


def _event(message: TracedMessage) -> SpanEvent:
    return SpanEvent(
        time_ns=message.time_ns,
        name=message.name or "log",
        level=message.level,
        text=message.text,
        body=message.body,
        evidence=message.evidence,
    )


def _position(message: TracedMessage) -> tuple[int, str, str]:
    return (message.time_ns, message.evidence.event_id, repr(message))


def _add_lines(draft: Draft, own: Sequence[Record], nodes: Nodes, places: Places) -> set[int]:
    """Lines of no invocation: to the call whose request id they name, else to the one request of their session."""
    calls: dict[str, str] = {}
    for span_id in sorted(draft.spans):
        if call := draft.spans[span_id].ids.get("aws_request_id"):
            calls.setdefault(call, span_id)
    sessions: dict[str, set[str]] = {}
    for node in nodes.ordered:
        if node.entry.kind == "SERVER":
            for i in node.entry.line_ids:
                if i.kind == "session_id":
                    sessions.setdefault(i.value, set()).add(places.of[id(node)])
    placed: set[int] = set()
    found: dict[str, list[Line]] = {}
    for record in own:
        entry = record.observation
        if record.unit is not None or not isinstance(entry, Line):
            continue
        named = next((calls[i.value] for i in entry.ids if i.kind == "aws_request_id" and i.value in calls), None)
        requests = [sessions.get(i.value, set()) for i in entry.ids if i.kind == "session_id"]
        place = named or next((min(spans) for spans in requests if len(spans) == 1), None)
        if place is not None:
            placed.add(id(record))
            found.setdefault(place, []).append(entry)
    for span_id, lines in found.items():
        lines.sort(key=lambda line: (line.time_ns, line.evidence.event_id))
        span = draft.spans[span_id]
        draft.spans[span_id] = msgspec.structs.replace(span, events=(*span.events, *map(log_event, lines)))
    return placed
