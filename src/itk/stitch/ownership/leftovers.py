"""Keys left on a logger: ids that a line carries because an earlier message of the same environment set them.

`append_keys` puts a key on every later line, until somebody removes it. So an id on a line counts only where what the
invocation received does not contradict it:

| on a line                | counts where                                                                          |
|--------------------------|---------------------------------------------------------------------------------------|
| messageId                | the invocation got that message, or no earlier one on its log stream is known to have |
| run id beside messageId  | the message is ours; or nobody says what it receives; or it is the message that the    |
|                          | run id first came with on the stream                                                  |
| run id alone             | a message that the invocation got is ours; or it is not known to have got any         |
| execution ARN            | the line is the first of its stream to name it: an execution is started once          |

What the invocation was handed (an event that it dumped) holds no keys of a logger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from itk.model.evidence import AsyncOutcome, EventReceived, MessageReceived
from itk.model.ids import Id
from itk.stitch.mentions import mentioned, processing
from itk.stitch.ownership.rules import logger_keys
from itk.stitch.ownership.served import Served
from itk.stitch.units import Reading, Record, StreamKey, Unit


class Leftovers:
    """What came first on each log stream, and so what may be left over later."""

    def __init__(self, me: Id, reading: Reading, served: Mapping[int, Served], ours: Callable[[str], bool]) -> None:
        self.served = served  # by id() of the invocation
        self.ours = ours  # whether a message is known to be ours
        self.telling: set[str] = set()  # log groups of functions that say what they receive
        self.order = {id(unit): n for n, unit in enumerate(reading.units)}
        self.received: dict[tuple[StreamKey, str], int] = {}  # messageId -> first invocation of the stream that got it
        self.named: dict[tuple[StreamKey, Id], Record] = {}  # execution -> the first record of the stream to name it
        self.first: dict[StreamKey, frozenset[str]] = {}  # messages that this run's id first came with on a stream
        for unit in reading.units:
            messages = served[id(unit)].received
            if messages:
                self.telling.add(unit.group)
            for message in messages:
                self.received.setdefault((unit.place, message), self.order[id(unit)])
        for record in reading.records:
            if record.unit is not None:
                self._add(record, record.unit.place, me)

    def _add(self, record: Record, place: StreamKey, me: Id) -> None:
        ids = mentioned(record)
        for i in ids:
            if i.kind == "execution_arn":
                self.named.setdefault((place, i), record)
        if me in ids and (about := processing(record)):
            self.first.setdefault(place, about)

    def is_stale(self, record: Record, i: Id) -> bool:
        """Whether an id on a line, other than this run's, is such a key."""
        unit = record.unit
        if unit is None:
            return False
        if i.kind == "execution_arn" and i in logger_keys(record):
            return self.named[unit.place, i] is not record
        if i.kind == "sqs_message_id" and i.value in processing(record):
            return not self._at_hand(unit, (i.value,))
        return False

    def is_meant(self, record: Record) -> bool:
        """Whether this run's id was put on the record for what the record is about."""
        unit = record.unit
        if unit is None or isinstance(record.observation, MessageReceived | EventReceived | AsyncOutcome):
            return True
        named = processing(record)
        about = self._at_hand(unit, named)
        if about:
            if any(map(self.ours, about)) or unit.group not in self.telling:
                return True
            # Nobody proved whose the message is: a key that was left over comes after the message it was set for.
            return not about.isdisjoint(self.first.get(unit.place, about))
        served = self.served[id(unit)]
        known = served.received.keys() or self._at_hand(unit, served.processing)
        return any(map(self.ours, known)) or not (known or named)

    def _at_hand(self, unit: Unit, messages: Iterable[str]) -> set[str]:
        """Those of `messages` that the invocation got, or may have got: no earlier one on its stream did."""
        received, order = self.served[id(unit)].received, self.order[id(unit)]
        return {m for m in messages if m in received or self.received.get((unit.place, m), order) >= order}
