"""The history of an execution as GetExecutionHistory gives it: one entry a record, the execution's ARN as its stream.

    {"timestamp":"2026-11-22T07:31:02.120000+00:00","type":"TaskScheduled","id":3,"previousEventId":2,
     "taskScheduledEventDetails":{"resourceType":"lambda","resource":"invoke","parameters":"{...}"}}
    {"timestamp":1795332662.12,"type":"ExecutionFailed","id":4,"executionFailedEventDetails":{"error":"E","cause":"..."}}

boto3 gives datetimes; both ISO text and seconds are read. The first entry has no `previousEventId`, or 0.
"""

from __future__ import annotations

from typing import Any

from itk.model.evidence import LogEvent, StateEvent
from itk.reading.aws.state_history import Entry, number, state_event
from itk.reading.jsontext import document
from itk.reading.logfields import evidence, text_of, whole
from itk.reading.timetext import MS, unix_ns


class StepFunctionsHistory:
    """Entries that the API delivered, and nothing else."""

    name = "stepfunctions_history"
    begins = "{"
    keys = ("id",)

    def read(self, event: LogEvent) -> tuple[StateEvent, ...] | None:
        body = document(event.message) if event.source == "stepfunctions" else None
        if not isinstance(body, dict):
            return None
        kind, own = text_of(body.get("type")), number(body.get("id"))
        if own is None or not kind:
            return None
        time_ns = unix_ns(body.get("timestamp"))
        previous = number(body.get("previousEventId")) or 0
        time_ns = event.time_ms * MS if time_ns is None else time_ns
        entry = Entry(event.stream, own, previous, kind, time_ns, whole(body.get("redriveCount")))
        return (state_event(entry, _details(body), evidence(event, self.name), event.message),)


def _details(body: dict[str, Any]) -> dict[str, Any]:
    """Every kind of entry has a key of its own for its details."""
    found = (value for key, value in body.items() if key.endswith("EventDetails") and isinstance(value, dict))
    return next(found, {})


FORMAT = StepFunctionsHistory()
