"""Payload: the SQS event that a function got, logged by that function: whom it serves, and which try it is.

    {"Records":[{"messageId":"059f36b4-...","receiptHandle":"AQEB...","body":"{}","eventSource":"aws:sqs",...}]}
    {"Records":[{"MessageId":"059f36b4-...","ReceiptHandle":"AQEB...","Body":"{}",...}]}

`log_event=True` puts it into `message` or `event`; .NET writes PascalCase. `ApproximateReceiveCount` counts the
receives of every queue that the message was in, so in a dead-letter queue it starts above 1. A body that is an envelope
itself (SNS, EventBridge, S3, a Lambda destination) is opened: a second observation says what came inside the message.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from itk.model.evidence import AsyncOutcome, EventReceived, Line, MessageReceived
from itk.model.ids import Id
from itk.reading.aws.async_outcomes import dead_letter
from itk.reading.aws.envelopes import opened
from itk.reading.aws.received import carrier, either
from itk.reading.aws.sqs_records import KEYS, records_of
from itk.reading.idtext import line_ids, typed
from itk.reading.jsontext import Inside, compact, inner
from itk.reading.logfields import first, text_of, whole
from itk.reading.timetext import MS


class SqsEvent:
    """`Records` of `aws:sqs`, one observation each, and what their bodies carry; a record logged alone counts too."""

    name = "sqs_event"
    keys = KEYS

    def read(
        self, line: Line, inside: Sequence[Inside]
    ) -> tuple[MessageReceived | EventReceived | AsyncOutcome, ...] | None:
        for _, found in inside:
            event = records_of(found)
            if event is not None:
                return tuple(
                    seen for each in event.records for seen in _with_body(_received(each, event.batch_size, line), line)
                )
        return None


def _with_body(message: MessageReceived, line: Line) -> tuple[MessageReceived | EventReceived | AsyncOutcome, ...]:
    by = carrier(line, message.message_id)
    dead = dead_letter(message.attributes, message.body, by)
    return (message, *opened(message.body, by), *((dead,) if dead is not None else ()))


def _received(record: dict[str, Any], batch_size: int | None, line: Line) -> MessageReceived:
    system = either(record, "attributes")
    system = system if isinstance(system, dict) else {}
    message_id = text_of(either(record, "messageId"))
    arn = text_of(first(record, ("eventSourceARN", "eventSourceArn", "EventSourceARN", "EventSourceArn")))
    found = dict.fromkeys((Id("sqs_message_id", message_id),))
    found.update(dict.fromkeys(line_ids(compact(record), {})))
    root = typed("xray_root", system.get("AWSTraceHeader"))
    if root is not None:
        found[root] = None
    return MessageReceived(
        evidence=line.evidence,
        time_ns=line.time_ns,
        message_id=message_id,
        queue_arn=arn,
        dead_letter_of=text_of(system.get("DeadLetterQueueSourceArn")),
        receive_count=whole(system.get("ApproximateReceiveCount")),
        sent_ns=_ms(system.get("SentTimestamp")),
        batch_size=batch_size,
        body=inner(either(record, "body")),
        attributes=_attributes(either(record, "messageAttributes")),
        request_id=line.request_id,
        ids=tuple(found),
    )


def _ms(value: Any) -> int | None:
    number = whole(value)
    return None if number is None else number * MS


def _attributes(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    found = {k: either(v, "stringValue") for k, v in value.items() if isinstance(v, dict)}
    return {k: v for k, v in found.items() if isinstance(v, str)}


FORMAT = SqsEvent()
