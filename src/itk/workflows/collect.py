"""Wait for evidence until it is complete, and know that it is.

A run is complete when everything that started was seen to finish, every component that the case requires was seen, and
nothing new came for a quiet period. There is no fixed sleep: looks are frequent while records come in and rarer while
none do. At the deadline what is missing is named.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from itk.errors import AwsError
from itk.formats import read_record
from itk.model.case import CheckSpec
from itk.model.evidence import LogEvent, Unread
from itk.model.ids import Id
from itk.model.progress import Polled
from itk.model.run import Collection, EventSource, GroupReading, Receipt
from itk.model.trace import Missing, Trace
from itk.ports import Report, Source
from itk.stitch import RedrivePolicy, own_records, stitch
from itk.workflows.clock import Clock
from itk.workflows.collector import resting
from itk.workflows.evidence import Gathered, Read
from itk.workflows.known_ids import known_ids
from itk.workflows.queues import Watch
from itk.workflows.still_open import still_open, with_missing

FIRST_POLL_S, POLL_GROWTH, SLOWEST_POLL_S = 1.0, 1.5, 5.0


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait: `timeout_s` in all, and `quiet_s` without anything new before complete means complete."""

    timeout_s: float
    quiet_s: float


@dataclass(slots=True)
class Collected:
    """What came, and what it makes together."""

    trace: Trace
    collection: Collection
    own_events: tuple[LogEvent, ...]
    unread: tuple[Unread, ...]
    error: AwsError | None = None

    def cut_short(self, error: AwsError | None = None) -> Collected:
        """The same, where the user (or AWS, with `error`) ended what came after it."""
        said = error.what if error is not None else ""
        ended = replace(self.collection, complete=False, interrupted=error is None, error=said)
        return Collected(self.trace, ended, self.own_events, self.unread, error)


def collect(
    receipt: Receipt,
    sources: Sequence[Source],
    required: Sequence[str],
    policies: Mapping[str, RedrivePolicy],
    patience: Patience,
    clock: Clock,
    report: Report,
    throttles: Callable[[], int],
    event_sources: Sequence[EventSource] = (),
    watch: Watch | None = None,
    expect: Sequence[CheckSpec] = (),
    read_record: Read = read_record,
) -> Collected:
    """Look until the run is complete, the deadline is reached, the user interrupts, or AWS gives up answering."""
    wait = _Wait(
        receipt, sources, required, policies, tuple(event_sources), patience, clock, report, throttles,
        watch or Watch(), expect, Gathered(read_record),
    )  # fmt: skip
    interrupted = False
    error: AwsError | None = None
    try:
        while not wait.look():
            wait.pause()
    except KeyboardInterrupt:
        interrupted = True
    except AwsError as failed:
        error = failed
    if interrupted or error is not None:  # what came before it, came
        wait.stitch()
    return wait.collected(interrupted, error)


