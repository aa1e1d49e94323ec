"""Invocations: which platform lines and which application lines belong to one execution of a Lambda function.

A line that names its RequestId belongs to that invocation. A line that names none belongs to the invocation whose
START..REPORT bracket it stands in on its log stream, because an execution environment runs one invocation at a time.
Lambda Managed Instances interleave them: where a START comes before the previous END, or the platform says that it is
one of those, the bracket of that stream proves nothing and is not used.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from itk.model.evidence import (
    LOG_SOURCES,
    AppObservation,
    EventKey,
    Evidence,
    LambdaFact,
    Line,
    Observation,
    TracedMessage,
    TracedSpan,
    event_key,
)
from itk.model.ids import Id, span_id
from itk.reading.timetext import MS

StreamKey = tuple[str, str]  # log group, log stream

_TAIL = "lambda_tail"
_CLOSING = ("end", "report", "runtime_done")


@dataclass(eq=False, slots=True)
class Unit:
    """One execution of a function: its RequestId, and which START of it (asynchronous retries reuse the RequestId).

    What stands last is known when everything is read.
    """

    request_id: str
    group: str
    stream: str
    facts: list[LambdaFact] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    occurrence: int = 1
    span_id: str = ""
    function_name: str = ""

    def fact(self, *phases: str) -> LambdaFact | None:
        for fact in self.facts:
            if fact.phase in phases:
                return fact
        return None

    @property
    def place(self) -> StreamKey:
        return (self.group, self.stream)

    @property
    def start_ns(self) -> int | None:
        return said_at(self.fact("start"))


class Named(NamedTuple):
    """Whom a record names, as `itk.stitch.mentions` reads it."""

    ids: tuple[Id, ...]
    runs: frozenset[str]
    messages: frozenset[str]  # that it is about


@dataclass(eq=False, slots=True)
class Record:
    """Something an application logged, and the invocation that logged it."""

    observation: AppObservation
    unit: Unit | None
    via: Literal["request_id", "bracket", "none"]
    within: str = ""  # the message that was being processed, where the record names none and that is certain
    named: Named | None = None  # read once, and asked for often

    @property
    def keys(self) -> tuple[EventKey, ...]:
        return event_keys(self.observation.evidence)


@dataclass(slots=True)
class Reading:
    """All invocations of a window, what stands outside of any, and what was odd. Records keep their stream's order."""

    units: list[Unit] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    strays: list[LambdaFact] = field(default_factory=list)  # platform lines that name no invocation
    interleaved: set[StreamKey] = field(default_factory=set)
    warnings: list[str] = field(default_factory=list)


def said_at(fact: LambdaFact | None) -> int | None:
    """When a fact was so, if that was said: LogResult has no times but those that a JSON line holds."""
    if fact is None or (fact.evidence.source == _TAIL and fact.time_ns == fact.evidence.time_ms * MS):
        return None
    return fact.time_ns


def event_keys(evidence: Evidence) -> tuple[EventKey, ...]:
    """Every event that the record was put together from; nearly always one."""
    first = event_key(evidence)
    return (first, *((*first[:3], part) for part in evidence.parts)) if evidence.parts else (first,)


def read_units(observations: Iterable[Observation]) -> Reading:
    """Put every observation where its RequestId or its bracket says.

    Neither the order of `observations` nor their repetition matters.
    """
    streams: defaultdict[tuple[str, str, str], list[Observation]] = defaultdict(list)
    for observation in _once(observations):
        evidence = observation.evidence
        streams[(evidence.source, evidence.group, evidence.stream)].append(observation)
    reading = Reading()
    units: defaultdict[str, list[Unit]] = defaultdict(list)
    # Tails last: they only fill what the log itself has not told.
    for (source, group, stream), entries in sorted(streams.items(), key=lambda item: (item[0][0] == _TAIL, item[0])):
        entries.sort(key=_position)
        if source == _TAIL:
            _read_tail(entries, _Shelf(units, group, stream), reading)
        elif source in LOG_SOURCES:
            if _interleaves(entries) or _runs_many(entries):
                reading.interleaved.add((group, stream))
            _read_stream(entries, _Shelf(units, group, stream), reading)
        else:
            for entry in entries:
                if isinstance(entry, LambdaFact):
                    reading.strays.append(entry)
                else:
                    reading.records.append(Record(entry, None, "none"))
        reading.warnings.extend(_dropped(entries, group))
    _number(units)
    reading.units.extend(unit for same_id in units.values() for unit in same_id)
    return reading


