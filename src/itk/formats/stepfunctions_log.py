"""What a state machine logs, often in /aws/vendedlogs/states/*: one entry of an execution's history.

    {"id":"3","type":"TaskScheduled","details":{"resource":"invoke","resourceType":"lambda",...},"previous_event_id":"2",...}
    {"id":"5","type":"TaskFailed","details":{"error":"Exception","cause":"..."},"previous_event_id":"4","execution_arn":...}

Numbers and milliseconds are text. Where execution data is not included, `details` has neither input nor output. Quotes
within an input that nobody escaped are met too: then the ids alone are read.
"""

from __future__ import annotations

import re
from typing import Any

from itk.model.evidence import LogEvent, StateEvent
from itk.reading.aws.state_history import Entry, number, state_event
from itk.reading.jsontext import document
from itk.reading.logfields import evidence, text_of, whole
from itk.reading.timetext import MS, unix_ns

_BROKEN = re.compile(r'\{\s*"id"\s*:\s*"?(\d{1,6})"?\s*,\s*"type"\s*:\s*"([A-Za-z]{4,40})"')
_FIELD = re.compile(r'"?(name|previous_event_id|event_timestamp|execution_arn|resourceType)"\s*:\s*"([^"]{0,2048})"')


class StepFunctionsLog:
    """Entries that name their `execution_arn`."""

    name = "stepfunctions_log"
    begins = "{"
    keys = ("execution_arn",)

    def read(self, event: LogEvent) -> tuple[StateEvent, ...] | None:
        if '"execution_arn"' not in event.message:
            return None
        body = document(event.message)
        if body is None:
            return self._broken(event)
        return self._whole(event, body) if isinstance(body, dict) else None

    def _whole(self, event: LogEvent, body: dict[str, Any]) -> tuple[StateEvent, ...] | None:
        details = body.get("details")
        entry = _entry(event, body)
        if entry is None or not isinstance(details, dict):
            return None
        return (state_event(entry, details, evidence(event, self.name), event.message),)

    def _broken(self, event: LogEvent) -> tuple[StateEvent, ...] | None:
        head = _BROKEN.match(event.message)
        if head is None:
            return None
        fields = {match[1]: match[2] for match in _FIELD.finditer(event.message)}
        entry = _entry(event, {"id": head[1], "type": head[2], **fields})
        if entry is None:
            return None
        details = {key: fields[key] for key in ("name", "resourceType") if key in fields}
        return (state_event(entry, details, evidence(event, self.name), event.message),)


def _entry(event: LogEvent, body: dict[str, Any]) -> Entry | None:
    arn, kind, own = text_of(body.get("execution_arn")), text_of(body.get("type")), number(body.get("id"))
    if own is None or not kind or not arn.startswith("arn:"):
        return None
    time_ns = unix_ns(body.get("event_timestamp"))
    return Entry(
        arn,
        own,
        number(body.get("previous_event_id")) or 0,
        kind,
        event.time_ms * MS if time_ns is None else time_ns,
        whole(body.get("redrive_count")),
    )


FORMAT = StepFunctionsLog()
