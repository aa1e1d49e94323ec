"""One reader of the log groups for all runs under way: what they cost together is about what one costs.

A look reads every group once, from the earliest start under way to now, and each run takes from it what came since its
own start. A run that asks waits for the next look to begin, so that what it gets is as new as its own reading would
be; all that ask meanwhile share that look. There is at most one look a second.

A group with more records than can be read whole since the earliest start is left to each run: its own start is later,
and if the group is too busy even so, the runs share one search of Logs Insights.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from contextvars import Context
from dataclasses import dataclass, field
from functools import partial
from threading import Condition

from itk.aws.errors import Throttled
from itk.aws.session import Aws
from itk.errors import AwsError
from itk.model.evidence import LogEvent
from itk.model.ids import Id
from itk.model.run import GroupReading
from itk.sources.cloudwatch_logs import CLOCK_SKEW_MS, CloudWatchLogs, at_once, ranges, read_whole
from itk.sources.log_group import LogGroup
from itk.sources.logs_insights import Insights

PACE_MS = 1_000  # from the beginning of one look to that of the next


@dataclass(frozen=True, slots=True)
class _Part:
    """What one look found in one group, in order of time."""

    events: tuple[LogEvent, ...] = ()
    pages: int = 0
    throttled: str = ""
    busy: bool = False

    def since(self, start_ms: int) -> list[LogEvent]:
        return list(self.events[bisect_left(self.events, start_ms, key=lambda event: event.time_ms) :])


@dataclass(frozen=True, slots=True)
class _Look:
    n: int
    parts: dict[str, _Part] = field(default_factory=dict)
    error: AwsError | None = None


class SharedLogs:
    """Reads log groups for many runs. Thread-safe."""

    def __init__(
        self,
        aws: Aws,
        groups: Sequence[str],
        window_s: float,
        now_ns: Callable[[], int],
        sleep: Callable[[float], None],
        insights: Insights | None = None,
    ) -> None:
        self._aws, self._groups, self._window_s = aws, tuple(groups), window_s
        self._now_ns, self._sleep, self._insights = now_ns, sleep, insights
        self._turn = Condition()
        self._starts: dict[str, int] = {}
        self._begun, self._leading = 0, False
        self._last = _Look(0)
        self._last_ms = 0
        self._too_wide: dict[str, int] = {}  # of a busy group, the ms in which there was too much

    def reader(self, run_id: str, sent_ms: int) -> RunLogs:
        """The records of one run, until it is closed."""
        with self._turn:
            self._starts[run_id] = sent_ms - CLOCK_SKEW_MS
        alone = partial(self._alone, sent_ms)
        return RunLogs(self.look, self._groups, sent_ms - CLOCK_SKEW_MS, alone)

    def close(self, run_id: str) -> None:
        """The run is over: nothing from before the others' start is read any more."""
        with self._turn:
            self._starts.pop(run_id, None)

    @property
    def earliest_ms(self) -> int:
        """Before this, nothing is of any run under way."""
        with self._turn:
            return min(self._starts.values(), default=self._now_ms())

    def look(self) -> dict[str, _Part]:
        """What a look found that began after this was called. Raises AwsError for all that waited for it."""
        with self._turn:
            wanted = self._begun + 1
        while True:
            with self._turn:
                self._turn.wait_for(lambda: self._last.n >= wanted or not self._leading)
                if self._last.n >= wanted:
                    if self._last.error is not None:
                        raise self._last.error
                    return self._last.parts
                self._leading = True
            self._lead()

    def _lead(self) -> None:
        """Look for everybody, in one thread at a time."""
        look = None
        try:
            self._sleep(max(0, self._last_ms + PACE_MS - self._now_ms()) / 1000)
            with self._turn:
                self._begun += 1
                n, starts = self._begun, tuple(self._starts.values())
            self._last_ms = self._now_ms()
            # In a context of its own: these calls are no single run's.
            look = Context().run(self._read, n, min(starts, default=self._last_ms))
        finally:
            with self._turn:
                self._leading = False
                self._last = look or self._last
                self._turn.notify_all()

    def _read(self, n: int, start_ms: int) -> _Look:
        try:
            parts = at_once([partial(self._part, group, start_ms) for group in self._groups])
        except AwsError as error:
            return _Look(n, error=error)
        return _Look(n, dict(zip(self._groups, parts, strict=True)))

    def _part(self, group: str, start_ms: int) -> _Part:
        now_ms = self._now_ms()
        if (now_ms - start_ms) * 2 > self._too_wide.get(group, now_ms * 2):
            return _Part(busy=True)
        try:
            whole = read_whole(self._aws, group, ranges(start_ms, now_ms, max(1, int(self._window_s * 1000))))
        except Throttled as error:
            return _Part(throttled=error.what)
        if whole.truncated:
            self._too_wide[group] = now_ms - start_ms
            return _Part(busy=True, pages=whole.pages)
        self._too_wide.pop(group, None)
        return _Part(tuple(sorted(whole.events, key=lambda event: event.time_ms)), whole.pages)

    def _alone(self, sent_ms: int, group: str) -> CloudWatchLogs:
        return CloudWatchLogs(self._aws, [group], sent_ms, self._window_s, self._now_ms, self._insights)

    def _now_ms(self) -> int:
        return self._now_ns() // 1_000_000


class RunLogs:
    """What the shared reader finds, as one run sees it."""

    awaited = True

    def __init__(
        self,
        look: Callable[[], dict[str, _Part]],
        groups: Sequence[str],
        start_ms: int,
        alone: Callable[[str], CloudWatchLogs],
    ) -> None:
        self._look, self._start_ms, self._alone = look, start_ms, alone
        self._groups = {name: LogGroup(name) for name in groups}
        self._own: dict[str, CloudWatchLogs] = {}

    def poll(self, known_ids: Sequence[Id]) -> Sequence[LogEvent]:
        """All events since the start of the run. A group that is throttled is tried again at the next look."""
        found: list[LogEvent] = []
        for name, part in self._look().items():
            if part.busy and name not in self._own:
                self._own[name] = self._alone(name)
            if name not in self._own:
                found.extend(self._taken(self._groups[name], part))
        for own in self._own.values():
            found.extend(own.poll(known_ids))
        return found

    def readings(self) -> tuple[GroupReading, ...]:
        read = {reading.group: reading for own in tuple(self._own.values()) for reading in own.readings()}
        return tuple(read.get(name) or group.reading() for name, group in self._groups.items())

    def _taken(self, group: LogGroup, part: _Part) -> list[LogEvent]:
        group.throttled = part.throttled
        group.pages += part.pages
        return group.note(part.since(self._start_ms))