def _once(observations: Iterable[Observation]) -> Iterable[Observation]:
    """Overlapping queries deliver records twice. What one record proves comes out in an order of its own."""
    places: dict[EventKey, list[Observation]] = {}
    for observation in observations:
        places.setdefault(event_key(observation.evidence), []).append(observation)
    for same_record in places.values():
        if len(same_record) == 1:
            yield same_record[0]
        else:
            # Equal observations print equally. Those of one record, a dumped batch, have no other common order.
            texts = {repr(observation): observation for observation in same_record}
            yield from sorted(texts.values(), key=lambda one: (getattr(one, "sequence", 0), repr(one)))


@dataclass(slots=True)
class _Shelf:
    """Where the units of one stream are found and made."""

    units: defaultdict[str, list[Unit]]
    group: str
    stream: str

    def here(self, request_id: str) -> Unit | None:
        same = [unit for unit in self.units[request_id] if unit.stream == self.stream and unit.group == self.group]
        return same[-1] if same else None

    def new(self, request_id: str) -> Unit:
        unit = Unit(request_id, self.group, self.stream)
        self.units[request_id].append(unit)
        return unit

    def take(self, request_id: str) -> Unit:
        return self.here(request_id) or self.new(request_id)


def _read_stream(entries: Sequence[Observation], shelf: _Shelf, reading: Reading) -> None:
    brackets = (shelf.group, shelf.stream) not in reading.interleaved
    seen_by_platform = {e.request_id for e in entries if isinstance(e, LambdaFact)}
    closes = {e.request_id: at for at, e in enumerate(entries) if isinstance(e, LambdaFact) and e.phase in _CLOSING}
    active: Unit | None = None
    loading: list[Observation] = []  # from the first word of an init on: what is said before START
    for at, entry in enumerate(entries):
        if isinstance(entry, TracedSpan | TracedMessage):
            # What a tracing system says of an invocation is a view of it, and makes none: it may be late, or sampled.
            reading.records.append(Record(entry, None, "none"))
            continue
        if isinstance(entry, LambdaFact):
            if entry.request_id is None:
                within = brackets and active is not None and closes.get(active.request_id, 0) > at
                if active is not None and within and entry.init_phase != "init":
                    active.facts.append(entry)  # an init that is done again within the invocation
                elif entry.phase == "init_start" or loading or (active is None and entry.phase == "init_report"):
                    loading.append(entry)
                elif brackets and active is not None:
                    active.facts.append(entry)
                else:
                    reading.strays.append(entry)
                continue
            unit = shelf.take(entry.request_id)
            if entry.phase == "start":
                if unit.fact("start"):
                    unit = shelf.new(entry.request_id)
                active = unit
                _adopt(unit, loading, reading.records)
                loading.clear()
            unit.facts.append(entry)
            if entry.phase == "report" and unit is active:
                active = None
            continue
        named = getattr(entry, "request_id", None)
        in_bracket = brackets and active is not None and not loading
        if (
            active is not None
            and in_bracket
            and named not in seen_by_platform
            and closes.get(active.request_id, 0) > at
        ):
            # Within START..REPORT of another, an id that this stream's platform never speaks of is not Lambda's: a
            # gateway and an AWS API call have a `requestId` too.
            named = None
        if named:
            _add(Record(entry, shelf.take(named), "request_id"), reading.records)
        elif in_bracket:
            _add(Record(entry, active, "bracket"), reading.records)
        elif brackets and loading:
            loading.append(entry)
        else:
            reading.records.append(Record(entry, None, "none"))
    for entry in loading:
        if isinstance(entry, LambdaFact):
            reading.strays.append(entry)
        else:
            reading.records.append(Record(entry, None, "none"))


