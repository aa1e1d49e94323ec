"""Invocations: which platform lines and which application lines belong to one execution of a Lambda function.

A line that names its RequestId belongs to that invocation. A line that names none belongs to the invocation whose
START..REPORT bracket it stands in on its log stream, because an execution environment runs one invocation at a time.
Lambda Managed Instances interleave them: where a START comes before the previous END, the bracket of that stream
proves nothing and is not used.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from itk.model.evidence import AgentChunk, AgentStep, Evidence, LambdaFact, Line, MessageReceived, Observation, SpanFact

AppObservation = Line | SpanFact | AgentStep | AgentChunk | MessageReceived
EventKey = tuple[str, str, str, str]

_CLOSING = ("end", "report", "runtime_done")


@dataclass(eq=False, slots=True)
class Unit:
    """One execution of a function: its RequestId, and which START of it (asynchronous retries reuse the RequestId)."""

    request_id: str
    group: str
    stream: str
    occurrence: int = 1
    facts: list[LambdaFact] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)

    def fact(self, *phases: str) -> LambdaFact | None:
        return next((fact for fact in self.facts if fact.phase in phases), None)

    @property
    def start_ns(self) -> int | None:
        start = self.fact("start")
        return start.time_ns if start else None

    @property
    def function_name(self) -> str:
        """From a line that says it, else from the log group's default name."""
        for record in self.records:
            if isinstance(record.observation, Line) and record.observation.function_name:
                return record.observation.function_name
        return self.group.removeprefix("/aws/lambda/")


@dataclass(eq=False, slots=True)
class Record:
    """Something an application logged, and the invocation that logged it."""

    observation: AppObservation
    unit: Unit | None
    via: Literal["request_id", "bracket", "none"]


@dataclass(slots=True)
class Reading:
    """All invocations of a window, the records outside of any, and what was odd."""

    units: list[Unit]
    records: list[Record]
    warnings: list[str]


def event_key(evidence: Evidence) -> EventKey:
    return (evidence.source, evidence.group, evidence.stream, evidence.event_id)


def read_units(observations: Sequence[Observation]) -> Reading:
    """Put every observation where its RequestId or its bracket says. The order of `observations` does not matter."""
    streams: defaultdict[tuple[str, str, str], list[Observation]] = defaultdict(list)
    for observation in observations:
        evidence = observation.evidence
        streams[(evidence.source, evidence.group, evidence.stream)].append(observation)
    units: defaultdict[str, list[Unit]] = defaultdict(list)
    records: list[Record] = []
    warnings: list[str] = []
    for (source, group, stream), entries in sorted(streams.items(), key=lambda item: item[0]):
        entries.sort(key=_position)
        if source != "cloudwatch_logs":
            records.extend(Record(entry, None, "none") for entry in entries if not isinstance(entry, LambdaFact))
            continue
        interleaved = _interleaves(entries)
        if interleaved:
            warnings.append(f"{group} {stream}: invocations interleave; lines without a RequestId are not placed")
        _read_stream(entries, _Shelf(units, group, stream), records, brackets=not interleaved)
        warnings.extend(_dropped(entries, group))
    found = [unit for same_id in units.values() for unit in same_id]
    _number(units)
    return Reading(found, records, warnings)


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


def _read_stream(entries: Iterable[Observation], shelf: _Shelf, records: list[Record], *, brackets: bool) -> None:
    active: Unit | None = None
    before_start: list[Observation] = []  # INIT_START and what the code printed while it was loaded
    for entry in entries:
        if isinstance(entry, LambdaFact):
            if entry.request_id is None:
                before_start.append(entry)
                continue
            unit = shelf.take(entry.request_id)
            if entry.phase == "start":
                if unit.fact("start"):
                    unit = shelf.new(entry.request_id)
                active = unit
                _adopt(unit, before_start, records)
                before_start.clear()
            unit.facts.append(entry)
            if entry.phase in _CLOSING and unit is active and entry.phase == "report":
                active = None
            continue
        request_id = getattr(entry, "request_id", None)
        if request_id:
            _add(Record(entry, shelf.take(request_id), "request_id"), records)
        elif brackets and active is not None:
            _add(Record(entry, active, "bracket"), records)
        elif brackets and before_start:
            before_start.append(entry)
        else:
            records.append(Record(entry, None, "none"))
    records.extend(Record(entry, None, "none") for entry in before_start if not isinstance(entry, LambdaFact))


def _adopt(unit: Unit, before_start: Iterable[Observation], records: list[Record]) -> None:
    for entry in before_start:
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


def _dropped(entries: Iterable[Observation], group: str) -> list[str]:
    return [
        f"{group}: Lambda dropped {entry.dropped_records or 'some'} log records; the evidence has holes"
        for entry in entries
        if isinstance(entry, LambdaFact) and entry.phase == "logs_dropped"
    ]


def _number(units: defaultdict[str, list[Unit]]) -> None:
    for same_id in units.values():
        same_id.sort(key=lambda unit: (unit.start_ns or 0, unit.group, unit.stream))
        for n, unit in enumerate(same_id, 1):
            unit.occurrence = n


def _position(entry: Observation) -> tuple[int, str, int]:
    evidence = entry.evidence
    # One record may prove several things (a dumped batch): their own order breaks the tie.
    return (evidence.time_ms, evidence.event_id, getattr(entry, "sequence", 0))