@dataclass(slots=True)
class _Wait:
    """One wait for evidence: what came, when something new came last, and when to look again."""

    receipt: Receipt
    sources: Sequence[Source]
    required: Sequence[str]
    policies: Mapping[str, RedrivePolicy]
    event_sources: tuple[EventSource, ...]
    patience: Patience
    clock: Clock
    report: Report
    throttles: Callable[[], int]
    watch: Watch
    expect: Sequence[CheckSpec]
    evidence: Gathered
    trace: Trace = field(init=False)
    known: tuple[Id, ...] = ()
    began_ns: int = field(init=False)
    last_new_ns: int = field(init=False)
    own: int = 0
    polls: int = 0
    interval_s: float = FIRST_POLL_S
    quiet_s: float | None = None
    complete: bool = False
    deadline_reached: bool = False

    def __post_init__(self) -> None:
        self.evidence.add(self.receipt.events)
        self.began_ns = self.last_new_ns = self.clock.now_ns()
        self.stitch()

    def stitch(self) -> None:
        with resting():
            self.evidence.read()
            self.trace = stitch(
                self.receipt,
                self.evidence.observations,
                policies=self.policies,
                event_sources=self.event_sources,
                unread=len(self.evidence.unread),
            )
        self.known = known_ids(self.receipt, self.trace, self.evidence.observations)

    def look(self) -> bool:
        """Look once at every source, and say whether there is nothing more to wait for."""
        self.polls += 1
        for source in self.sources:
            self._ask(source)
        self.watch.look()
        missing = (*self.trace.missing, *still_open(self.trace, self.required, self.readings()), *self._undrained())
        now = self.clock.now_ns()
        self.quiet_s = None if missing else (now - self.last_new_ns) / 1e9
        self.complete = self.quiet_s is not None and self.quiet_s >= self.patience.quiet_s
        self.deadline_reached = not self.complete and self._elapsed_s(now) >= self.patience.timeout_s
        self._tell(missing, now)
        return self.complete or self.deadline_reached

    def _ask(self, source: Source) -> None:
        """Each source is asked for what the one before just told. News of what is not awaited delays nothing."""
        if not self.evidence.add(source.poll(self.known)):
            return
        before = _drawn(self.trace)
        self.stitch()
        if source.awaited and _drawn(self.trace) != before:
            self.last_new_ns, self.interval_s = self.clock.now_ns(), FIRST_POLL_S

    def pause(self) -> None:
        """Until the next look: sooner if the quiet period or the deadline ends before."""
        until_quiet = self.interval_s if self.quiet_s is None else self.patience.quiet_s - self.quiet_s
        left = self.patience.timeout_s - self._elapsed_s(self.clock.now_ns())
        self.clock.sleep(max(0.0, min(self.interval_s, until_quiet, left)))
        self.interval_s = min(self.interval_s * POLL_GROWTH, SLOWEST_POLL_S)

    def collected(self, interrupted: bool, error: AwsError | None) -> Collected:
        groups = self.readings()
        own = own_records(self.receipt, self.evidence.observations, self.event_sources)
        trace = with_missing(self.trace, self.required, groups)
        return Collected(
            trace=replace(trace, missing=(*trace.missing, *self._undrained())),
            collection=Collection(
                polls=self.polls,
                started_ns=self.began_ns,
                ended_ns=self.clock.now_ns(),
                deadline_reached=self.deadline_reached,
                interrupted=interrupted,
                complete=self.complete and error is None and not interrupted,
                quiet_s=self.patience.quiet_s,
                groups=groups,
                throttles=self.throttles(),
                last_new_ns=self.last_new_ns,
                error=error.what if error is not None else "",
            ),
            own_events=tuple(event for key, event in self.evidence.events.items() if key in own),
            unread=tuple(self.evidence.unread),
            error=error,
        )

    def readings(self) -> tuple[GroupReading, ...]:
        return tuple(reading for source in self.sources for reading in source.readings())

    def _undrained(self) -> tuple[Missing, ...]:
        return self.watch.missing(self.expect, self.receipt)

    def _elapsed_s(self, now_ns: int) -> float:
        return (now_ns - self.began_ns) / 1e9

    def _tell(self, missing: Sequence[Missing], now_ns: int) -> None:
        before, self.own = self.own, self.evidence.own(self.trace)
        self.report(
            Polled(
                n=self.polls,
                elapsed_s=self._elapsed_s(now_ns),
                events=len(self.evidence.events),
                own=self.own,
                new=self.own - before,
                missing=tuple(entry.what for entry in missing),
                quiet_s=self.quiet_s,
                throttles=self.throttles(),
            )
        )


def _drawn(trace: Trace) -> tuple[object, ...]:
    """What makes a record new: it changed what is known of this run."""
    return (trace.spans, trace.unplaced, trace.shared)


def nothing_sent(receipt: Receipt, *, interrupted_ns: int = 0) -> Collected:
    """What there is to collect after AWS refused the stimulus, or the user interrupted the sending."""
    nothing = Collection(started_ns=interrupted_ns, ended_ns=interrupted_ns, interrupted=interrupted_ns > 0)
    return Collected(from_answers(receipt), nothing, own_events=receipt.events, unread=())


def from_answers(receipt: Receipt) -> Trace:
    """What the answers alone prove: an agent's stream tells of its steps, of everything else comes nothing yet."""
    evidence = Gathered()
    evidence.add(receipt.events)
    with resting():
        evidence.read()
        return stitch(receipt, evidence.observations)
