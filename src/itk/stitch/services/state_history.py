"""The history of one execution, sorted out: which entries are of which visit to a state, which of which attempt.

Each entry names the one before it. That chain tells the iterations of a Map and the branches of a Parallel apart, where
names repeat; the end of a state closes whatever was left open within it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from itk.model.evidence import Evidence, StateEvent
from itk.stitch.units import Record

_SCHEDULED = ("TaskScheduled", "LambdaFunctionScheduled", "ActivityScheduled")
_OF_TASKS = ("Task", "LambdaFunction", "Activity")
_CONTAINERS = ("Map", "Parallel")
_ENDS = ("ExecutionSucceeded", "ExecutionFailed", "ExecutionTimedOut", "ExecutionAborted")


@dataclass(eq=False, slots=True)
class Attempt:
    """One try of a task: from TaskScheduled to how it ended, if it did."""

    entries: list[StateEvent]


@dataclass(eq=False, slots=True)
class Visit:
    """One stay in a state. `outer` is the Map or Parallel around it."""

    entered: StateEvent
    outer: Visit | None
    chained: bool = True  # the entry before it is known
    entries: list[StateEvent] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
    exited: StateEvent | None = None
    blamed: StateEvent | None = None  # the end of the execution that failed here
    cause: Visit | None = None  # of a Map or Parallel that failed: the state within that made it fail

    @property
    def over(self) -> bool:
        """Left, or within something that was left."""
        return self.exited is not None or (self.outer is not None and self.outer.over)


@dataclass(eq=False, slots=True)
class History:
    """An execution: its own entries, and its visits in the order in which they began."""

    arn: str
    entries: list[StateEvent] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    evidence: dict[int, list[Evidence]] = field(default_factory=dict)  # all records of an entry, by its id
    started: StateEvent | None = None
    ended: StateEvent | None = None  # how it ended; a redrive opens it again


def histories_of(records: Iterable[Record]) -> list[History]:
    """One history for each execution; an entry that log and API both told counts once, the fuller one."""
    found: dict[str, dict[int, list[StateEvent]]] = {}
    for record in records:
        if isinstance(entry := record.observation, StateEvent):
            found.setdefault(entry.execution_arn, {}).setdefault(entry.history_id, []).append(entry)
    return [_history(arn, found[arn]) for arn in sorted(found)]


def _fullness(entry: StateEvent) -> tuple[object, ...]:
    told = sum(value is not None for value in (entry.input, entry.output, entry.error))
    return (told, len(entry.ids), entry.evidence.source, entry.evidence.stream, entry.evidence.event_id)


def _history(arn: str, told: dict[int, list[StateEvent]]) -> History:
    history = History(arn)
    reader = _Reader(history)
    for number in sorted(told):
        entries = sorted(told[number], key=_fullness)
        history.evidence[number] = [entry.evidence for entry in entries]
        reader.add(entries[-1])
    return history


class _Reader:
    """Takes entries in their order, and knows after each what is open."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.open: dict[int, Visit | None] = {0: None}  # after an entry: the innermost visit on its chain
        self.attempt: dict[int, Attempt] = {}  # entry -> the attempt that it is of

    def add(self, entry: StateEvent) -> None:
        kind, inner = entry.event_type, self.open.get(entry.previous_id)
        at = _around(kind, inner)
        if at is not inner and at is not None and kind.endswith("StateFailed"):
            at.cause = inner
        known = entry.previous_id in self.open
        if kind.startswith("Execution"):
            self._of_execution(entry, at)
        elif kind.endswith("StateEntered"):
            at, known = Visit(entry, at, chained=known), True
            self.history.visits.append(at)
        elif kind.endswith("StateExited"):
            at, known = self._leave(entry, at if known else self._only_one(entry.name))
        elif at is None:
            self.history.entries.append(entry)
        elif not self._is_tried(entry, at):
            at.entries.append(entry)
        if known:
            self.open[entry.history_id] = at

    def _of_execution(self, entry: StateEvent, at: Visit | None) -> None:
        kind, history = entry.event_type, self.history
        history.entries.append(entry)
        if kind == "ExecutionStarted":
            history.started = entry
        if kind in _ENDS:
            history.ended = entry
        elif kind == "ExecutionRedriven":
            history.ended = None
        if at is not None and kind in _ENDS and kind != "ExecutionSucceeded":
            at.blamed = entry
            if at.cause is not None and not at.cause.attempts:  # a try says itself how it ended
                at.cause.blamed = entry

    def _leave(self, entry: StateEvent, at: Visit | None) -> tuple[Visit | None, bool]:
        """What is open after the state was left, and whether that is known."""
        left = at
        while left is not None and left.entered.name != entry.name:
            left = left.outer
        if left is None:
            self.history.entries.append(entry)
            return None, False
        left.exited = entry
        return left.outer, True

    def _only_one(self, name: str) -> Visit | None:
        """Where the chain is broken: the one visit of that name that is not over yet."""
        same = [visit for visit in self.history.visits if not visit.over and visit.entered.name == name]
        return same[0] if len(same) == 1 else None

    def _is_tried(self, entry: StateEvent, visit: Visit) -> bool:
        """Whether the entry is of an attempt. Of one whose beginning is absent nothing is known for sure."""
        attempt = self.attempt.get(entry.previous_id)
        if entry.event_type in _SCHEDULED:
            attempt = Attempt([])
            visit.attempts.append(attempt)
        elif attempt is None or not entry.event_type.startswith(_OF_TASKS) or entry.event_type.endswith("StateAborted"):
            return False
        attempt.entries.append(entry)
        self.attempt[entry.history_id] = attempt
        return True


def _around(kind: str, at: Visit | None) -> Visit | None:
    """What a Map or Parallel says of itself may follow an entry within it: of the iteration that failed, say."""
    outer = next((of for of in _CONTAINERS if kind.startswith(of) and not kind.endswith(("Entered", "Exited"))), None)
    found = at
    while outer is not None and found is not None and not found.entered.event_type.startswith(outer):
        found = found.outer
    return found if outer is not None and found is not None else at
