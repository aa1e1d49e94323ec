"""Whom an invocation served, by what its own records say: whoever asks, whichever run is looked at."""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass, field

from itk.model.evidence import EventReceived, Line, MessageReceived, SpanFact
from itk.stitch.mentions import consumed, markers, processing
from itk.stitch.units import Record, Unit


@dataclass(slots=True)
class Served:
    """What one invocation got, and whom it names."""

    received: dict[str, Record] = field(default_factory=dict)  # messageId -> a dumped event before a consumer's line
    size: int | None = None  # how many messages it says it got
    markers: set[str] = field(default_factory=set)
    processing: set[str] = field(default_factory=set)  # messages that its lines name
    events: dict[str, list[Record]] = field(default_factory=dict)  # what it was called with without a queue, by id
    event_size: int = 0
    ended: bool = False  # neither killed nor still running

    @property
    def named(self) -> Set[str]:
        """All messages that its records name."""
        return self.received.keys() | self.processing

    @property
    def batch_size(self) -> int | None:
        """How many messages or events it got: as it said, at least as many as it named."""
        events = self.event_size if self.event_size > 1 else 0
        return max(self.size or 0, len(self.received), events) or None

    def got_only(self, ours: Callable[[str], bool]) -> bool:
        """It says how many messages it got, it names that many, and all that it names are ours."""
        return self.size is not None and self.size <= len(self.received) and all(map(ours, self.named))

    def called_only_with(self, ours: Callable[[Record], bool]) -> bool:
        """Called with events, of no queue, that are all ours: a dumped event says how many there were."""
        if not self.events or self.event_size > len(self.events) or self.named:
            return False
        return all(any(map(ours, same)) for same in self.events.values())


def served_by(unit: Unit) -> Served:
    """What the records of an invocation say, each looked at once."""
    found = Served(ended=_ended(unit))
    for record in unit.records:
        entry = record.observation
        found.markers |= markers(record)
        found.processing |= processing(record)
        dumped = isinstance(entry, MessageReceived)
        for message in consumed(record):
            if dumped or message not in found.received:
                found.received[message] = record
        if isinstance(entry, EventReceived) and entry.batch_size and not entry.inside:
            found.events.setdefault(entry.event_id or entry.service, []).append(record)
            found.event_size = max(found.event_size, entry.batch_size)
        if isinstance(entry, MessageReceived | SpanFact) and entry.batch_size:
            found.size = max(found.size or 0, entry.batch_size)
    return found


def _ended(unit: Unit) -> bool:
    if unit.fact("report") is None or unit.fact("timeout", "crash") is not None:
        return False
    if any(fact.status not in (None, "success") for fact in unit.facts if fact.phase in ("report", "runtime_done")):
        return False
    lines = (record.observation for record in unit.records if isinstance(record.observation, Line))
    return not any(line.error is not None and line.error.origin == "platform" for line in lines)
