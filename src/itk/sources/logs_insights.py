"""CloudWatch Logs Insights: breadth. One search for all runs in flight, over many groups at once.

    fields @timestamp, @message, @logStream, @log, @ingestionTime, @ptr
    | filter @message like /itk-3f9c…|8a0c1f7e-…/ | sort @timestamp asc | limit 10000

Runs share one `Insights`: a search of one asks for the ids of all, and the others take from the answer what is theirs.
A query holds at most 50 groups and 10,000 characters; one that reaches its row limit is asked again in two halves of
its time, down to one second. At most a quarter of what the account allows is used (100 queries at once; 10 StartQuery
and 10 GetQueryResults a second). Insights knows a record later than FilterLogEvents does, and bills the bytes it scans.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock

from itk.aws import logs
from itk.aws.pacing import Pace
from itk.aws.session import Aws
from itk.errors import AwsError
from itk.model.evidence import LogEvent

GROUPS_A_QUERY = 50
QUERY_CHARS = 10_000
RUNNING_MAX = 25  # of the account's 100
CALLS_A_SECOND = 2.5  # of 10, for StartQuery and GetQueryResults each
FRESH_MS = 3_000  # an answer this young is given again rather than asked for
GONE_MS = 60_000  # a run that did not look for so long is over
PATIENCE_MS = 60_000  # with one query; Insights itself allows an hour
LOOK_S = 0.4

_HEAD = "fields @timestamp, @message, @logStream, @log, @ingestionTime, @ptr | filter @message like /"
_TAIL = f"/ | sort @timestamp asc | limit {logs.ROW_LIMIT}"


@dataclass(frozen=True, slots=True)
class Found:
    """What a run's search found, and what it may have missed."""

    events: tuple[LogEvent, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one run looks for: lines of `groups` from `start_ms` on that name one of `ids`."""

    groups: tuple[str, ...]
    ids: tuple[str, ...]
    start_ms: int


@dataclass(frozen=True, slots=True)
class _Query:
    groups: tuple[str, ...]
    text: str
    start_s: int
    end_s: int

    def halves(self) -> tuple[_Query, _Query]:
        # Both hold the second between them: whether an end of n holds what happened within second n nobody documents.
        middle = (self.start_s + self.end_s) // 2
        return (
            _Query(self.groups, self.text, self.start_s, middle),
            _Query(self.groups, self.text, middle, self.end_s),
        )


@dataclass(slots=True)
class _Batch:
    """One search for everybody: who it was for, when it began, and all that it found."""

    wanted: dict[str, Wanted]
    began_ms: int
    events: dict[tuple[str, str, str], LogEvent] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def of(self, wanted: Wanted) -> Found:
        mine = (
            event
            for event in self.events.values()
            if event.group in wanted.groups
            and event.time_ms >= wanted.start_ms
            and any(i in event.message for i in wanted.ids)
        )
        return Found(tuple(mine), tuple(self.notes))


class Insights:
    """The searches of all runs of this process. Thread-safe."""

    def __init__(self, aws: Aws, window_s: float, now_ns: Callable[[], int], sleep: Callable[[float], None]) -> None:
        self._aws, self._window_s, self._now_ns, self._sleep = aws, max(1, int(window_s)), now_ns, sleep
        self._starts = Pace(CALLS_A_SECOND, 5, now_ns, sleep)
        self._looks = Pace(CALLS_A_SECOND, 5, now_ns, sleep)
        self._registered: dict[str, tuple[Wanted, int]] = {}
        self._register, self._turn = Lock(), Lock()
        self._last = _Batch({}, 0)

    def search(self, run: str, wanted: Wanted) -> Found:
        """Lines that name what `run` looks for. Raises Throttled, AwsError."""
        with self._register:
            self._registered[run] = (wanted, self._now_ms())
        with self._turn:  # whoever waited for this finds its answer already there
            young = self._now_ms() - self._last.began_ms < FRESH_MS
            if not young or self._last.wanted.get(run) != wanted:
                self._last = self._asked()
            return self._last.of(wanted)

    def _asked(self) -> _Batch:
        now = self._now_ms()
        with self._register:
            alive = {run: entry for run, entry in self._registered.items() if now - entry[1] < GONE_MS}
            self._registered = alive
        batch = _Batch({run: wanted for run, (wanted, _) in alive.items()}, now)
        self._run(deque(self._queries(tuple(batch.wanted.values()), now)), batch)
        return batch

    def _queries(self, wanted: Sequence[Wanted], now_ms: int) -> Iterable[_Query]:
        groups = sorted({group for each in wanted for group in each.groups})
        ids = sorted({i for each in wanted for i in each.ids})
        start_s, end_s = min(each.start_ms for each in wanted) // 1000, now_ms // 1000 + 1
        for at in range(0, len(groups), GROUPS_A_QUERY):
            for text in query_texts(ids):
                for first in range(start_s, end_s, self._window_s):
                    last = min(first + self._window_s, end_s)
                    yield _Query(tuple(groups[at : at + GROUPS_A_QUERY]), text, first, last)

    def _run(self, waiting: deque[_Query], batch: _Batch) -> None:
        running: dict[str, tuple[_Query, int]] = {}
        try:
            while waiting or running:
                while waiting and len(running) < RUNNING_MAX:
                    self._start(waiting.popleft(), running)
                for query_id, (query, began_ms) in tuple(running.items()):
                    self._looks.take()
                    answer = logs.query_results(self._aws, query_id)
                    if answer.finished:
                        del running[query_id]
                        waiting.extend(_kept(query, answer.events, batch))
                    elif self._now_ms() - began_ms > PATIENCE_MS:
                        raise AwsError(f"Logs Insights did not finish a query in {PATIENCE_MS // 1000} s")
                if running:
                    self._sleep(LOOK_S)
        except AwsError:  # not at Ctrl-C, which must not wait for AWS; queries end by themselves
            for query_id in running:
                with suppress(AwsError):
                    logs.stop_query(self._aws, query_id)
            raise

    def _start(self, query: _Query, running: dict[str, tuple[_Query, int]]) -> None:
        self._starts.take()
        query_id = logs.start_query(self._aws, query.groups, query.text, query.start_s, query.end_s)
        if query_id is not None:
            running[query_id] = (query, self._now_ms())

    def _now_ms(self) -> int:
        return self._now_ns() // 1_000_000


def query_texts(ids: Sequence[str]) -> Iterable[str]:
    """As few queries as name all `ids`, none longer than Insights allows."""
    part: list[str] = []
    room = QUERY_CHARS - len(_HEAD) - len(_TAIL)
    for escaped in (re.sub(r"([^0-9A-Za-z_ :=@-])", r"\\\1", i) for i in ids):
        if part and sum(map(len, part)) + len(part) + len(escaped) > room:
            yield _HEAD + "|".join(part) + _TAIL
            part = []
        part.append(escaped)
    if part:
        yield _HEAD + "|".join(part) + _TAIL


def _kept(query: _Query, events: Sequence[LogEvent], batch: _Batch) -> tuple[_Query, ...]:
    """Keep what came; the queries that must be asked because there was more than one answer holds."""
    batch.events.update({(event.group, event.stream, event.event_id): event for event in events})
    if len(events) < logs.ROW_LIMIT:
        return ()
    if query.end_s - query.start_s > 1:
        return query.halves()
    batch.notes.append(f"Logs Insights: more than {logs.ROW_LIMIT:,} rows in one second; the rest of it is not read")
    return ()
