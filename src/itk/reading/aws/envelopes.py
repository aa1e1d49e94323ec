"""Envelopes: what AWS wraps around a payload on its way to a function, alone or within one another.

Topic notifications, EventBridge events, records of buckets, streams and tables, API requests, calls of agents' action
groups, and what Lambda says of an asynchronous invocation. camelCase, and PascalCase as .NET writes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from itk.model.evidence import AsyncOutcome, EventReceived
from itk.reading.aws.async_outcomes import is_outcome, outcome
from itk.reading.aws.lambda_records import stored_object, stream_record, table_change
from itk.reading.aws.received import Carrier, either, received, text_at
from itk.reading.idtext import typed
from itk.reading.jsontext import inner
from itk.reading.logfields import as_dict, first, text_of
from itk.reading.timetext import unix_ns

Found = EventReceived | AsyncOutcome

# One of these has whatever is an envelope.
KEYS = (
    *("Records", "records", "requestContext", "RequestContext", "Type", "actionGroup", "ActionGroup"),
    *("detail-type", "DetailType", "detailType"),
)
_RECORDS_MAX = 10_000
_NESTED_MAX = 4  # an EventBridge event in a notification in a queue's message is three


def opened(value: Any, by: Carrier, depth: int = 0) -> Iterator[Found]:
    """Every envelope that `value` is, the outer one first, then what is in it."""
    value = inner(value)
    if not isinstance(value, dict) or depth >= _NESTED_MAX:
        return
    records = either(value, "Records")
    if isinstance(records, list):
        known = [record for record in records[:_RECORDS_MAX] if isinstance(record, dict)]
        batch = len(records) if not by.inside and depth == 0 else None
        for record in known:
            yield from _record(record, by, depth, batch)
        return
    if is_outcome(value):
        yield outcome(value, by)
        return
    for is_one, read in _SHAPES:
        if is_one(value):
            yield from read(value, by, depth)
            return


def _record(record: dict[str, Any], by: Carrier, depth: int, batch: int | None) -> Iterator[Found]:
    source = text_at(record, "eventSource")
    sns = as_dict(either(record, "sns"))
    if text_at(sns, "MessageId"):
        yield from _notification(sns, by, depth, batch)
    elif source == "aws:s3" and as_dict(either(record, "s3")):
        yield stored_object(record, by, batch)
    elif source == "aws:kinesis":
        yield stream_record(record, by, batch)
    elif source == "aws:dynamodb":
        yield table_change(record, by, batch)


def _notification(sns: dict[str, Any], by: Carrier, depth: int, batch: int | None = None) -> Iterator[Found]:
    message, arn = inner(text_at(sns, "Message")), text_at(sns, "TopicArn")
    attributes = as_dict(either(sns, "MessageAttributes"))
    values = {k: text_at(v, "Value") for k, v in attributes.items() if isinstance(v, dict)}
    yield received(
        by,
        "sns",
        text_at(sns, "MessageId"),
        sns,
        [typed("sns_message_id", either(sns, "MessageId"))],
        source_name=arn.rpartition(":")[2],
        sent_ns=unix_ns(either(sns, "Timestamp")),
        name=text_at(sns, "Subject"),
        batch_size=batch,
        body=message,
        attributes=values,
    )
    yield from opened(message, by, depth + 1)


def _bus_event(event: dict[str, Any], by: Carrier, depth: int) -> Iterator[Found]:
    detail, source = either(event, "detail"), text_at(event, "source")
    inside = as_dict(detail)
    ids = [typed("eventbridge_event_id", either(event, "id"))]
    if source == "aws.s3":
        ids += [typed("s3_version_id", as_dict(inside.get("object")).get("version-id"))]
        ids += [typed("aws_request_id", inside.get("request-id"))]
    elif source == "aws.states":
        ids += [typed("execution_arn", inside.get("executionArn"))]
    yield received(
        by,
        "eventbridge",
        text_at(event, "id"),
        event,
        ids,
        source_name=source,
        sent_ns=unix_ns(either(event, "time")),
        name=text_of(first(event, ("detail-type", "DetailType", "detailType"))),
        batch_size=1 if not by.inside and depth == 0 else None,
        body=detail,
    )
    yield from opened(detail, by, depth + 1)


def _request(event: dict[str, Any], by: Carrier, depth: int) -> Iterator[Found]:
    context = as_dict(either(event, "requestContext"))
    http = as_dict(either(context, "http"))
    method = text_at(event, "httpMethod") or text_at(http, "method")
    path = text_at(event, "path") or text_at(event, "rawPath")
    route = f"{method} {path}".strip() or text_at(context, "routeKey")
    yield received(
        by,
        "api",
        text_at(context, "requestId"),
        event,
        [typed("apigw_request_id", either(context, "requestId"))],
        source_name=text_at(context, "apiId"),
        sent_ns=unix_ns(first(context, ("requestTimeEpoch", "timeEpoch", "RequestTimeEpoch", "TimeEpoch"))),
        name=route,
        batch_size=1 if depth == 0 and not by.inside else None,
        body=inner(either(event, "body")),
    )


def _action(event: dict[str, Any], by: Carrier, depth: int) -> Iterator[Found]:
    agent = as_dict(either(event, "agent"))
    asked = text_at(event, "function") or f"{text_at(event, 'httpMethod')} {text_at(event, 'apiPath')}".strip()
    yield received(
        by,
        "agent",
        "",
        event,
        [typed("session_id", either(event, "sessionId"))],
        source_name=text_at(agent, "name"),
        name=f"{text_at(event, 'actionGroup')}/{asked}",
        batch_size=1 if depth == 0 and not by.inside else None,
        body=event,
    )


def _is_notification(value: dict[str, Any]) -> bool:
    return value.get("Type") == "Notification" and bool(text_at(value, "MessageId") and text_at(value, "TopicArn"))


def _is_bus_event(value: dict[str, Any]) -> bool:
    kind = first(value, ("detail-type", "DetailType", "detailType"))
    told = text_at(value, "id") and text_at(value, "source") and (text_at(value, "account") or text_at(value, "region"))
    return isinstance(kind, str) and bool(told) and "detail" in {key.lower() for key in value}


def _is_request(value: dict[str, Any]) -> bool:
    context = either(value, "requestContext")
    if not isinstance(context, dict) or not text_at(context, "requestId"):
        return False
    return any(either(context, key) for key in ("httpMethod", "http", "routeKey", "connectionId"))


def _is_action(value: dict[str, Any]) -> bool:
    told = text_at(value, "actionGroup") and text_at(value, "messageVersion")
    return bool(told) and isinstance(either(value, "agent"), dict)


_Reader = Callable[[dict[str, Any], Carrier, int], Iterator[Found]]
_SHAPES: tuple[tuple[Callable[[dict[str, Any]], bool], _Reader], ...] = (
    (_is_notification, _notification),
    (_is_bus_event, _bus_event),
    (_is_request, _request),
    (_is_action, _action),
)
