"""What came so far and what it proves: every event once, read again where more of its stream came."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from itk import formats
from itk.model.evidence import EventKey, LogEvent, Observation, Unread, event_key
from itk.model.trace import Trace
from itk.reading.records import Record, records

Proof = tuple[Observation, ...] | Unread


Read = Callable[[Record], Proof]


class Proofs:
    """What records prove, read once for all runs that meet them. Thread-safe.

    Two threads may both read what neither has found yet; what they find is the same.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[EventKey, ...], tuple[int, Proof]] = {}

    def read(self, record: Record) -> Proof:
        if record[0].source == "xray":  # it may come again under its own id, grown
            return formats.read_record(record)
        key = tuple(map(event_key, record))
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = (record[-1].time_ms, formats.read_record(record))
        return known[1]

    def forget_before(self, time_ms: int) -> None:
        """No run is under way any more that began so early."""
        for key, (newest_ms, _) in tuple(self._known.items()):
            if newest_ms < time_ms:
                self._known.pop(key, None)


@dataclass(slots=True)
class Gathered:
    """Every event once, in the streams that it came in; of a record that grew, the newest form."""

    read_record: Read = formats.read_record
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
            stream.look_again(self.read_record)
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

    def look_again(self, read: Read) -> None:
        if self.settled:
            return
        proofs: dict[tuple[str, ...], Proof] = {}
        for record in records(self.events.values()):
            key = tuple(event.event_id for event in record)
            proofs[key] = self.proofs[key] if key in self.proofs else read(record)
        self.proofs, self.settled = proofs, True


def _grew(known: LogEvent, event: LogEvent) -> bool:
    """A segment that was in progress is stored again when it ends. What stands in a log never changes."""
    return event.source == "xray" and event.message != known.message
