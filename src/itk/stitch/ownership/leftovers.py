"""Keys left on a logger: ids that a line carries because an earlier message of the same environment set them.

`append_keys` puts a key on every later line, until somebody removes it. So an id on a line counts only where what the
invocation received does not contradict it:

| on a line                | counts where                                                                          |
|--------------------------|---------------------------------------------------------------------------------------|
| messageId                | the invocation got that message, or no earlier one on its log stream is known to have |
| run id beside messageId  | the message is ours; or, where its function is known to have got none of ours, nobody |
|                          | says what it receives, or it is the message that the run id first came with           |
| run id alone             | a message that the invocation got is ours, or it is not known to have got any; and    |
|                          | the messages named just before and after it are ours: where the function keeps keys,  |
|                          | both; else those that there are                                                       |
| execution ARN            | the line is the first of its stream to name it: an execution is started once          |

A function keeps keys if a line of it names this run beside a message that is not ours, one run beside several messages,
several runs beside one message, or a run beside a message that came without any. What is believed without a message of
ours is believed last, when all that ids prove is known.

What the invocation was handed (an event that it dumped) holds no keys of a logger.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from itk.model.evidence import AsyncOutcome, EventReceived, MessageReceived
from itk.model.ids import Id
from itk.stitch.mentions import markers, mentioned, processing
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
        self.named_in: defaultdict[str, set[str]] = defaultdict(set)  # log group -> messages that it names
        self.beside_us: defaultdict[str, set[str]] = defaultdict(set)  # log group -> those beside this run's id
        self.keeping: set[str] = set()  # log groups whose lines are known to carry what was left over
        self.neighbours: dict[int, tuple[frozenset[str], frozenset[str]]] = {}  # by id() of a record that names none
        for unit in reading.units:
            messages = served[id(unit)].received
            if messages:
                self.telling.add(unit.group)
            for message in messages:
                self.received.setdefault((unit.place, message), self.order[id(unit)])
        pairs = _Pairs()
        for record in reading.records:
            if record.unit is not None:
                self._add(record, record.unit, me)
                pairs.add(record, record.unit.group)
        self.keeping = pairs.contradictory()

    def _add(self, record: Record, unit: Unit, me: Id) -> None:
        ids, about = mentioned(record), processing(record)
        for i in ids:
            if i.kind == "execution_arn":
                self.named.setdefault((unit.place, i), record)
        self.named_in[unit.group] |= about
        if me in ids and about:
            self.first.setdefault(unit.place, about)
            self.beside_us[unit.group] |= about

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

    def is_meant(self, record: Record, *, last: bool) -> bool:
        """Whether this run's id was put on the record for what the record is about.

        `last`: all that ids prove is known by now.
        """
        unit = record.unit
        if unit is None or isinstance(record.observation, MessageReceived | EventReceived | AsyncOutcome):
            return True
        about = self._at_hand(unit, processing(record))
        if any(map(self.ours, about)):
            return True
        if not last:
            return False
        if about:
            got_none = not any(map(self.ours, self.named_in[unit.group]))
            if got_none and unit.group not in self.telling:
                return True
            # Nobody proved whose the message is: a key that was left over comes after the message it was set for.
            return got_none and not about.isdisjoint(self.first.get(unit.place, about))
        served = self.served[id(unit)]
        known = served.received.keys() or self._at_hand(unit, served.processing)
        if not any(map(self.ours, known)) and (known or processing(record)):
            return False
        before, after = (any(map(self.ours, side)) if side else None for side in self._around(record, unit))
        if self._keeps_keys(unit.group):
            return bool(before and after)
        return before is not False and after is not False

    def _keeps_keys(self, group: str) -> bool:
        return group in self.keeping or not all(map(self.ours, self.beside_us[group]))

    def _around(self, record: Record, unit: Unit) -> tuple[frozenset[str], frozenset[str]]:
        """The messages named on the nearest lines before and after it: one is processed at a time."""
        if id(record) not in self.neighbours:
            self._find_neighbours(unit)
        return self.neighbours[id(record)]

    def _find_neighbours(self, unit: Unit) -> None:
        before = after = frozenset[str]()
        preceding = []
        for record in unit.records:
            preceding.append(before)
            before = processing(record) or before
        for record, earlier in zip(reversed(unit.records), reversed(preceding), strict=True):
            self.neighbours[id(record)] = (earlier, after)
            after = processing(record) or after

    def _at_hand(self, unit: Unit, messages: Iterable[str]) -> set[str]:
        """Those of `messages` that the invocation got, or may have got: no earlier one on its stream did."""
        received, order = self.served[id(unit)].received, self.order[id(unit)]
        return {m for m in messages if m in received or self.received.get((unit.place, m), order) >= order}


class _Pairs:
    """Which run ids stand beside which messages, function by function."""

    def __init__(self) -> None:
        self.runs: defaultdict[tuple[str, str], set[str]] = defaultdict(set)  # log group and messageId -> run ids
        self.messages: defaultdict[tuple[str, str], set[str]] = defaultdict(set)  # log group and run id -> messages
        self.unmarked: set[tuple[str, str]] = set()  # log group and messageId of messages that came without a run id

    def add(self, record: Record, group: str) -> None:
        runs, entry = markers(record), record.observation
        if isinstance(entry, MessageReceived):
            if not runs:
                self.unmarked.add((group, entry.message_id))
            return
        for message in processing(record):
            self.runs[group, message] |= runs
        for run in runs:
            self.messages[group, run] |= processing(record)

    def contradictory(self) -> set[str]:
        """The log groups in which they do not go together one to one."""
        several = (
            group for pairs in (self.runs, self.messages) for (group, _), beside in pairs.items() if len(beside) > 1
        )
        return {*several, *(group for group, message in self.unmarked if self.runs.get((group, message)))}
