"""Tasks of state machines: each attempt is a call, and knows by its answer what it called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from itk.model import ids
from itk.model.evidence import ErrorFact, Evidence, StateEvent
from itk.model.trace import COMPONENT_TYPES, Component, Join, Link, Payload, Span, SpanKind, SpanStatus
from itk.model.trace import Attempt as Try
from itk.reading.aws.errors import is_throttle
from itk.reading.aws.resources import resource, sends, type_of
from itk.stitch.draft import Draft
from itk.stitch.services.state_history import Attempt, History, Visit

_STATUSES: tuple[tuple[str, SpanStatus], ...] = (("Succeeded", "ok"), ("TimedOut", "timeout"), ("Failed", "error"))


class Ending(NamedTuple):
    """How a task, a visit to a state or an execution ended, if it did."""

    status: SpanStatus
    error: ErrorFact | None = None
    end_ns: int | None = None


def visit_id(history: History, visit: Visit) -> str:
    return ids.span_id("state", history.arn, visit.entered.history_id)


def add_attempt(draft: Draft, history: History, visit: Visit, attempt: Attempt, n: int, before: str) -> str:
    first = attempt.entries[0]
    span_id = ids.span_id("task", history.arn, first.history_id)
    status, error, end_ns = attempt_ending(history, visit, attempt)
    component, kind = _called(first)
    again = f"{first.event_type} again in state {visit.entered.name}"
    retry = (Link(span_id=before, reason="retry_of", tier="exact", rule="previous_event_id", detail=again),)
    span = Span(
        span_id=span_id,
        name=f"{first.resource_type}:{first.resource}" if first.resource_type != "lambda" else f"call {component.name}",
        kind=kind,
        component=component,
        operation=first.resource.rpartition(":")[2] if first.resource.startswith("arn:") else first.resource,
        start_ns=first.time_ns,
        end_ns=end_ns,
        duration_ms=took_ms(first.time_ns, end_ns),
        duration_source=None if end_ns is None else "computed",
        clock="service",
        status=status,
        error=error,
        attempt=Try(n=n, kind="sfn_retry") if len(visit.attempts) > 1 else None,
        ids={i.kind: i.value for entry in attempt.entries for i in entry.ids},
        request=payload_of(first, "input"),
        response=payload_of(attempt.entries[-1], "output"),
        links=retry if before else (),
        evidence=evidence_of(history, attempt.entries),
    )
    join = Join(tier="exact", rule="previous_event_id", detail=f"a task of state {visit.entered.name}")
    draft.put(span, visit_id(history, visit), join)
    _remember(draft, attempt, span_id)
    return span_id


def attempt_ending(history: History, visit: Visit, attempt: Attempt) -> Ending:
    last = attempt.entries[-1]
    for ending, status in _STATUSES:
        if last.event_type.endswith(ending):
            throttled = last.error is not None and is_throttle(last.error.type)
            return Ending("throttled" if throttled else status, last.error, last.time_ns)
    return Ending("unknown" if visit.over or history.ended is not None else "incomplete")


def _remember(draft: Draft, attempt: Attempt, span_id: str) -> None:
    """What the task sent: messages have senders, events and executions have causes."""
    for i in (i for entry in attempt.entries for i in entry.ids):
        if i.kind == "sqs_message_id":
            draft.senders.setdefault(i.value, span_id)
        elif i.kind in ("sns_message_id", "eventbridge_event_id", "execution_arn"):
            draft.produced.setdefault(i, span_id)


def _called(first: StateEvent) -> tuple[Component, SpanKind]:
    """`lambda` and `invoke`, `aws-sdk:sqs` and `sendMessage`: what they are about is among the task's parameters."""
    service = first.resource_type.removeprefix("aws-sdk:")
    asked: dict[str, Any] = first.input if isinstance(first.input, dict) else {}
    if service == "lambda" and ":function:" in first.resource:
        asked = {"FunctionName": first.resource}
    operation = first.resource.partition(".")[0]  # `.sync` and `.waitForTaskToken` say when to go on
    found = resource(service or first.event_type, operation[:1].upper() + operation[1:], asked)
    kind: SpanKind = "PRODUCER" if sends(operation[:1].upper() + operation[1:]) else "CLIENT"
    return Component(COMPONENT_TYPES.get(type_of(service), "service"), found.name, found.id), kind


def evidence_of(history: History, entries: Sequence[StateEvent]) -> tuple[Evidence, ...]:
    return tuple(seen for entry in entries for seen in history.evidence[entry.history_id])


def payload_of(entry: StateEvent | None, side: str) -> Payload | None:
    value = None if entry is None else entry.input if side == "input" else entry.output
    return None if entry is None or value is None else Payload(value=value, truncated=entry.truncated)


def took_ms(start_ns: int | None, end_ns: int | None) -> float | None:
    return None if start_ns is None or end_ns is None else (end_ns - start_ns) / 1e6
