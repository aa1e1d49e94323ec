"""What CloudWatch Logs hands out: events, Insights rows, and what subscriptions send.

{"events": [{"logStreamName": "...", "timestamp": 1763796662120, "message": "START ...", "eventId": "..."}], ...}
{"results": [[{"field": "@timestamp", "value": "2026-11-22 07:31:02.120"}, {"field": "@message", ...}]], ...}
{"messageType": "DATA_MESSAGE", "logGroup": "...", "logStream": "...", "logEvents": [{"id", "timestamp", "message"}]}
{"logGroupName": "...", "timestamp": 1763796662120, "message": "..."}        one event a line: ITK's own recordings
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Iterator
from typing import Any, get_args

import msgspec

from itk.model.evidence import LogEvent, SourceName
from itk.reading.jsontext import compact
from itk.sources.files.place import Json, NotInForm, Place, milliseconds, objects, text

_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
_SOURCES = frozenset(get_args(SourceName))


def answer(document: Json, place: Place) -> Iterator[LogEvent] | None:
    """`aws logs filter-log-events` and `get-log-events`, `--output json`."""
    events = document.get("events")
    if not isinstance(events, list) or (events and not _is_event(events[0])):
        return None
    if not events and not {"searchedLogStreams", "nextForwardToken"} & document.keys():
        return None
    if document.get("nextToken") or document.get("NextToken"):
        place.remarks["this is one page of several (it ends with a nextToken)"] += 1
    return (_event(entry, place) for entry in objects(events, "events"))


def insights(document: Json, place: Place) -> Iterator[LogEvent] | None:
    """`aws logs get-query-results`."""
    rows = document.get("results")
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        return None
    if document.get("status", "Complete") != "Complete":
        place.remarks[f"the query was {document['status']}: its rows are a part"] += 1
    cells = ({str(cell.get("field")): cell.get("value") for cell in objects(row, "a row")} for row in rows)
    return (event for row in cells for event in _row(row, place))


def insights_row(document: Json, place: Place) -> Iterator[LogEvent] | None:
    """One row as an object, which is how the console exports them."""
    return _row(document, place) if "@message" in document or "@timestamp" in document else None


def subscription(document: Json, place: Place) -> Iterator[LogEvent] | None:
    """The payload of a subscription filter, also as a Lambda event: base64 of gzip in `awslogs.data`."""
    if isinstance(wrapped := document.get("awslogs"), dict) and isinstance(wrapped.get("data"), str):
        try:
            # CloudWatch writes gzip; what others made for their tests may be plain zlib.
            inner = msgspec.json.decode(zlib.decompress(base64.b64decode(wrapped["data"]), _GZIP_OR_ZLIB), type=Json)
        except (binascii.Error, zlib.error, msgspec.DecodeError, UnicodeDecodeError) as error:
            raise NotInForm(f"awslogs.data is no gzip of JSON in base64: {error}") from error
        return subscription(inner, place)
    if "logEvents" not in document or "logGroup" not in document:
        return None
    if document.get("messageType") == "CONTROL_MESSAGE":
        place.skip("a control message of a subscription")
        return iter(())
    around = {"logGroupName": document["logGroup"], "logStreamName": document.get("logStream", "")}
    return (_event({**around, **entry}, place) for entry in objects(document["logEvents"], "logEvents"))


def single(document: Json, place: Place) -> Iterator[LogEvent] | None:
    """One event, as ITK records it."""
    if "itk" in document:
        place.head = document
        return iter(())
    return iter((_event(document, place),)) if "logGroupName" in document or _is_event(document) else None


def _is_event(value: Any) -> bool:
    """Application logs have `message` and `timestamp` too, but never milliseconds beside a stream or an event's id."""
    if not isinstance(value, dict) or not isinstance(value.get("timestamp"), int):
        return False
    return "message" in value and bool({"logStreamName", "eventId", "ingestionTime", "id"} & value.keys())


def _event(entry: Json, place: Place) -> LogEvent:
    source = entry.get("source", "cloudwatch_logs")
    if source not in _SOURCES:
        raise NotInForm(f"no source is called {source!r}")
    return LogEvent(
        source=source,
        group=text(entry.get("logGroupName", place.group), "logGroupName"),
        stream=text(entry.get("logStreamName", ""), "logStreamName"),
        event_id=str(entry.get("eventId") or entry.get("id") or place.next_id()),
        time_ms=_whole(entry.get("timestamp"), "timestamp"),
        ingested_ms=None if entry.get("ingestionTime") is None else _whole(entry["ingestionTime"], "ingestionTime"),
        message=text(entry.get("message"), "message"),
    )


def _whole(value: Any, what: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise NotInForm(f"{what} is no whole number of milliseconds")
    return value


def _row(row: Json, place: Place) -> Iterator[LogEvent]:
    if row.get("@message") is None or row.get("@timestamp") is None:
        place.skip("a row without @message and @timestamp (add both to `fields`)")
        return
    message, ingested = row["@message"], row.get("@ingestionTime")
    yield LogEvent(
        group=str(row.get("@log") or place.group).rpartition(":")[2],  # <account>:<group>
        stream=str(row.get("@logStream") or ""),
        event_id=str(row.get("@ptr") or place.next_id()),
        time_ms=milliseconds(row["@timestamp"], "@timestamp"),
        ingested_ms=milliseconds(ingested, "@ingestionTime") if ingested else None,
        message=message if isinstance(message, str) else compact(message),
    )
