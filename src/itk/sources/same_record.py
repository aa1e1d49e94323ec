"""One log record under one id, whichever reader delivered it.

FilterLogEvents calls a record by an event id, Logs Insights by a pointer, and nothing turns one into the other. What
they agree on is the stream, the time and the text. The n-th of several equal lines of one reader is the n-th of the
other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from msgspec.structs import replace

from itk.model.evidence import LogEvent

Reader = Literal["filter", "insights"]


@dataclass(slots=True)
class _Place:
    """All equal lines of one millisecond of one stream: their ids, and which of them each reader has shown."""

    ids: list[str] = field(default_factory=list)
    shown: dict[tuple[Reader, str], int] = field(default_factory=dict)
    seen: dict[Reader, int] = field(default_factory=dict)


class SameRecords:
    """The records of one log group. The id by which a record came first stays its id."""

    def __init__(self) -> None:
        self._places: dict[tuple[str, int, str], _Place] = {}

    def known(self, event: LogEvent, reader: Reader) -> LogEvent:
        # The readers may differ in the line break at the end.
        place = self._places.setdefault((event.stream, event.time_ms, event.message.rstrip()), _Place())
        at = (reader, event.event_id)
        if at not in place.shown:
            place.shown[at] = place.seen.get(reader, 0)
            place.seen[reader] = place.shown[at] + 1
        n = place.shown[at]
        if n == len(place.ids):
            place.ids.append(_id(event, reader))
        return event if place.ids[n] == event.event_id else replace(event, event_id=place.ids[n])


def _id(event: LogEvent, reader: Reader) -> str:
    """Ids sort the records of one millisecond, as FilterLogEvents does: by ingestion, then in their own order."""
    return event.event_id if reader == "filter" else f"insights-{event.ingested_ms or 0:013d}-{event.event_id}"
