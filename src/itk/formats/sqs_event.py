"""Payload: the SQS event that a function got, logged by that function: whom it serves, and which try it is.

    {"Records":[{"messageId":"059f36b4-...","receiptHandle":"AQEB...","body":"{}","eventSource":"aws:sqs",...}]}
    {"Records":[{"MessageId":"059f36b4-...","ReceiptHandle":"AQEB...","Body":"{}",...}]}

`log_event=True` puts it into `message` or `event`; .NET writes PascalCase. `ApproximateReceiveCount` counts the
receives of every queue that the message was in, so in a dead-letter queue it starts above 1.
"""

from __future__ import annotations

from typing import Any

from itk.model.evidence import Line, MessageReceived
from itk.model.ids import Id
from itk.reading.idtext import line_ids, typed
from itk.reading.jsontext import compact, inner, objects
from itk.reading.logfields import first, text_of, whole
from itk.reading.timetext import MS

_DEPTH = 3
_RECORDS_MAX = 10_000  # the largest batch that SQS gives a function


class SqsEvent:
    """`Records` of `aws:sqs`, one observation each; a record logged alone counts too."""

    name = "sqs_event"

    def read(self, line: Line) -> tuple[MessageReceived, ...] | None:
        if line.body is None:
            return None
        for _, found in objects(line.body, _DEPTH):
            if _either(found, "eventSource") == "aws:sqs" and _is_sqs(found):
                return (_received(found, None, line),)  # one record alone: the batch is unknown
            records = found.get("Records", found.get("records"))
            if not isinstance(records, list):
                continue
            ours = [record for record in records[:_RECORDS_MAX] if _is_sqs(record)]
            if ours:
                return tuple(_received(record, len(records), line) for record in ours)
        return None


def _is_sqs(record: Any) -> bool:
    if not isinstance(record, dict) or not text_of(_either(record, "messageId")):
        return False
    source = _either(record, "eventSource")
    return source == "aws:sqs" if source is not None else _either(record, "receiptHandle") is not None


def _either(record: dict[str, Any], key: str) -> Any:
    """The value under the camelCase key or its PascalCase twin."""
    return first(record, (key, key[0].upper() + key[1:]))


def _received(record: dict[str, Any], batch_size: int | None, line: Line) -> MessageReceived:
    system = _either(record, "attributes")
    system = system if isinstance(system, dict) else {}
    message_id = text_of(_either(record, "messageId"))
    arn = text_of(first(record, ("eventSourceARN", "eventSourceArn", "EventSourceARN", "EventSourceArn")))
    found = dict.fromkeys((Id("sqs_message_id", message_id),))
    found.update(dict.fromkeys(line_ids(compact(record))))
    root = typed("xray_root", system.get("AWSTraceHeader"))
    if root is not None:
        found[root] = None
    return MessageReceived(
        evidence=line.evidence,
        time_ns=line.time_ns,
        message_id=message_id,
        queue_arn=arn,
        receive_count=whole(system.get("ApproximateReceiveCount")),
        sent_ns=_ms(system.get("SentTimestamp")),
        batch_size=batch_size,
        body=inner(_either(record, "body")),
        attributes=_attributes(_either(record, "messageAttributes")),
        request_id=line.request_id,
        ids=tuple(found),
    )


def _ms(value: Any) -> int | None:
    number = whole(value)
    return None if number is None else number * MS


def _attributes(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    found = {k: _either(v, "stringValue") for k, v in value.items() if isinstance(v, dict)}
    return {k: v for k, v in found.items() if isinstance(v, str)}


FORMAT = SqsEvent()
