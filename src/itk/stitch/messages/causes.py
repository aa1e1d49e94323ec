"""What caused an invocation that no queue fed: an event, a notification, an object, a request, each known by its id.

Such an id is one event's alone, so the span that got it as an answer is the cause (exact). A queue between the two
gives the message an id of its own; what the message carried says whose it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from itk.model import ids
from itk.model.evidence import AsyncOutcome, EventReceived, MessageReceived
from itk.model.ids import Id
from itk.model.trace import Join
from itk.stitch.draft import Draft
from itk.stitch.units import Record, Unit

_CAUSES = (
    "sns_message_id",
    "eventbridge_event_id",
    "s3_version_id",
    "aws_request_id",
    "apigw_request_id",
    "execution_arn",
)
_RULES = {"sns_message_id": "SNS MessageId", "eventbridge_event_id": "EventBridge id", "s3_version_id": "S3 version id"}
_WORDS = _RULES | {"aws_request_id": "request id", "apigw_request_id": "API request id", "execution_arn": "execution"}
# Joins by these make an invocation a consumer: whoever caused it did not wait for it.
CONSUMED = frozenset((*_RULES, "aws_request_id", "lambda_destination"))
_RETRIED = frozenset(("sns", "eventbridge", "s3"))  # Lambda queues what these services send, and repeats what fails


def add_producers(draft: Draft) -> None:
    """Which span caused which event: the root by what sending returned, calls by the ids that they were answered."""
    for call_id, receipt in draft.calls.items():
        for i in receipt.ids:
            if i.kind in _CAUSES:
                draft.produced.setdefault(i, call_id)
    for span in draft.spans.values():
        if span.span_id in draft.calls:
            continue
        for kind in _CAUSES:
            if kind not in span.ids or not (span.kind in ("CLIENT", "PRODUCER") or span.component.type == "api"):
                continue
            i = Id(kind, span.ids[kind])  # type: ignore[arg-type]
            if draft.produced.get(i, draft.root_id) in draft.calls:
                draft.produced[i] = span.span_id  # closer to the event than ITK's own call


def add_carried(draft: Draft, own: Sequence[Record]) -> None:
    """Messages that a topic, a bus or Lambda itself put into a queue: their sender is the sender of what they carry."""
    for record in own:
        entry = record.observation
        if isinstance(entry, MessageReceived) and entry.queue_arn and not entry.dead_letter_of:
            draft.queues.setdefault(entry.message_id, entry.queue_arn.rpartition(":")[2])
        if isinstance(entry, EventReceived) and entry.inside:
            found = _cause(draft, [entry])
            if found is not None:
                span_id, cause = found
                _carry(draft, entry.inside, span_id, cause.kind, f"{_WORDS[cause.kind]} {cause.value}")
        if isinstance(entry, AsyncOutcome) and entry.inside:
            span_id = ids.span_id("lambda", entry.function_request_id, 1)
            why = f"what Lambda told of RequestId {entry.function_request_id}"
            _carry(draft, entry.inside, span_id, "lambda_destination", why)


def _carry(draft: Draft, message_id: str, sender: str, rule: str, what: str) -> None:
    if message_id not in draft.senders and draft.final(sender) in draft.spans:
        draft.senders[message_id] = sender
        draft.carried[message_id] = Join(tier="exact", rule=rule, detail=f"{what} came as messageId {message_id}")


def cause_of(draft: Draft, unit: Unit) -> tuple[str, Join] | None:
    """The span that caused the invocation, by the event that its own records show it was called with."""
    own = [record.observation for record in unit.records if draft.ours.has(record)]
    found = _cause(draft, [entry for entry in own if isinstance(entry, EventReceived) and not entry.inside])
    if found is not None:
        span_id, i = found
        return span_id, Join(tier="exact", rule=i.kind, detail=f"it was called with {_WORDS[i.kind]} {i.value}")
    for entry in own:
        if isinstance(entry, AsyncOutcome) and not entry.inside:
            sender = ids.span_id("lambda", entry.function_request_id, 1)
            if draft.final(sender) in draft.spans:
                detail = f"it was called with what Lambda told of RequestId {entry.function_request_id}"
                return sender, Join(tier="exact", rule="lambda_destination", detail=detail)
    return None


def _cause(draft: Draft, events: Iterable[EventReceived]) -> tuple[str, Id] | None:
    """The first known cause, the outermost envelope's before those within: what a topic delivers, the topic got."""
    named = sorted((i for e in events for i in e.ids if i.kind in _CAUSES), key=lambda i: _CAUSES.index(i.kind))
    return next(((draft.produced[i], i) for i in named if i in draft.produced), None)


def is_asynchronous(unit: Unit) -> bool:
    """Whether the invocation was called by a service that leaves retries to Lambda."""
    events = (record.observation for record in unit.records)
    return any(isinstance(e, EventReceived) and not e.inside and e.service in _RETRIED for e in events)
