"""Follows ids from what sending returned until nothing new is found: each id once, each record once believed.

A record becomes ours when an id on it proves so (`_proves`), and then teaches the ids that it names. What could not be
believed before something else was known is looked at again. Such conditions only ever become true. What is believed
without an id of ours is judged last, all of it by what is known then; so the order of records means nothing.
`conflicts` says what was left out although it names this run.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field

from itk.model.evidence import AsyncOutcome, EventKey, EventReceived, TracedMessage, TracedSpan, event_key
from itk.model.ids import Id
from itk.model.run import Receipt
from itk.model.wording import counted
from itk.reading.tracetext import xray_root_of
from itk.stitch.mentions import markers, mentioned
from itk.stitch.ownership.leftovers import Leftovers
from itk.stitch.ownership.owned import Ownership
from itk.stitch.ownership.rules import identities, identity, roots, started
from itk.stitch.ownership.served import Served, served_by
from itk.stitch.ownership.shared_executions import batch_executions, contested_executions, executions_of_others
from itk.stitch.ownership.trace_trust import SENDS_MESSAGES, Asks, TraceTrust
from itk.stitch.ownership.traces import read_traces
from itk.stitch.units import Reading, Record, Unit


def decide(receipt: Receipt, reading: Reading, one_by_one: frozenset[str] = frozenset()) -> Ownership:
    """What of `reading` is the run's that `receipt` began. Linear in records and ids.

    `one_by_one` names functions that get one message at a time, by their event source mapping.
    """
    ours = _Search(receipt, reading, one_by_one).run()
    if receipt.owns_all:
        ours.records.update(map(id, reading.records))
        ours.exclusive.update(map(id, reading.units))
        ours.conflicts.clear()
    return ours


@dataclass(slots=True)
class _Index:
    """Where each id stands."""

    mentions: defaultdict[Id, list[Record]] = field(default_factory=lambda: defaultdict(list))
    units: defaultdict[str, list[Unit]] = field(default_factory=lambda: defaultdict(list))  # by RequestId
    naming: defaultdict[str, list[Unit]] = field(default_factory=lambda: defaultdict(list))  # by messageId
    outcomes: defaultdict[str, list[Record]] = field(default_factory=lambda: defaultdict(list))  # by RequestId
    envelopes: defaultdict[EventKey, list[Record]] = field(default_factory=lambda: defaultdict(list))  # in one event


def _index(reading: Reading, served: dict[int, Served]) -> _Index:
    index = _Index()
    for unit in reading.units:
        index.units[unit.request_id].append(unit)
        for message in served[id(unit)].named:
            index.naming[message].append(unit)
    for record in reading.records:
        for i in set(mentioned(record)):
            index.mentions[i].append(record)
        entry = record.observation
        if isinstance(entry, AsyncOutcome):
            index.outcomes[entry.function_request_id].append(record)
        if isinstance(entry, EventReceived | AsyncOutcome) and not entry.inside:
            index.envelopes[event_key(entry.evidence)].append(record)
    return index


class _Search:
    """One pass over the records by the ids that they mention."""

    def __init__(self, receipt: Receipt, reading: Reading, one_by_one: frozenset[str]) -> None:
        self.one_by_one = one_by_one
        self.me = Id("run_id", receipt.run_id)
        served = {id(unit): served_by(unit) for unit in reading.units}
        self.index = _index(reading, served)
        self.ours = Ownership(receipt.run_id, served, read_traces(reading))
        self.trust = TraceTrust(self.me, self.ours.traces, self._asks(receipt), own=self.ours.own_traces)
        self.leftovers = Leftovers(self.me, reading, served, self.ours.message)
        self.others = executions_of_others(reading.records, receipt.run_id)
        self.contested = contested_executions(reading.records, self.leftovers.is_stale)
        self.shared = self.others | self.contested | batch_executions(reading.records)
        self.waiting: deque[Record] = deque()
        self.claims: dict[int, Record] = {}  # records that name this run, and are not believed yet
        self._begin(receipt)

    def _asks(self, receipt: Receipt) -> Asks:
        sent = {i.value for i in receipt.ids if i.kind == "lambda_request_id"}
        return Asks(
            owns=lambda i: i in self.ours.own,
            alone=self.ours.alone,
            in_company=self.ours.in_company,
            consumes=lambda unit: bool(self.ours.received(unit)) or unit.group in self.leftovers.telling,
            units=lambda request_id: self.index.units.get(request_id, ()),
            sent=lambda unit: unit.request_id in sent,
        )

    def _begin(self, receipt: Receipt) -> None:
        """What sending returned is ours, whatever its kind: one thing was caused, by this run."""
        self._own(self.me)
        for i in receipt.ids:
            if i.kind == "lambda_request_id":
                self._called(i.value)
            elif i.kind == "session_id":  # named only where ITK made it for this run; anybody else's groups many
                self._own(i)
            elif (found := identity(i)) is not None:
                self._own(found)
        for trace_id in self.trust.minted(receipt):
            self._own_trace(trace_id)
        self.ours.minted |= self.trust.own
        if receipt.target_type in SENDS_MESSAGES:
            self.trust.delivered |= self.trust.own

    def run(self) -> Ownership:
        while self.waiting or self._believe() or self._trust():
            while self.waiting:
                self._consider(self.waiting.popleft())
        left = sum(not self.ours.has(record) for record in self.claims.values())
        if left:
            self.ours.conflicts.append(
                f"{counted(left, 'record')} with this run's id on invocations that received nothing of it: keys "
                "left on a logger from an earlier message? Drawn in no run"
            )
        if not self._contests() <= {i.value for i in self.ours.own}:
            self.ours.conflicts.append(
                "lines of this run and of another name the same execution: it is drawn in neither"
            )
        return self.ours

    def _contests(self) -> set[str]:
        """Executions that this run's own lines claim, and another run's too."""
        naming = ((arn, self.index.mentions.get(Id("execution_arn", arn), ())) for arn in self.contested)
        return {arn for arn, records in naming if any(map(self.ours.has, records))}

    def _believe(self) -> bool:
        """Claims that could not be believed before a message was known to be ours."""
        self.claims = {key: record for key, record in self.claims.items() if not self.ours.has(record)}
        found = [record for record in self.claims.values() if self._proves(record, last=True)]
        for record in found:
            self._take_record(record)
        return bool(found)

    def _trust(self) -> bool:
        """Traces that turned out to be ours, and the invocations that were called within them."""
        for found in list(self.trust.trusted()):
            self._own_trace(found)
        for unit in list(self.trust.called()):
            self._called(unit.request_id)
        self.waiting.extend(self.trust.leading())
        return bool(self.waiting)

    def _consider(self, record: Record) -> None:
        if self.ours.has(record):
            return
        others, names_us = markers(record) - {self.me.value}, self.me in mentioned(record)
        if others:
            if names_us:
                self.ours.conflicts.append(f"a record names this run and {len(others)} other: it is drawn in neither")
            elif _trace_of(record) in self.ours.minted:
                self.ours.conflicts.append("a span of the trace that this run began names another run: it is not drawn")
        elif self._is_of_ours(record.unit) or self._proves(record):
            self._take_record(record)
        elif names_us:
            self.claims[id(record)] = record

    def _is_of_ours(self, unit: Unit | None) -> bool:
        """Whether all that the invocation logged is ours."""
        return unit is not None and (self.ours.alone(unit) or unit.request_id in self.ours.requests)

    def _proves(self, record: Record, *, last: bool = False) -> bool:
        """Whether an id that is ours stands on the record, and is no left-over. `last`: nothing else is left to do."""
        ids = mentioned(record)
        if any(i in self.ours.own and i != self.me and not self.leftovers.is_stale(record, i) for i in ids):
            return True
        if self.trust.proves(record) or ((sent_in := roots(record)) and sent_in <= self.trust.own):
            return True
        if isinstance(entry := record.observation, AsyncOutcome) and self._ran_for_us(entry.function_request_id):
            return True
        if any(self.ours.has(other) for other in self._around(record)):
            return True
        return self.me in ids and self.leftovers.is_meant(record, last=last)

    def _take_record(self, record: Record) -> None:
        """It is ours: follow what it names, and see whether its invocation now turns out to be ours alone."""
        unit = record.unit
        self.ours.records.add(id(record))
        if unit is not None and unit.function_name in self.one_by_one:
            self._take_unit(unit)
        elif unit is not None and isinstance(record.observation, EventReceived):
            self._settle(unit)
        self.waiting.extend(other for other in self._around(record) if not self.ours.has(other))
        self.waiting.extend(self.trust.follow(record))
        for i in identities(record):
            if i not in self.ours.own and i.value not in self.shared and not self.leftovers.is_stale(record, i):
                self._own(i)
        for i in started(record):
            if i.kind == "lambda_request_id":
                self._called(i.value)
            elif i.value not in self.others:
                self._own(i)

    def _own(self, i: Id) -> None:
        if i not in self.ours.own:
            self.ours.own.add(i)
            self.waiting.extend(self.index.mentions.get(i, ()))
            if i.kind == "sqs_message_id":
                for unit in self.index.naming.get(i.value, ()):
                    self._settle(unit)

    def _own_trace(self, trace_id: str) -> None:
        if trace_id in self.trust.own:
            return
        self.trust.own.add(trace_id)
        self.waiting.extend(self.trust.traces.of.get(trace_id, ()))
        self.waiting.extend(self.trust.traces.linking.get(trace_id, ()))
        self.waiting.extend(self.index.mentions.get(xray_root_of(trace_id), ()))

    def _called(self, request_id: str) -> None:
        if request_id not in self.ours.requests:
            self.ours.requests.add(request_id)
            self.waiting.extend(self.index.outcomes.get(request_id, ()))
            for unit in self.index.units.get(request_id, ()):
                self._settle(unit)
                self.waiting.extend(unit.records)

    def _settle(self, unit: Unit) -> None:
        """An invocation served us alone if it was called for us, or if all that it says it got is ours."""
        served = self.ours.served[id(unit)]
        if self.ours.alone(unit) or served.markers - {self.me.value}:
            return
        called = unit.request_id in self.ours.requests
        if called or served.got_only(self.ours.message) or served.called_only_with(self.ours.has):
            self._take_unit(unit)

    def _take_unit(self, unit: Unit) -> None:
        """The invocation served this run alone: all that it logged is ours, and all that it is seen as."""
        if self.ours.alone(unit):
            return
        self.ours.exclusive.add(id(unit))
        self.waiting.extend(unit.records)
        self.waiting.extend(self.index.outcomes.get(unit.request_id, ()))
        self.waiting.extend(self.trust.traces.views.get(unit.request_id, ()))
        self.trust.touched |= self.trust.traces.carried.get(id(unit), set())

    def _ran_for_us(self, request_id: str) -> bool:
        units = self.index.units.get(request_id, ())
        return request_id in self.ours.requests or any(map(self.ours.alone, units))

    def _around(self, record: Record) -> list[Record]:
        """The other envelopes around or within this one: one event, under the ids of each; of a batch, nothing."""
        if not isinstance(record.observation, EventReceived | AsyncOutcome):
            return []
        same = self.index.envelopes.get(event_key(record.observation.evidence), [])
        sizes = (getattr(other.observation, "batch_size", None) or 0 for other in same)
        return [] if max(sizes, default=0) > 1 else same


def _trace_of(record: Record) -> str:
    entry = record.observation
    return entry.trace_id if isinstance(entry, TracedSpan | TracedMessage) else ""
