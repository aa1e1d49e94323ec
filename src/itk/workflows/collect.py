"""Wait for evidence until it is complete, and know that it is.

A run is complete when everything that started was seen to finish, every component that the case requires was seen, and
nothing new came for a quiet period. There is no fixed sleep: looks are frequent while records come in and rarer while
none do. At the deadline what is missing is named.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from itk import formats
from itk.checks import absent
from itk.errors import AwsError
from itk.model.evidence import LogEvent, Observation, Unread
from itk.model.progress import Polled
from itk.model.run import Collection, GroupReading, Receipt
from itk.model.trace import Missing, Trace
from itk.ports import Report, Source
from itk.stitch import RedrivePolicy, own_records, stitch
from itk.workflows.clock import Clock

FIRST_POLL_S, POLL_GROWTH, SLOWEST_POLL_S = 1.0, 1.5, 5.0
_SEARCHABLE = ("run_id", "sqs_message_id", "lambda_request_id")


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


@dataclass(slots=True)
class _Evidence:
    """Every record once, read once."""

    events: dict[tuple[str, str, str, str], LogEvent] = field(default_factory=dict)
    observations: list[Observation] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    silent: int = 0  # records that are understood and prove nothing

    def own(self, trace: Trace) -> int:
        """How many records the trace rests on."""
        return len(self.events) - self.silent - len(self.unread) - trace.foreign - trace.shared

    def add(self, events: Sequence[LogEvent]) -> int:
        new = 0
        for event in events:
            key = (event.source, event.group, event.stream, event.event_id)
            if key in self.events:
                continue
            result = formats.read(event)
            if isinstance(result, Unread):
                self.unread.append(result)
            else:
                self.observations.extend(result)
                self.silent += not result
            self.events[key] = event  # last: whatever interrupts the reading, the record comes again or is all there
            new += 1
        return new


def collect(
    receipt: Receipt,
    source: Source,
    required: Sequence[str],
    policies: Mapping[str, RedrivePolicy],
    patience: Patience,
    clock: Clock,
    report: Report,
    throttles: Callable[[], int],
) -> Collected:
    """Look until the run is complete, the deadline is reached, the user interrupts, or AWS gives up answering."""
    evidence = _Evidence()
    evidence.add(receipt.events)
    began = clock.now_ns()
    trace = stitch(receipt, evidence.observations, policies=policies, unread=len(evidence.unread))
    last_new_ns, own_before, interval, polls = began, 0, FIRST_POLL_S, 0
    complete = interrupted = deadline_reached = False
    error: AwsError | None = None
    try:
        while True:
            polls += 1
            if evidence.add(source.poll(_known_ids(trace))) or polls == 1:
                before = (trace.spans, trace.unplaced, trace.shared)
                trace = stitch(receipt, evidence.observations, policies=policies, unread=len(evidence.unread))
                if (trace.spans, trace.unplaced, trace.shared) != before:
                    last_new_ns, interval = clock.now_ns(), FIRST_POLL_S
            now = clock.now_ns()
            missing = (*trace.missing, *_unseen(required, trace))
            own = evidence.own(trace)
            quiet_s = (now - last_new_ns) / 1e9 if not missing else None
            elapsed_s = (now - began) / 1e9
            report(
                Polled(
                    n=polls,
                    elapsed_s=elapsed_s,
                    events=len(evidence.events),
                    own=own,
                    new=own - own_before,
                    missing=tuple(entry.what for entry in missing),
                    quiet_s=quiet_s,
                    throttles=throttles(),
                )
            )
            own_before = own
            complete = quiet_s is not None and quiet_s >= patience.quiet_s
            deadline_reached = not complete and elapsed_s >= patience.timeout_s
            if complete or deadline_reached:
                break
            rest = patience.quiet_s - quiet_s if quiet_s is not None else interval
            clock.sleep(max(0.0, min(interval, rest, patience.timeout_s - elapsed_s)))
            interval = min(interval * POLL_GROWTH, SLOWEST_POLL_S)
    except KeyboardInterrupt:
        interrupted = True
    except AwsError as failed:
        error = failed
    if interrupted or error is not None:  # what came before it, came
        trace = stitch(receipt, evidence.observations, policies=policies, unread=len(evidence.unread))
    own_keys = own_records(receipt, evidence.observations)
    return Collected(
        trace=_with_missing(trace, required, source.readings()),
        collection=Collection(
            polls=polls,
            started_ns=began,
            ended_ns=clock.now_ns(),
            deadline_reached=deadline_reached,
            interrupted=interrupted,
            complete=complete,
            quiet_s=patience.quiet_s,
            groups=source.readings(),
            throttles=throttles(),
            last_new_ns=last_new_ns,
        ),
        own_events=tuple(event for key, event in evidence.events.items() if key in own_keys),
        unread=tuple(evidence.unread),
        error=error,
    )


def nothing_sent(receipt: Receipt, *, interrupted_ns: int = 0) -> Collected:
    """What there is to collect after AWS refused the stimulus, or the user interrupted the sending."""
    nothing = Collection(started_ns=interrupted_ns, ended_ns=interrupted_ns, interrupted=interrupted_ns > 0)
    return Collected(stitch(receipt, ()), nothing, own_events=(), unread=())


def _known_ids(trace: Trace) -> tuple[str, ...]:
    """Ids to search a busy group for: the run's marker first, then what it led to."""
    found = {span.ids[kind] for span in trace.spans for kind in _SEARCHABLE if kind in span.ids}
    return (trace.run_id, *sorted(found - {trace.run_id}))


def _unseen(required: Sequence[str], trace: Trace) -> tuple[Missing, ...]:
    return tuple(
        Missing(what=f"{name}: required by the case, not seen", component=name)
        for name in absent(tuple(required), trace)
    )


def _with_missing(trace: Trace, required: Sequence[str], groups: Sequence[GroupReading]) -> Trace:
    """The trace with required components among what is missing, and what is known of the groups it could be in."""
    unseen = tuple(replace(entry, group=_group_of(entry, groups)) for entry in _unseen(required, trace))
    limits = tuple(
        f"{group.group}: more records than can be read whole; searched by ids, so lines without one may be missing"
        for group in groups
        if group.truncated
    )
    return replace(trace, missing=(*trace.missing, *unseen), warnings=(*trace.warnings, *limits))


def _group_of(entry: Missing, groups: Sequence[GroupReading]) -> str:
    name = entry.component.partition(":")[2] or entry.component
    return next((group.group for group in groups if group.group.endswith(f"/{name}")), "")
