"""Tasks of state machines: each attempt is a call, and knows by its answer what it called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from itk.model import ids
from itk.model.evidence import ErrorFact, Evidence, StateEvent
from itk.model.trace import Attempt as Try
from itk.model.trace import Component, ComponentType, Join, Link, Payload, Span, SpanKind, SpanStatus
from itk.stitch.draft import Draft
from itk.stitch.services.state_history import Attempt, History, Visit

_CALLED: dict[str, tuple[ComponentType, SpanKind, tuple[str, ...]]] = {
    "lambda": ("lambda", "CLIENT", ("FunctionName",)),
    "sqs": ("queue", "PRODUCER", ("QueueUrl",)),
    "sns": ("topic", "PRODUCER", ("TopicArn", "TargetArn")),
    "events": ("bus", "PRODUCER", ("EventBusName",)),
    "eventbridge": ("bus", "PRODUCER", ("EventBusName",)),
    "dynamodb": ("table", "CLIENT", ("TableName",)),
    "states": ("state_machine", "CLIENT", ("StateMachineArn",)),
    "sfn": ("state_machine", "CLIENT", ("StateMachineArn",)),
    "bedrock": ("model", "CLIENT", ("ModelId",)),
    "bedrockruntime": ("model", "CLIENT", ("ModelId",)),
    "s3": ("bucket", "CLIENT", ("Bucket",)),
}
_STATUSES: tuple[tuple[str, SpanStatus], ...] = (("Succeeded", "ok"), ("TimedOut", "timeout"), ("Failed", "error"))
_THROTTLES = ("TooManyRequests", "Throttl", "SlowDown", "RequestLimitExceeded")


class Outcome(NamedTuple):
    status: SpanStatus
    error: ErrorFact | None = None
    end_ns: int | None = None


def visit_id(history: History, visit: Visit) -> str:
    return ids.span_id("state", history.arn, visit.entered.history_id)


def add_attempt(draft: Draft, history: History, visit: Visit, attempt: Attempt, n: int, before: str) -> str:
    first = attempt.entries[0]
    span_id = ids.span_id("task", history.arn, first.history_id)
    status, error, end_ns = attempt_outcome(history, visit, attempt)
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


def attempt_outcome(history: History, visit: Visit, attempt: Attempt) -> Outcome:
    last = attempt.entries[-1]
    for ending, status in _STATUSES:
        if last.event_type.endswith(ending):
            throttled = last.error is not None and any(word in last.error.type for word in _THROTTLES)
            return Outcome("throttled" if throttled else status, last.error, last.time_ns)
    return Outcome("unknown" if visit.over or history.ended is not None else "incomplete")


def _remember(draft: Draft, attempt: Attempt, span_id: str) -> None:
    """What the task sent: messages have senders, events and executions have causes."""
    for i in (i for entry in attempt.entries for i in entry.ids):
        if i.kind == "sqs_message_id":
            draft.senders.setdefault(i.value, span_id)
        elif i.kind in ("sns_message_id", "eventbridge_event_id", "execution_arn"):
            draft.produced.setdefault(i, span_id)


def _called(first: StateEvent) -> tuple[Component, SpanKind]:
    service = first.resource_type.removeprefix("aws-sdk:")
    type_, kind, keys = _CALLED.get(service, ("service", "CLIENT", ()))
    asked: dict[str, Any] = first.input if isinstance(first.input, dict) else {}
    named = next((value for key in keys if isinstance(value := asked.get(key), str)), "")
    if service == "lambda" and ":function:" in first.resource:
        named = first.resource
    arn = named if named.startswith(("arn:", "https:")) else ""
    if ":function:" in named:
        short = named.partition(":function:")[2].partition(":")[0]
    else:
        short = named.rpartition("/")[2].rpartition(":")[2] if arn else named
    return Component(type_, short or service or first.event_type, arn), kind


def evidence_of(history: History, entries: Sequence[StateEvent]) -> tuple[Evidence, ...]:
    return tuple(seen for entry in entries for seen in history.evidence[entry.history_id])


def payload_of(entry: StateEvent | None, side: str) -> Payload | None:
    value = None if entry is None else entry.input if side == "input" else entry.output
    return None if entry is None or value is None else Payload(value=value, truncated=entry.truncated)


def took_ms(start_ns: int | None, end_ns: int | None) -> float | None:
    return None if start_ns is None or end_ns is None else (end_ns - start_ns) / 1e6
