"""Records of buckets, streams and tables, as Lambda hands them over."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from itk.model.evidence import EventReceived
from itk.reading.aws.received import Carrier, either, received, text_at
from itk.reading.idtext import typed
from itk.reading.jsontext import inner
from itk.reading.logfields import as_dict, first, text_of
from itk.reading.timetext import unix_ns

_DATA_MAX = 1_400_000  # the largest record of a stream, as base64


def stored_object(record: dict[str, Any], by: Carrier, batch: int | None) -> EventReceived:
    s3 = as_dict(either(record, "s3"))
    bucket, thing = as_dict(either(s3, "bucket")), as_dict(either(s3, "object"))
    version = either(thing, "versionId")
    version = typed("s3_version_id", version) if version != "null" else None  # what a bucket without versions says
    answer = typed("aws_request_id", as_dict(either(record, "responseElements")).get("x-amz-request-id"))
    return received(
        by,
        "s3",
        text_at(thing, "sequencer"),
        record,
        [version, answer],
        source_name=text_at(bucket, "name"),
        sent_ns=unix_ns(either(record, "eventTime")),
        name=text_at(record, "eventName"),
        batch_size=batch,
        body=thing or None,
    )


def stream_record(record: dict[str, Any], by: Carrier, batch: int | None) -> EventReceived:
    data = as_dict(either(record, "kinesis"))
    body = _decoded(text_at(data, "data"))
    arn = _arn(record)
    return received(
        by,
        "kinesis",
        text_at(record, "eventID"),
        body,
        [],
        source_name=arn.rpartition("/")[2],
        sent_ns=unix_ns(either(data, "approximateArrivalTimestamp")),
        name=text_at(data, "partitionKey"),
        batch_size=batch,
        body=body,
    )


def table_change(record: dict[str, Any], by: Carrier, batch: int | None) -> EventReceived:
    change, arn = as_dict(either(record, "dynamodb")), _arn(record)
    table = arn.partition(":table/")[2].partition("/")[0]
    return received(
        by,
        "dynamodb",
        text_at(record, "eventID"),
        record,
        [],
        source_name=table,
        sent_ns=unix_ns(either(change, "ApproximateCreationDateTime")),
        name=text_at(record, "eventName"),
        batch_size=batch,
        body=change or None,
    )


def _arn(record: dict[str, Any]) -> str:
    return text_of(first(record, ("eventSourceARN", "eventSourceArn", "EventSourceARN", "EventSourceArn")))


def _decoded(data: str) -> Any:
    """The bytes of a record as text or JSON; what is neither stays base64."""
    if len(data) > _DATA_MAX:
        return data
    try:
        return inner(base64.b64decode(data, validate=True).decode())
    except (binascii.Error, ValueError):
        return data