def _read_tail(entries: Sequence[Observation], shelf: _Shelf, reading: Reading) -> None:
    """LogResult of one invocation: its log as long as CloudWatch has delivered nothing of it, then what REPORT says."""
    request_id = shelf.stream.partition(":")[2]
    delivered = shelf.units[request_id]
    if not delivered:
        _read_stream(entries, shelf, reading)
        return
    unit = next((unit for unit in delivered if unit.facts), delivered[0])
    told = {fact.phase for fact in unit.facts}
    unit.facts.extend(
        entry
        for entry in entries
        if isinstance(entry, LambdaFact) and entry.request_id == request_id and entry.phase not in told
    )


def _adopt(unit: Unit, loading: Iterable[Observation], records: list[Record]) -> None:
    for entry in loading:
        if isinstance(entry, LambdaFact):
            unit.facts.append(entry)
        else:
            _add(Record(entry, unit, "bracket"), records)


def _add(record: Record, records: list[Record]) -> None:
    if record.unit is not None:
        record.unit.records.append(record)
    records.append(record)


def _interleaves(entries: Iterable[Observation]) -> bool:
    open_ids: set[str] = set()
    for entry in entries:
        if not isinstance(entry, LambdaFact) or entry.request_id is None:
            continue
        if entry.phase == "start":
            if open_ids - {entry.request_id}:
                return True
            open_ids.add(entry.request_id)
        elif entry.phase in _CLOSING:
            open_ids.discard(entry.request_id)
    return False


def _runs_many(entries: Iterable[Observation]) -> bool:
    """Lambda Managed Instances run invocations side by side, also where the records at hand show one at a time."""
    managed = "lambda-managed-instances"
    return any(isinstance(entry, LambdaFact) and entry.initialization_type == managed for entry in entries)


def _dropped(entries: Iterable[Observation], group: str) -> list[str]:
    return [
        f"{group}: Lambda dropped {entry.dropped_records or 'some'} log records; the evidence has holes"
        for entry in entries
        if isinstance(entry, LambdaFact) and entry.phase == "logs_dropped"
    ]


def _number(units: defaultdict[str, list[Unit]]) -> None:
    for same_id in units.values():
        same_id[:] = _with_platform(same_id)
        same_id.sort(key=lambda unit: (unit.start_ns or 0, unit.group, unit.stream))
        for n, unit in enumerate(same_id, 1):
            unit.occurrence = n
            unit.span_id = span_id("lambda", unit.request_id, n)
            unit.function_name = _function_name(unit)


def _function_name(unit: Unit) -> str:
    """From a line that says it, else from the log group's default name."""
    for record in unit.records:
        if isinstance(record.observation, Line) and record.observation.function_name:
            return record.observation.function_name
    return unit.group.removeprefix("/aws/lambda/")


def _with_platform(same_id: list[Unit]) -> list[Unit]:
    """Lines that went to another stream or group than the platform's are of the one invocation with their RequestId."""
    bare = [unit for unit in same_id if not unit.facts]
    solid = [unit for unit in same_id if unit.facts] or bare[:1]
    for unit in bare:
        if unit in solid:
            continue
        for record in unit.records:
            record.unit = solid[0] if len(solid) == 1 else None  # of two attempts, it does not say which
            if record.unit is not None:
                record.unit.records.append(record)
            else:
                record.via = "none"
    return solid


def _position(entry: Observation) -> tuple[int, str]:
    return (entry.evidence.time_ms, entry.evidence.event_id)
