"""Messages of the run: who received each, and how often."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence, Set

import msgspec

from itk.model.evidence import BatchResponse, MessageReceived, SpanFact
from itk.model.run import EventSource
from itk.model.trace import Attempt, Link
from itk.stitch.draft import Delivery, Draft, RedrivePolicy
from itk.stitch.invocations import unit_span_id
from itk.stitch.mentions import consumed, processing
from itk.stitch.units import Record, Unit

_BAD = ("error", "timeout", "throttled")


def add_deliveries(draft: Draft, event_sources: Sequence[EventSource] = ()) -> None:
    """Who got which of our messages, and whether that went well."""
    fed = {source.function for source in event_sources if source.queue == draft.receipt.target_name}
    _add_named(draft, fed)
    _add_mapped(draft, fed)
    partial = {source.function for source in event_sources if source.partial_failures}
    for delivery in draft.deliveries:
        told = delivery.failed or (id(delivery.unit), delivery.message_id) in draft.consumers
        delivery.untold = delivery.unit.function_name in partial and not told
    deaf = {source.function for source in event_sources} - partial
    for delivery in draft.deliveries:
        if delivery.unit.function_name not in deaf:
            _answered(delivery)


def _answered(delivery: Delivery) -> None:
    """What the function answered of the batch, where it logs its answer: the one way to fail within a success.

    Where the event source mapping is known not to look at answers, it changes nothing.
    """
    answers = [r.observation for r in delivery.unit.records if isinstance(r.observation, BatchResponse)]
    if answers:
        delivery.untold = False
        last = max(answers, key=lambda answer: answer.time_ns)
        delivery.failed = delivery.failed or last.whole or delivery.message_id in last.failed


def _add_mapped(draft: Draft, fed: Set[str]) -> None:
    """The message that ITK sent, where nobody names it: the function that is fed from its queue, and names this run.

    ITK sends one message a run, so an invocation of that function that names the run got that message. A message is
    delivered again only after a failure: what comes after a success is something else.
    """
    sent = [message_id for message_id, sender in draft.senders.items() if sender == draft.root_id]
    if len(sent) != 1 or any(delivery.message_id == sent[0] for delivery in draft.deliveries):
        return
    busy = {id(delivery.unit) for delivery in draft.deliveries}
    units = [unit for unit in draft.units if unit.function_name in fed and id(unit) not in busy]
    for unit in sorted(units, key=lambda unit: (unit.start_ns is None, unit.start_ns or 0, unit.request_id)):
        span_id = unit_span_id(unit)
        failed = draft.spans[draft.final(span_id)].status in _BAD
        draft.deliveries.append(Delivery(sent[0], unit, span_id, failed, named=False))
        if not failed:
            return


def _add_named(draft: Draft, fed: Set[str]) -> None:
    """What records say; `fed` are the functions known to take messages from the queue that ITK sent to."""
    telling = {unit.group for unit in draft.reading.units if draft.ours.received(unit)}
    for unit in draft.units:
        span_id = unit_span_id(unit)
        crashed = draft.spans[draft.final(span_id)].status in _BAD
        consumers = _consumer_lines(unit)
        received = draft.ours.received(unit)
        for message_id, record in received.items():
            if draft.ours.message(message_id):
                said = consumers.get(message_id)
                failed = crashed or (said is not None and said.status in _BAD)
                delivery = Delivery(message_id, unit, span_id, failed, _count(record, said))
                delivery.dead_letter_queue = _dead_letter_queue(draft, record)
                draft.deliveries.append(delivery)
        # That its lines name the message is all there is of a consumer that was killed, or that never says what it got.
        if draft.ours.served[id(unit)].ended and unit.group in telling:
            continue
        for message_id in sorted(_processed(draft, unit) - received.keys() - _sent_by(unit)):
            elsewhere = fed and draft.senders.get(message_id) == draft.root_id and unit.function_name not in fed
            if message_id in draft.senders and not elsewhere:
                draft.deliveries.append(Delivery(message_id, unit, span_id, crashed))


def number_attempts(draft: Draft) -> None:
    """Mark second and later receives, and link each to the one before it."""
    by_message: defaultdict[str, list[Delivery]] = defaultdict(list)
    for delivery in draft.deliveries:
        if not delivery.dead_letter_queue:
            by_message[delivery.message_id].append(delivery)
    for message_id, tries in by_message.items():
        tries.sort(key=lambda delivery: (delivery.unit.start_ns or 0, delivery.n, delivery.unit.request_id))
        n = 0
        for delivery in tries:
            n = delivery.n = delivery.n or n + 1
        tries.sort(key=lambda delivery: delivery.n)
        draft.last[message_id] = tries[-1]
        policy = policy_of(draft, message_id)
        of = policy.max_receive_count if policy else None
        for index, delivery in enumerate(tries):
            if len(tries) > 1 or delivery.n > 1:
                _mark(draft, delivery, of, tries[index - 1].span_id if index else None)


def policy_of(draft: Draft, message_id: str) -> RedrivePolicy | None:
    """The redrive policy of the queue that a message was sent to, where it is known."""
    sender = draft.spans.get(draft.final(draft.senders.get(message_id, "")))
    queue = draft.queues.get(message_id) if message_id in draft.carried else sender.component.name if sender else None
    return draft.policies.get(queue or "")


def _dead_letter_queue(draft: Draft, record: Record) -> str:
    """The dead-letter queue that the record shows the message to come from: by its own attribute, or by the policy."""
    entry = record.observation
    if not isinstance(entry, MessageReceived):
        return ""
    queue, policy = entry.queue_arn.rpartition(":")[2], policy_of(draft, entry.message_id)
    dead = entry.dead_letter_of or (policy is not None and policy.dead_letter_queue == queue)
    return queue if dead else ""


def _mark(draft: Draft, delivery: Delivery, of: int | None, before: str | None) -> None:
    # In a batch with other runs the invocation is no attempt of ours: the record's own span is, where there is one.
    marked = draft.consumers.get((id(delivery.unit), delivery.message_id), delivery.span_id)
    span = draft.spans[draft.final(marked)]
    links = span.links
    if before is not None:
        detail = f"messageId {delivery.message_id}"
        links = (*links, Link(span_id=before, reason="retry_of", tier="exact", rule="message_id", detail=detail))
    attempt = Attempt(n=delivery.n, of=of, kind="sqs_receive")
    draft.spans[span.span_id] = msgspec.structs.replace(span, attempt=attempt, links=links)


def _consumer_lines(unit: Unit) -> dict[str, SpanFact]:
    """What the invocation's own lines say of each message that it got."""
    found: dict[str, SpanFact] = {}
    for record in unit.records:
        if isinstance(fact := record.observation, SpanFact):
            for message_id in consumed(record):
                found.setdefault(message_id, fact)
    return found


def _processed(draft: Draft, unit: Unit) -> set[str]:
    own = (processing(record) for record in unit.records if draft.ours.has(record))
    return {message_id for found in own for message_id in found if draft.ours.message(message_id)}


def _sent_by(unit: Unit) -> set[str]:
    sent = (r.observation for r in unit.records if isinstance(r.observation, SpanFact))
    return {i.value for fact in sent if fact.kind == "PRODUCER" for i in fact.ids if i.kind == "sqs_message_id"}


def _count(record: Record, said: SpanFact | None) -> int:
    entry = record.observation
    dumped = entry.receive_count if isinstance(entry, MessageReceived) else None
    return dumped or (said.attempt if said is not None and said.attempt else 0)
