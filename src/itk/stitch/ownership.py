"""Which records belong to this run, decided by ids alone.

Ids have a type with a cardinality. An *identity* (the run's marker, a messageId, the request id of one API call) says
that two records speak of the same thing: it joins. A *carrier* (the RequestId of an invocation that got ten messages of
ten runs) serves many: it joins only where the invocation provably served nobody else. A record that names another run
is never ours, whatever else it names. Measured: joining on every shared id puts 47.7 % of records in a wrong run.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from itk.model.evidence import AgentChunk, AgentStep, MessageReceived, SpanFact
from itk.model.ids import Id
from itk.model.run import Receipt
from itk.stitch.units import Reading, Record, Unit

_IDENTITIES = ("run_id", "sqs_message_id", "aws_request_id")


@dataclass(slots=True)
class Ownership:
    """What is ours. `own` holds identities, `requests` the RequestIds of invocations that were called for this run."""

    run_id: str
    own: set[Id]
    requests: set[str]
    records: set[int] = field(default_factory=set)  # id() of own records
    exclusive: set[int] = field(default_factory=set)  # id() of invocations that served this run alone
    conflicts: list[str] = field(default_factory=list)

    def has(self, record: Record) -> bool:
        return id(record) in self.records

    def alone(self, unit: Unit) -> bool:
        return id(unit) in self.exclusive

    def message(self, message_id: str) -> bool:
        return Id("sqs_message_id", message_id) in self.own


def decide(receipt: Receipt, reading: Reading) -> Ownership:
    """Follow ids from what sending returned until nothing new is found."""
    called = {i.value for i in receipt.ids if i.kind == "lambda_request_id"}
    ours = Ownership(receipt.run_id, {Id("run_id", receipt.run_id)}, called)
    _learn(ours, receipt.ids)
    # A receipt names a session only where ITK made it for this run; anybody else's session groups many runs.
    ours.own.update(i for i in receipt.ids if i.kind == "session_id")
    open_records, open_units = list(reading.records), list(reading.units)
    while True:
        open_records, taken = _take_records(ours, open_records)
        open_units, closed = _take_units(ours, open_units)
        if not taken and not closed:
            return ours


def markers(record: Record) -> set[str]:
    """The run ids that a record names."""
    return {i.value for i in mentioned(record) if i.kind == "run_id"}


def mentioned(record: Record) -> tuple[Id, ...]:
    """Every typed id of a record; an agent's invocation id is the request id of its InvokeAgent call."""
    entry = record.observation
    if isinstance(entry, SpanFact):
        return entry.ids + entry.line_ids
    if isinstance(entry, AgentStep):
        return (*entry.ids, Id("aws_request_id", entry.invocation_id)) if entry.invocation_id else entry.ids
    if isinstance(entry, AgentChunk):
        return (*entry.ids, Id("aws_request_id", entry.evidence.stream))
    if isinstance(entry, MessageReceived):
        return (*entry.ids, Id("sqs_message_id", entry.message_id))
    return entry.ids


def received(unit: Unit) -> dict[str, Record]:
    """messageId -> the record that shows the invocation got it, a dumped event before a consumer's span line."""
    found: dict[str, Record] = {}
    for record in unit.records:
        entry = record.observation
        if isinstance(entry, MessageReceived):
            found[entry.message_id] = record
        elif isinstance(entry, SpanFact) and entry.kind == "CONSUMER" and entry.phase != "start":
            for i in entry.ids:
                if i.kind == "sqs_message_id":
                    found.setdefault(i.value, record)
    return found


def _take_records(ours: Ownership, records: list[Record]) -> tuple[list[Record], bool]:
    left: list[Record] = []
    for record in records:
        ids = mentioned(record)
        names_us = any(i in ours.own for i in ids)
        others = markers(record) - {ours.run_id}
        if others:
            if Id("run_id", ours.run_id) in ids:
                ours.conflicts.append(f"a record names this run and {len(others)} other: it is drawn in neither")
            continue
        if names_us or (
            record.unit is not None and (ours.alone(record.unit) or record.unit.request_id in ours.requests)
        ):
            ours.records.add(id(record))
            _learn(ours, ids)
            _learn_called(ours, record)
        else:
            left.append(record)
    return left, len(left) < len(records)


def _take_units(ours: Ownership, units: list[Unit]) -> tuple[list[Unit], bool]:
    left = [unit for unit in units if not _serves_us_alone(ours, unit)]
    alone = {id(unit) for unit in units} - {id(unit) for unit in left}
    ours.exclusive |= alone
    return left, bool(alone)


def _serves_us_alone(ours: Ownership, unit: Unit) -> bool:
    called = unit.request_id in ours.requests
    if not called and not any(ours.has(record) for record in unit.records):
        return False
    if any(markers(record) - {ours.run_id} for record in unit.records):
        return False
    if called:
        return True
    messages = {i.value for record in unit.records for i in mentioned(record) if i.kind == "sqs_message_id"}
    if any(not ours.message(message) for message in messages):
        return False
    sizes = [e.batch_size for r in unit.records if isinstance(e := r.observation, MessageReceived) and e.batch_size]
    return not sizes or max(sizes) <= len(received(unit))


def _learn(ours: Ownership, ids: Iterable[Id]) -> None:
    for i in ids:
        if i.kind in _IDENTITIES:
            ours.own.add(i)
        elif i.kind == "bedrock_invocation_id":
            ours.own.add(Id("aws_request_id", i.value))


def _learn_called(ours: Ownership, record: Record) -> None:
    """Ids of work that was started on this run's behalf alone."""
    entry = record.observation
    if isinstance(entry, SpanFact) and entry.component_type == "lambda" and entry.kind == "CLIENT":
        ours.requests.update(i.value for i in entry.ids if i.kind == "lambda_request_id")
    if isinstance(entry, AgentStep) and entry.client_request_id and entry.step == "result":
        if entry.call_type.startswith("ACTION_GROUP"):
            ours.requests.add(entry.client_request_id)
        else:
            ours.own.add(Id("aws_request_id", entry.client_request_id))
