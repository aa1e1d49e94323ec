"""What came so far and what it proves: every event once, read again where more of its stream came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from itk import formats
from itk.model.evidence import EventKey, LogEvent, Observation, Unread, event_key
from itk.model.trace import Trace
from itk.reading.records import records

Proof = tuple[Observation, ...] | Unread


@dataclass(slots=True)
class Gathered:
    """Every event once, in the streams that it came in; of a record that grew, the newest form."""

    events: dict[EventKey, LogEvent] = field(default_factory=dict)
    streams: dict[tuple[str, str, str], _Stream] = field(default_factory=dict)
    observations: list[Observation] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    silent: int = 0  # events that are understood and prove nothing

    def add(self, events: Sequence[LogEvent]) -> int:
        """How many of `events` are new."""
        new = 0
        for event in events:
            key = event_key(event)
            if key in self.events and not _grew(self.events[key], event):
                continue
            self.streams.setdefault(key[:3], _Stream()).put(event)
            self.events[key] = event  # last: whatever interrupts this, the event comes again or is all there
            new += 1
        return new

    def read(self) -> None:
        """Read what came since the last time; whatever interrupts it, nothing is lost."""
        for stream in self.streams.values():
            stream.look_again()
        proofs = [proof for stream in self.streams.values() for proof in stream.proofs.items()]
        self.observations = [seen for _, found in proofs if not isinstance(found, Unread) for seen in found]
        self.unread = [found for _, found in proofs if isinstance(found, Unread)]
        self.silent = sum(len(key) for key, found in proofs if found == ())

    def own(self, trace: Trace) -> int:
        """How many events the trace rests on."""
        return len(self.events) - self.silent - len(self.unread) - trace.foreign - trace.shared


@dataclass(slots=True)
class _Stream:
    """One log stream. A record may span several events, so what came earlier may read anew with what comes later."""

    events: dict[str, LogEvent] = field(default_factory=dict)
    proofs: dict[tuple[str, ...], Proof] = field(default_factory=dict)  # by the ids of the record's events
    settled: bool = True  # nothing came since `proofs`

    def put(self, event: LogEvent) -> None:
        self.settled = False
        if event.event_id in self.events:  # a newer form of the same record
            self.proofs.pop((event.event_id,), None)
        self.events[event.event_id] = event

    def look_again(self) -> None:
        if self.settled:
            return
        proofs: dict[tuple[str, ...], Proof] = {}
        for record in records(self.events.values()):
            key = tuple(event.event_id for event in record)
            proofs[key] = self.proofs[key] if key in self.proofs else formats.read_record(record)
        self.proofs, self.settled = proofs, True


def _grew(known: LogEvent, event: LogEvent) -> bool:
    """A segment that was in progress is stored again when it ends. What stands in a log never changes."""
    return event.source == "xray" and event.message != known.message
