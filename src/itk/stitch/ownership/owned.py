"""What of a window is this run's: the answer, for whoever draws it."""

from __future__ import annotations

from dataclasses import dataclass, field

from itk.model.ids import Id
from itk.model.wording import counted
from itk.stitch.ownership.served import Served
from itk.stitch.ownership.traces import Traces
from itk.stitch.units import Reading, Record, Unit


@dataclass(slots=True)
class Ownership:
    """Records, ids, invocations and traces of one run. It only ever grows while ids are followed."""

    run_id: str
    served: dict[int, Served]  # by id() of the invocation
    traces: Traces
    own: set[Id] = field(default_factory=set)  # identities
    requests: set[str] = field(default_factory=set)  # RequestIds of invocations that were called for this run
    own_traces: set[str] = field(default_factory=set)  # of X-Ray and OpenTelemetry, this run's alone
    minted: set[str] = field(default_factory=set)  # those that ITK began
    records: set[int] = field(default_factory=set)  # id() of own records
    exclusive: set[int] = field(default_factory=set)  # id() of invocations that provably served this run alone
    conflicts: list[str] = field(default_factory=list)

    def has(self, record: Record) -> bool:
        return id(record) in self.records

    def alone(self, unit: Unit) -> bool:
        return id(unit) in self.exclusive

    def message(self, message_id: str) -> bool:
        return Id("sqs_message_id", message_id) in self.own

    def received(self, unit: Unit) -> dict[str, Record]:
        """messageId -> the record that shows the invocation got it, a dumped event before a consumer's span line."""
        return self.served[id(unit)].received

    def batch_size(self, unit: Unit) -> int | None:
        """How many messages the invocation got: as it said, at least as many as it named."""
        return self.served[id(unit)].batch_size

    def in_company(self, unit: Unit) -> bool:
        """Whether the invocation is known to have served others: it names them, or messages that are not ours."""
        served = self.served[id(unit)]
        return bool(served.markers - {self.run_id}) or not all(map(self.message, served.named))

    def company(self, unit: Unit) -> str:
        """Who else the invocation served, in words; empty where that is not known."""
        served = self.served[id(unit)]
        ours = sum(self.message(message) for message in served.received)
        ours += sum(any(self.has(record) for record in same) for same in served.events.values())
        others = (served.batch_size or 0) - ours
        if others > 0:
            return f"{counted(others, 'more message')} in the same batch"
        return "this invocation served other runs too" if served.markers - {self.run_id} else ""

    def concerned(self, reading: Reading) -> list[Unit]:
        """The invocations that did something for this run."""
        own = {id(record.unit) for record in reading.records if self.has(record)}
        return [unit for unit in reading.units if id(unit) in own or self.alone(unit)]
