"""Messages that were given up: by the redrive policy, or because somebody received them from the dead-letter queue."""

from __future__ import annotations

from collections import defaultdict

from itk.model import ids
from itk.model.evidence import ErrorFact, Evidence
from itk.model.trace import Component, Join, Link, Span
from itk.stitch.draft import Delivery, Draft
from itk.stitch.messages.deliveries import policy_of


def add_dead_letters(draft: Draft) -> None:
    """One span for each dead letter, under its sender; whoever received it from the dead-letter queue hangs there."""
    received: defaultdict[str, list[Delivery]] = defaultdict(list)
    for delivery in draft.deliveries:
        if delivery.dead_letter_queue:
            received[delivery.message_id].append(delivery)
    for message_id in sorted(draft.senders):
        queue, join = _proof(draft, message_id, received[message_id])
        if join is not None:
            span = _span(draft, message_id, queue, join.detail, received[message_id])
            draft.put(span, draft.senders[message_id], join)
            _hang(draft, span, received[message_id])


def _proof(draft: Draft, message_id: str, received: list[Delivery]) -> tuple[str, Join | None]:
    """Where the message lies, and how that is known."""
    if received:
        queue = received[0].dead_letter_queue
        detail = f"messageId {message_id} was received from the dead-letter queue {queue}"
        return queue, Join(tier="exact", rule="message_id", detail=detail)
    last, policy = draft.last.get(message_id), policy_of(draft, message_id)
    if last is None or policy is None or not last.failed or last.n < policy.max_receive_count:
        return "", None
    detail = f"failed on receive {last.n} of {policy.max_receive_count} allowed by the redrive policy of {policy.queue}"
    return policy.dead_letter_queue, Join(tier="structural", rule="redrive_policy", detail=detail)


def _span(draft: Draft, message_id: str, queue: str, detail: str, received: list[Delivery]) -> Span:
    last = draft.last.get(message_id)
    failed = draft.spans[draft.final(last.span_id)] if last is not None else None
    marked = draft.consumers.get((id(last.unit), message_id), "") if last is not None else ""
    consumer = draft.spans.get(marked, failed)
    told = consumer.error if consumer is not None else None
    return Span(
        span_id=ids.span_id("dead-letter", message_id),
        name=f"dead-letter {queue}",
        kind="PRODUCER",
        component=Component("queue", queue),
        operation="DeadLetter",
        start_ns=failed.end_ns if failed is not None else None,
        end_ns=failed.end_ns if failed is not None else None,
        status="error",
        error=told or ErrorFact(type="DeadLettered", message=detail, origin="platform"),
        ids={"sqs_message_id": message_id},
        links=(_redrive(last),) if last is not None else (),
        evidence=(*(consumer.evidence if consumer is not None else ()), *_seen(draft, received)),
    )


def _redrive(last: Delivery) -> Link:
    return Link(span_id=last.span_id, reason="redrive", tier="exact", rule="message_id", detail=last.message_id)


def _seen(draft: Draft, received: list[Delivery]) -> list[Evidence]:
    """The records that show it in the dead-letter queue."""
    return [draft.ours.received(each.unit)[each.message_id].observation.evidence for each in received]


def _hang(draft: Draft, dead: Span, received: list[Delivery]) -> None:
    for delivery in received:
        span = draft.spans.get(delivery.span_id)
        if span is not None and span.parent_span_id == draft.senders[delivery.message_id]:
            detail = f"it received messageId {delivery.message_id} from {delivery.dead_letter_queue}"
            draft.put(span, dead.span_id, Join(tier="exact", rule="message_id", detail=detail))
