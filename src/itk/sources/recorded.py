"""Recorded evidence, for `--mode dev-fixtures`: a file in any form that `itk.sources.files` reads.

`itk run --record` writes JSON lines. The first is the receipt of the run that was recorded, `{"itk": "receipt", ...}`,
every other an event in FilterLogEvents' own form with its group beside it:

    {"logGroupName": "/aws/lambda/intake", "logStreamName": "2026/...", "eventId": "1", "timestamp": 1763796662120,
     "ingestionTime": 1763796663001, "message": "START RequestId: ..."}

Records of other sources say so: `"source": "agent_stream"`, `"xray"`, `"stepfunctions"`, `"lambda_tail"`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from itk.errors import UsageError
from itk.model.evidence import LogEvent, SourceName
from itk.model.ids import Id
from itk.model.run import EventSource, GroupReading, QueueReading, Receipt, RedactedRun, WatchedQueue
from itk.sources.files import read_file

_HINT = "the first line of a recording is what `itk run --record FILE` writes; see docs/reference/sources.md"


class Recording(msgspec.Struct, frozen=True, kw_only=True):
    """What a fixture holds."""

    receipt: Receipt | None
    dead_letter_queues: tuple[QueueReading, ...] = ()
    queues: tuple[WatchedQueue, ...] = ()
    event_sources: tuple[EventSource, ...] = ()
    events: tuple[LogEvent, ...]
    notes: tuple[str, ...] = ()  # what the file does not hold, as far as it says


class _Head(msgspec.Struct, kw_only=True):
    itk: str = "receipt"
    receipt: Receipt | None = None
    dead_letter_queues: tuple[QueueReading, ...] = ()
    queues: tuple[WatchedQueue, ...] = ()
    event_sources: tuple[EventSource, ...] = ()


class _Line(msgspec.Struct, kw_only=True, rename="camel"):
    log_group_name: str
    log_stream_name: str = ""
    event_id: str = ""
    timestamp: int
    ingestion_time: int | None = None
    message: str
    source: SourceName = "cloudwatch_logs"


class Recorded:
    """A source that has everything at once."""

    awaited = True

    def __init__(self, recording: Recording) -> None:
        self._recording = recording

    def poll(self, known_ids: Sequence[Id]) -> Sequence[LogEvent]:
        return self._recording.events

    def readings(self) -> tuple[GroupReading, ...]:
        groups = sorted({(event.group, event.source) for event in self._recording.events})
        readings = [self._reading(group, source) for group, source in groups] or [GroupReading(group="", source="file")]
        return (msgspec.structs.replace(readings[0], notes=self._recording.notes), *readings[1:])

    def _reading(self, group: str, source: SourceName) -> GroupReading:
        times = [event.time_ms for event in self._recording.events if (event.group, event.source) == (group, source)]
        return GroupReading(group=group, source=source, events=len(times), newest_event_ms=max(times))


def read_recording(path: Path) -> Recording:
    """Read a fixture, in whichever form it is; what is not what it should be is an error that names the line."""
    reading = read_file(path)
    events = tuple(reading)
    try:
        head = msgspec.convert(reading.head or {}, _Head)
    except msgspec.ValidationError as error:
        raise UsageError(f"not a receipt: {error}", where=f"{path}:1", fix=_HINT) from error
    return Recording(
        receipt=head.receipt,
        dead_letter_queues=head.dead_letter_queues,
        queues=head.queues,
        event_sources=head.event_sources,
        events=events,
        notes=reading.notes,
    )


def recording_lines(run: RedactedRun) -> bytes:
    """The fixture of a run: its receipt, and its own records as they came, redacted."""
    result = run.result
    receipt = msgspec.structs.replace(result.receipt, events=()) if result.receipt is not None else None
    head = _Head(
        receipt=receipt,
        dead_letter_queues=result.dead_letter_queues,
        queues=result.queues,
        event_sources=result.event_sources,
    )
    lines = [msgspec.json.encode(head)]
    lines.extend(
        msgspec.json.encode(
            _Line(
                log_group_name=event.group,
                log_stream_name=event.stream,
                event_id=event.event_id,
                timestamp=event.time_ms,
                ingestion_time=event.ingested_ms,
                message=event.message,
                source=event.source,
            )
        )
        for event in result.recorded_events
    )
    return b"\n".join(lines) + b"\n"
