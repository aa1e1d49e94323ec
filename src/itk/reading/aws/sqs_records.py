"""SQS records: as Lambda hands them over, as ReceiveMessage answers, camelCase or PascalCase."""

from __future__ import annotations

from typing import Any, NamedTuple

from itk.reading.aws.received import either
from itk.reading.logfields import text_of

KEYS = ("Records", "records", "Messages", "messages", "eventSource", "EventSource", "ReceiptHandle")
_RECORDS_MAX = 10_000  # the largest batch that SQS gives a function
_POLLED = {"MessageId", "ReceiptHandle", "Body"}  # what ReceiveMessage gives of each message


class Records(NamedTuple):
    """The SQS records of one event. `batch_size` is unknown where they are no batch that Lambda handed over."""

    records: list[dict[str, Any]]
    batch_size: int | None


def records_of(found: dict[str, Any]) -> Records | None:
    """The records that `found` holds, or is."""
    polled = found.keys() >= _POLLED and is_sqs(found)
    if polled or (either(found, "eventSource") == "aws:sqs" and is_sqs(found)):
        return Records([found], None)  # one record alone: the batch is unknown
    for key, is_batch in (("Records", True), ("Messages", False)):
        records = either(found, key)
        ours = [record for record in records[:_RECORDS_MAX] if is_sqs(record)] if isinstance(records, list) else []
        if ours:
            return Records(ours, len(records) if is_batch else None)
    return None


def is_sqs(record: Any) -> bool:
    if not isinstance(record, dict) or not text_of(either(record, "messageId")):
        return False
    source = either(record, "eventSource")
    return source == "aws:sqs" if source is not None else either(record, "receiptHandle") is not None
