"""What ITK itself did, known before any evidence comes: one call, or the turns of a conversation in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from itk.model.ids import Id, turn_span_id
from itk.model.run import Receipt
from itk.model.trace import Component, Join, Payload, Span
from itk.reading.tracetext import trace_id_of

ITK = Component("client", "itk")


def call_span(receipt: Receipt, span_id: str) -> Span:
    """One call, as far as its receipt tells."""
    answered = receipt.answered_ns
    return Span(
        span_id=span_id,
        name=f"{receipt.operation} {receipt.target_name}",
        kind="PRODUCER" if receipt.target_type in ("queue", "topic", "bus", "bucket") else "CLIENT",
        component=Component(receipt.target_type, receipt.target_name, receipt.target_id),
        operation=receipt.operation,
        start_ns=receipt.sent_ns,
        end_ns=answered,
        duration_ms=(answered - receipt.sent_ns) / 1e6 if answered is not None else None,
        duration_source="computed" if answered is not None else None,
        status="error" if receipt.error else "ok",
        error=receipt.error,
        # A client stands for whoever made the calls of a recording: no id of theirs is its own.
        ids={i.kind: i.value for i in receipt.ids if receipt.target_type != "client"},
        request=Payload(value=receipt.request) if receipt.request is not None else None,
        response=Payload(value=receipt.response) if receipt.response is not None else None,
    )


def conversation_span(receipt: Receipt, span_id: str) -> Span:
    """ITK's own part in a conversation: from the first question to the last answer."""
    answered = receipt.answered_ns
    return Span(
        span_id=span_id,
        name=f"conversation with {receipt.target_name}",
        kind="INTERNAL",
        component=ITK,
        operation="conversation",
        start_ns=receipt.sent_ns,
        end_ns=answered,
        duration_ms=(answered - receipt.sent_ns) / 1e6 if answered is not None else None,
        duration_source="computed" if answered is not None else None,
        status="ok" if answered is not None else "incomplete",
        ids={i.kind: i.value for i in receipt.ids if i.kind in ("run_id", "session_id")},
    )


def turns_of(receipt: Receipt) -> Iterator[tuple[Span, Join, Receipt]]:
    """The turns of a conversation, each a call under it."""
    for n, turn in enumerate(receipt.turns, 1):
        join = Join(tier="exact", rule="turn", detail=f"turn {n} of the conversation that ITK led")
        span = call_span(turn, turn_span_id(receipt.run_id, n))
        yield replace(span, name=f"{span.name}, turn {n}"), join, turn


def call_of_trace(calls: Mapping[str, Receipt], trace_id: str) -> str | None:
    """The call of ITK that began a trace, where it can be no other."""
    if len(calls) == 1:
        return next(iter(calls))
    began = [at for at, receipt in calls.items() if trace_id in map(_trace_of, receipt.ids)]
    return began[0] if len(began) == 1 else None


def _trace_of(i: Id) -> str | None:
    return trace_id_of(i.value) if i.kind in ("xray_root", "otel_trace_id") else None
