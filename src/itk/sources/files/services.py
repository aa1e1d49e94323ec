"""What services tell of their own work: the history of a state machine's execution, the stream of a Bedrock agent.

{"events": [{"timestamp": "...", "type": "ExecutionStarted", "id": 1, "previousEventId": 0, ...}]}
{"agentId": "...", "sessionId": "...", "trace": {"orchestrationTrace": {...}}}      a part a line, also {"trace": ...},
{"chunk": {"bytes": "..."}}, or {"headers": {":event-type": "trace"}, "payload": ...} as a stream decoder writes them
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from itk.model.evidence import LogEvent
from itk.reading.aws.trace_parts import is_part
from itk.reading.jsontext import compact
from itk.reading.timetext import MS, unix_ns
from itk.sources.executions import history_event
from itk.sources.files.place import Json, NotInForm, Place, objects

_BESIDE = {"chunk", "returnControl", "files"}  # what a stream holds beside traces, each alone in its record
_INVOCATION = re.compile(r'"traceId":"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})')


def history(document: Json, place: Place) -> Iterator[LogEvent] | None:
    """`aws stepfunctions get-execution-history`. The answer does not name its execution: the file's name stands in."""
    events = document.get("events")
    if not isinstance(events, list) or not events or not isinstance(events[0], dict) or "type" not in events[0]:
        return None
    if document.get("nextToken"):
        place.remarks["this is one page of several (it ends with a nextToken)"] += 1
    execution = str(document.get("executionArn") or place.group)
    return (_entry(execution, entry) for entry in objects(events, "events"))


def _entry(execution: str, entry: Json) -> LogEvent:
    try:
        return history_event(execution, entry)
    except ValueError as error:
        raise NotInForm(str(error)) from error


def agent_stream(document: Json, place: Place) -> Iterator[LogEvent] | None:
    """Parts of an InvokeAgent stream that was written down. One file holds one turn."""
    if isinstance(headers := document.get("headers"), dict) and ":message-type" in headers:
        kind, payload = headers.get(":event-type"), document.get("payload")
        if headers[":message-type"] == "exception":
            told = payload if isinstance(payload, dict) else {}
            error = {"type": headers.get(":exception-type"), "message": told.get("message", "")}
            return iter((_part({"error": error}, place),))
        if kind != "trace":
            return iter((_part({str(kind): payload}, place),))
        return iter((_part(payload if isinstance(payload, dict) else {"trace": payload}, place),))
    part = document if is_part(document) else document.get("trace")
    if isinstance(part, dict) and is_part(part):
        return iter((_part(part, place),))
    alone = len(document) == 1 and isinstance(next(iter(document.values())), dict)
    return iter((_part(document, place),)) if alone and _BESIDE & document.keys() else None


def _part(part: dict[str, Any], place: Place) -> LogEvent:
    message = compact(part)
    if place.agent is None and (found := _INVOCATION.search(message)):
        place.agent = (f"bedrock-agent/{part.get('agentId', '')}/{part.get('agentAliasId', '')}", found[1])
    group, stream = place.agent or (place.group, place.group)  # without a trace: the file's name stands in
    return LogEvent(
        source="agent_stream",
        group=group,
        stream=stream,
        event_id=place.next_id(),
        time_ms=(unix_ns(part.get("eventTime")) or 0) // MS,
        message=message,
    )
