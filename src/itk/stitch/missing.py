"""What started and was not seen to end: the reasons why a run is not complete yet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from itk.model.run import Receipt
from itk.model.trace import Missing, Span
from itk.stitch.draft import Draft
from itk.stitch.invocations import outcome, unit_span_id
from itk.stitch.messages.causes import is_asynchronous
from itk.stitch.messages.deliveries import policy_of
from itk.stitch.units import Unit

_ASYNC_ATTEMPTS = 3  # unless the function's MaximumRetryAttempts says less


def find_missing(draft: Draft) -> tuple[Missing, ...]:
    return (
        *_unfinished(draft),
        *_tried_again(draft),
        *_undelivered(draft),
        *_open_spans(draft),
        *_never_started(draft),
        *_nobody_came(draft),
    )


def _unfinished(draft: Draft) -> Iterable[Missing]:
    for unit in draft.units:
        span = draft.spans[draft.final(unit_span_id(unit))]
        who = f"lambda {unit.function_name}, RequestId {unit.request_id}"
        if not unit.fact("start"):
            yield _missing(f"{who}: lines of it were seen, its START was not", span, unit.group)
        elif not unit.fact("report"):
            yield _missing(f"{who}: started {_clock(span.start_ns)}, its REPORT was not seen", span, unit.group)


def _tried_again(draft: Draft) -> Iterable[Missing]:
    """Asynchronous calls that failed: Lambda repeats them, under the same RequestId, after one and two minutes."""
    last = {unit.request_id: unit for unit in sorted(draft.units, key=lambda unit: unit.occurrence)}
    for unit in last.values():
        span = draft.spans[draft.final(unit_span_id(unit))]
        called_by_us = span.span_id == draft.root_id and draft.receipt.asynchronous
        asynchronous = unit.occurrence > 1 or called_by_us or is_asynchronous(unit) or _handed_on(draft, unit, span)
        open_ = unit.request_id not in draft.outcomes and unit.occurrence < _ASYNC_ATTEMPTS
        if asynchronous and open_ and outcome(unit)[0] in ("error", "timeout"):
            who = f"lambda {unit.function_name}, RequestId {unit.request_id}"
            tries = f"attempt {unit.occurrence} of {_ASYNC_ATTEMPTS} of an asynchronous call"
            yield _missing(f"{who}: {tries} failed, so Lambda tries again", span, unit.group)


def _handed_on(draft: Draft, unit: Unit, span: Span) -> bool:
    """Topics, buses and buckets call a function asynchronously, unless a queue stands between: it got SQS records."""
    hub = draft.receipt.target_type in ("topic", "bus", "bucket")
    return hub and span.parent_span_id == draft.root_id and not draft.ours.received(unit)


def _undelivered(draft: Draft) -> Iterable[Missing]:
    dead = {delivery.message_id for delivery in draft.deliveries if delivery.dead_letter_queue}
    for message_id, sender_id in sorted(draft.senders.items()):
        sender = draft.spans[draft.final(sender_id)]
        if sender.status == "error":
            continue
        last, policy = draft.last.get(message_id), policy_of(draft, message_id)
        where = f"message {message_id}, sent to {sender.component.label} {_clock(sender.start_ns)}"
        if last is None:
            yield _missing(f"{where}: nobody was seen to receive it", sender)
        elif message_id in dead:
            continue  # whatever its tries were: it was given up
        elif last.failed and (policy is None or last.n < policy.max_receive_count):
            tries = f"{last.n} of {policy.max_receive_count}" if policy else str(last.n)
            yield _missing(f"{where}: receive {tries} failed, so it will be delivered again", sender, last.unit.group)
        elif last.untold:
            may = f"lambda {last.unit.function_name} may report single records as failed"
            why = f"{may}, and no line says how this one ended (log a CONSUMER span: docs/guides/logging.md)"
            yield _missing(f"{where}: {why}", sender, last.unit.group)


def _open_spans(draft: Draft) -> Iterable[Missing]:
    invocations = {draft.final(unit_span_id(unit)) for unit in draft.units}
    for span in draft.spans.values():
        if span.status == "incomplete" and span.span_id not in invocations and span.span_id not in draft.traced:
            yield _missing(
                f"{span.component.label} `{span.name}`: started {_clock(span.start_ns)}, its end was not seen", span
            )


def _never_started(draft: Draft) -> Iterable[Missing]:
    """Functions that an application says it called, by a RequestId that no line names yet."""
    known = {unit.request_id for unit in draft.reading.units}
    for span in draft.spans.values():
        request = span.ids.get("lambda_request_id")
        called = span.component.type == "lambda" and span.kind == "CLIENT" and span.span_id != draft.root_id
        if span.span_id in draft.traced:
            continue
        if called and request and request not in known:
            yield _missing(f"{span.component.label}: called as RequestId {request}, no record of it was seen", span)


def _nobody_came(draft: Draft) -> Iterable[Missing]:
    """What was called logs by itself where it is a function or an agent; else any record of the run will do."""
    if draft.receipt.entrypoint == "recorded" or draft.senders:
        return
    for call_id, receipt in draft.calls.items():
        if not _turned_away(receipt) and not _was_heard(draft, call_id, receipt):
            who = draft.spans[call_id]
            yield _missing(f"{who.component.label}: called {_clock(receipt.sent_ns)}, no record of it was seen", who)


def _was_heard(draft: Draft, call_id: str, receipt: Receipt) -> bool:
    if call_id in draft.heard:
        return True
    drawn = {span_id: span for span_id, span in draft.spans.items() if span_id not in (draft.root_id, *draft.calls)}
    if receipt.operation == "InvokeAgentRuntime":  # it may leave nothing but the spans of OpenTelemetry
        return any(span.parent_span_id in (call_id, draft.root_id) for span in drawn.values())
    if receipt.target_type == "lambda" or receipt.operation == "InvokeAgent":
        return False
    logged = (span for span_id, span in drawn.items() if span_id not in draft.traced)
    return bool(draft.unplaced) or any(span.evidence or span.events for span in logged)


def _turned_away(receipt: Receipt) -> bool:
    """Nothing need have happened behind it: the call was refused, or an API answered with a status of 400 or more.

    That status is the error's type; an answer that did not come, or broke off, has none.
    """
    error = receipt.error
    return error is not None and (error.origin == "client" or (receipt.target_type == "api" and error.type != ""))


def _missing(what: str, span: Span, group: str = "") -> Missing:
    return Missing(what=what, component=span.component.label, group=group, span_id=span.span_id)


def _clock(ns: int | None) -> str:
    if ns is None:
        return "at an unknown time"
    return datetime.fromtimestamp(ns / 1e9, tz=UTC).strftime("at %H:%M:%S.%f")[:-3]
