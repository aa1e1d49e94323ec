"""Whom one record names: runs, messages that it is about, messages that it proves to have been received."""

from __future__ import annotations

from functools import lru_cache

from itk.model.evidence import (
    AgentChunk,
    AgentStep,
    AppObservation,
    AsyncOutcome,
    EventReceived,
    MessageReceived,
    SpanFact,
    StateEvent,
    TracedSpan,
)
from itk.model.ids import Id
from itk.stitch.units import Named, Record


def markers(record: Record) -> frozenset[str]:
    """The run ids that a record names."""
    return _named(record).runs


def mentioned(record: Record) -> tuple[Id, ...]:
    """Every typed id of a record, the message that it was logged for included."""
    ids = _named(record).ids
    return (*ids, Id("sqs_message_id", record.within)) if record.within else ids


def processing(record: Record) -> frozenset[str]:
    """The messages that a line names as what it is about; what a boundary sent is not among them."""
    return _values((record.within,)) if record.within else _named(record).messages


def _named(record: Record) -> Named:
    if record.named is None:
        ids = _said(record.observation)
        runs = _values(tuple(i.value for i in ids if i.kind == "run_id"))
        record.named = Named(ids, runs, _values(_about(record.observation)))
    return record.named


@lru_cache(maxsize=1_024)
def _values(values: tuple[str, ...]) -> frozenset[str]:
    """Many records name the same: they share the set."""
    return frozenset(values)


def _said(entry: AppObservation) -> tuple[Id, ...]:
    """An agent's invocation id is the request id of its InvokeAgent call."""
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


def _about(entry: AppObservation) -> tuple[str, ...]:
    if isinstance(entry, MessageReceived):
        return (entry.message_id,)
    if isinstance(entry, EventReceived | AsyncOutcome):
        return (entry.inside,) if entry.inside else ()
    ids = entry.line_ids if isinstance(entry, SpanFact | TracedSpan | StateEvent) else entry.ids
    if isinstance(entry, SpanFact) and entry.kind == "CONSUMER":
        ids = entry.ids + ids
    return tuple(i.value for i in ids if i.kind == "sqs_message_id")


def consumed(record: Record) -> tuple[str, ...]:
    """The messages that a record proves to have been received."""
    entry = record.observation
    if isinstance(entry, MessageReceived):
        return (entry.message_id,)
    if isinstance(entry, SpanFact) and entry.kind == "CONSUMER" and entry.phase != "start":
        return tuple(i.value for i in entry.ids if i.kind == "sqs_message_id")
    return ()
