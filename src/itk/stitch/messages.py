"""Messages of the run: who received each, how often, and which one was given up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import msgspec

from itk.model import ids
from itk.model.evidence import ErrorFact, MessageReceived, SpanFact
from itk.model.trace import Attempt, Component, Join, Link, Span
from itk.stitch.draft import Delivery, Draft, RedrivePolicy
from itk.stitch.invocations import unit_span_id
from itk.stitch.ownership import received
from itk.stitch.units import Record, Unit

_BAD = ("error", "timeout", "throttled")


def add_deliveries(draft: Draft, units: Sequence[Unit]) -> None:
    """Who got which of our messages, and whether that went well."""
    for unit in units:
        span_id = unit_span_id(unit)
        crashed = draft.spans[draft.final(span_id)].status in _BAD
        for message_id, record in received(unit).items():
            if not draft.ours.message(message_id):
                continue
            said = _consumer_line(unit, message_id)
            failed = crashed or (said is not None and said.status in _BAD)
            draft.deliveries.append(Delivery(message_id, unit, span_id, failed, _count(record, said)))


def number_attempts(draft: Draft) -> None:
    """Mark second and later receives, and link each to the one before it."""
    for message_id, tries in _by_message(draft).items():
        policy = policy_of(draft, message_id)
        of = policy.max_receive_count if policy else None
        for index, delivery in enumerate(tries):
            delivery.n = delivery.n or index + 1
            if len(tries) > 1 or delivery.n > 1:
                _mark(draft, delivery, of, tries[index - 1].span_id if index else None)


def add_dead_letters(draft: Draft) -> None:
    """A message that failed on its last allowed receive is in the dead-letter queue: the redrive policy says so."""
    for message_id in sorted(draft.senders):
        last, policy = last_delivery(draft, message_id), policy_of(draft, message_id)
        if last is None or policy is None or not last.failed or last.n < policy.max_receive_count:
            continue
        failed = draft.spans[draft.final(last.span_id)]
        consumer = draft.spans.get(draft.consumers.get((id(last.unit), message_id), ""), failed)
        detail = (
            f"failed on receive {last.n} of {policy.max_receive_count} allowed by the redrive policy of {policy.queue}"
        )
        span = Span(
            span_id=ids.span_id("dead-letter", message_id),
            name=f"dead-letter {policy.dead_letter_queue}",
            kind="PRODUCER",
            component=Component("queue", policy.dead_letter_queue),
            operation="DeadLetter",
            start_ns=failed.end_ns,
            end_ns=failed.end_ns,
            status="error",
            error=consumer.error or ErrorFact(type="DeadLettered", message=detail, origin="platform"),
            ids={"sqs_message_id": message_id},
            links=(Link(span_id=last.span_id, reason="redrive", tier="exact", rule="message_id", detail=message_id),),
            evidence=consumer.evidence,
        )
        join = Join(tier="structural", rule="redrive_policy", detail=detail)
        draft.put(span, draft.senders[message_id], join)


def last_delivery(draft: Draft, message_id: str) -> Delivery | None:
    tries = _by_message(draft).get(message_id)
    return tries[-1] if tries else None


def policy_of(draft: Draft, message_id: str) -> RedrivePolicy | None:
    """The redrive policy of the queue that a message was sent to, where it is known."""
    sender = draft.spans.get(draft.final(draft.senders.get(message_id, "")))
    return draft.policies.get(sender.component.name) if sender is not None else None


def _by_message(draft: Draft) -> dict[str, list[Delivery]]:
    tries: defaultdict[str, list[Delivery]] = defaultdict(list)
    for delivery in draft.deliveries:
        tries[delivery.message_id].append(delivery)
    for same in tries.values():
        same.sort(key=lambda d: (d.n, d.unit.start_ns or 0, d.unit.request_id))
    return tries


def _mark(draft: Draft, delivery: Delivery, of: int | None, before: str | None) -> None:
    # In a batch with other runs the invocation is no attempt of ours: the record's own span is, where there is one.
    record_span = draft.consumers.get((id(delivery.unit), delivery.message_id))
    marked = delivery.span_id if draft.ours.alone(delivery.unit) or record_span is None else record_span
    span = draft.spans[draft.final(marked)]
    links = span.links
    if before is not None:
        detail = f"messageId {delivery.message_id}"
        links = (*links, Link(span_id=before, reason="retry_of", tier="exact", rule="message_id", detail=detail))
    attempt = Attempt(n=delivery.n, of=of, kind="sqs_receive")
    draft.spans[span.span_id] = msgspec.structs.replace(span, attempt=attempt, links=links)


def _consumer_line(unit: Unit, message_id: str) -> SpanFact | None:
    for record in unit.records:
        fact = record.observation
        if not isinstance(fact, SpanFact) or fact.kind != "CONSUMER" or fact.phase == "start":
            continue
        if any(i.kind == "sqs_message_id" and i.value == message_id for i in fact.ids):
            return fact
    return None


def _count(record: Record, said: SpanFact | None) -> int:
    entry = record.observation
    dumped = entry.receive_count if isinstance(entry, MessageReceived) else None
    return dumped or (said.attempt if said is not None and said.attempt else 0)
