"""Whom one record names: runs, messages that it is about, messages that it proves to have been received."""

from __future__ import annotations

from itk.model.evidence import (
    AgentChunk,
    AgentStep,
    AsyncOutcome,
    EventReceived,
    MessageReceived,
    SpanFact,
    StateEvent,
    TracedSpan,
)
from itk.model.ids import Id
from itk.stitch.units import Record


def markers(record: Record) -> set[str]:
    """The run ids that a record names."""
    return {i.value for i in mentioned(record) if i.kind == "run_id"}


def mentioned(record: Record) -> tuple[Id, ...]:
    """Every typed id of a record, the message that it was logged for included."""
    return (*_said(record), Id("sqs_message_id", record.within)) if record.within else _said(record)


def _said(record: Record) -> tuple[Id, ...]:
    """An agent's invocation id is the request id of its InvokeAgent call."""
    entry = record.observation
    if isinstance(entry, StateEvent):
        return (*entry.ids, *entry.line_ids, Id("execution_arn", entry.execution_arn))
    if isinstance(entry, SpanFact | TracedSpan):
        return entry.ids + entry.line_ids
    if isinstance(entry, AgentStep):
        called = (Id("aws_request_id", entry.invocation_id),) if entry.invocation_id else ()
        # What ITK's own stream delivers answers ITK's own call, collaborators' parts included.
        stream = (Id("aws_request_id", entry.evidence.stream),) if entry.evidence.source == "agent_stream" else ()
        return (*entry.ids, *called, *stream)
    if isinstance(entry, AgentChunk):
        return (*entry.ids, Id("aws_request_id", entry.evidence.stream))
    if isinstance(entry, MessageReceived):
        return (*entry.ids, Id("sqs_message_id", entry.message_id))
    if isinstance(entry, EventReceived | AsyncOutcome) and entry.inside:
        return (*entry.ids, Id("sqs_message_id", entry.inside))
    return entry.ids


def processing(record: Record) -> frozenset[str]:
    """The messages that a line names as what it is about; what a boundary sent is not among them."""
    entry = record.observation
    if record.within:
        return frozenset((record.within,))
    if isinstance(entry, MessageReceived):
        return frozenset((entry.message_id,))
    if isinstance(entry, EventReceived | AsyncOutcome):
        return frozenset((entry.inside,) if entry.inside else ())
    ids = entry.line_ids if isinstance(entry, SpanFact | TracedSpan | StateEvent) else entry.ids
    if isinstance(entry, SpanFact) and entry.kind == "CONSUMER":
        ids = entry.ids + ids
    return frozenset(i.value for i in ids if i.kind == "sqs_message_id")


def consumed(record: Record) -> tuple[str, ...]:
    """The messages that a record proves to have been received."""
    entry = record.observation
    if isinstance(entry, MessageReceived):
        return (entry.message_id,)
    if isinstance(entry, SpanFact) and entry.kind == "CONSUMER" and entry.phase != "start":
        return tuple(i.value for i in entry.ids if i.kind == "sqs_message_id")
    return ()
