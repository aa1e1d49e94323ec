"""What a run has read of one log group so far."""

from __future__ import annotations

from dataclasses import dataclass, field

from itk.model.evidence import LogEvent
from itk.model.run import GroupReading
from itk.sources.same_record import SameRecords


@dataclass(slots=True)
class LogGroup:
    """Counts for the report, each record once. `busy`: there is too much in it to be read whole."""

    name: str
    busy: bool = False
    pages: int = 0
    events: set[tuple[str, str]] = field(default_factory=set)
    newest_ms: int | None = None
    lag_ms: int | None = None
    throttled: str = ""
    same: SameRecords = field(default_factory=SameRecords)
    notes: dict[str, None] = field(default_factory=dict)

    def note(self, events: list[LogEvent]) -> list[LogEvent]:
        for event in events:
            self.events.add((event.stream, event.event_id))
            self.newest_ms = max(self.newest_ms or 0, event.time_ms)
            if event.ingested_ms is not None:
                self.lag_ms = max(self.lag_ms or 0, event.ingested_ms - event.time_ms)
        return events

    def reading(self) -> GroupReading:
        return GroupReading(
            group=self.name,
            events=len(self.events),
            pages=self.pages,
            truncated=self.busy,
            newest_event_ms=self.newest_ms,
            max_lag_ms=self.lag_ms,
            error=self.throttled,
            notes=tuple(self.notes),
        )
