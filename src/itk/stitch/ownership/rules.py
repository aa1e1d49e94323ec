"""What an id may join, by its kind; and which work a record shows to have been started for its run alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from itk.model.evidence import (
    AgentStep,
    ApiRequest,
    AsyncOutcome,
    EventReceived,
    MessageReceived,
    SpanFact,
    StateEvent,
    TracedMessage,
    TracedSpan,
)
from itk.model.ids import Id, IdKind
from itk.reading.tracetext import trace_id_of
from itk.stitch.mentions import mentioned
from itk.stitch.units import Record

Class = Literal["owner", "identity", "alias", "carrier", "label"]

CLASSES: dict[IdKind, Class] = {
    "run_id": "owner",
    "sqs_message_id": "identity",
    "aws_request_id": "identity",
    "sns_message_id": "identity",
    "eventbridge_event_id": "identity",
    "s3_version_id": "identity",
    "apigw_request_id": "identity",
    "execution_arn": "identity",
    "bedrock_invocation_id": "alias",
    "lambda_request_id": "carrier",
    "session_id": "carrier",
    "xray_root": "carrier",
    "otel_trace_id": "carrier",
    "xray_segment_id": "label",
    "apigw_extended_request_id": "label",
    "correlation_id": "label",
    "span_id": "label",
    "parent_span_id": "label",
}
IDENTITIES = frozenset(kind for kind, class_ in CLASSES.items() if class_ in ("owner", "identity"))


def identities(record: Record) -> Iterator[Id]:
    """The ids of a record that speak of one thing alone."""
    return (found for i in mentioned(record) if (found := identity(i)) is not None)


def identity(i: Id) -> Id | None:
    """The id if it is an identity, or what it is another name of."""
    if CLASSES[i.kind] == "alias":
        return Id("aws_request_id", i.value)
    return i if i.kind in IDENTITIES else None


def started(record: Record) -> Iterator[Id]:
    """Invocations, API calls and executions that a record of a run shows to have been started on its behalf alone."""
    entry = record.observation
    match entry:
        case SpanFact(component_type="lambda", kind="CLIENT") | TracedSpan(component_type="lambda", kind="CLIENT"):
            yield from _of_kind(entry.ids, "lambda_request_id")
        case StateEvent() | ApiRequest():
            yield from _of_kind(entry.ids, "lambda_request_id")
        case AsyncOutcome():
            yield Id("lambda_request_id", entry.function_request_id)
        case AgentStep(client_request_id=str(called), step="result" | "model_output") if called:
            # AWS documents that the function behind an action group is invoked under that request id.
            yield Id("lambda_request_id" if entry.call_type.startswith("ACTION_GROUP") else "aws_request_id", called)
    if isinstance(entry, StateEvent | SpanFact):
        yield from _of_kind(entry.ids, "execution_arn")


def roots(record: Record) -> set[str]:
    """The traces that a record was sent within: a message by its header, or what no invocation logged.

    What an invocation logs of a trace is a key of its logger, and may be an earlier message's.
    """
    entry = record.observation
    if isinstance(entry, TracedSpan | TracedMessage):
        return set()
    if record.unit is not None and not isinstance(entry, MessageReceived):
        return set()
    return {trace_id_of(i.value) for i in mentioned(record) if i.kind == "xray_root"}


def logger_keys(record: Record) -> tuple[Id, ...]:
    """Executions that a line names beside what it says: keys of a logger, which outlive an invocation."""
    entry = record.observation
    if isinstance(entry, StateEvent | EventReceived):
        return ()
    ids = entry.line_ids if isinstance(entry, SpanFact | TracedSpan) else entry.ids
    return tuple(_of_kind(ids, "execution_arn"))


def _of_kind(ids: tuple[Id, ...], kind: IdKind) -> Iterator[Id]:
    return (i for i in ids if i.kind == kind)
