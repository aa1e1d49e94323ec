"""CloudWatch Logs: FilterLogEvents for freshness, all groups at once, and Logs Insights where a group is too busy.

A group is read whole, from shortly before the stimulus to now: lines that name no id are evidence too, and other runs'
records can be counted. Records arrive late and out of order, so each look starts from the beginning again. A group
with more than `READ_WHOLE` events in that window is *searched* from then on: lines that name a known id, and what
stands around them on their log streams, so that the invocations they belong to are whole. It is then reported as
truncated, because an invocation that names no id may have been missed. The search is one query of Logs Insights over
all such groups, or, where Insights is switched off or denied, one FilterLogEvents a group with the ids as its pattern.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextvars import copy_context
from functools import partial
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TypeVar

from itk.aws import logs
from itk.aws.errors import Throttled
from itk.aws.session import Aws
from itk.errors import AwsError
from itk.model.evidence import LogEvent
from itk.model.ids import Id, IdKind
from itk.model.run import GroupReading
from itk.sources.log_group import LogGroup
from itk.sources.logs_insights import Insights, Wanted

T = TypeVar("T")

READ_WHOLE = 10_000  # events; one page of FilterLogEvents holds as many
CLOCK_SKEW_MS = 10_000  # this machine's clock against AWS's
READERS = 8  # groups that are read at the same time
PATTERN_CHARS = 1_024  # of a filter pattern
AROUND_MS = 15_000  # of a line that names an id: a cold start begins before its START, and INIT_START names nothing
SEARCHABLE: frozenset[IdKind] = frozenset(
    (
        "run_id",
        "sqs_message_id",
        "lambda_request_id",
        "sns_message_id",
        "eventbridge_event_id",
        "apigw_request_id",
        "execution_arn",
    )
)


class CloudWatchLogs:
    """Reads log groups from `sent_ms` on. One query asks for at most `window_s` seconds.

    `insights` is shared by all runs of the process; None: FilterLogEvents alone.
    """

    awaited = True

    def __init__(
        self,
        aws: Aws,
        groups: Sequence[str],
        sent_ms: int,
        window_s: float,
        now_ms: Callable[[], int],
        insights: Insights | None = None,
    ) -> None:
        self._aws, self._now_ms, self._insights = aws, now_ms, insights
        self._start_ms, self._window_ms = sent_ms - CLOCK_SKEW_MS, max(1, int(window_s * 1000))
        self._groups = [LogGroup(name) for name in groups]

    def poll(self, known_ids: Sequence[Id]) -> Sequence[LogEvent]:
        """All events of all groups up to now. A group that is throttled is tried again at the next look."""
        if not self._groups:
            return ()
        terms = tuple(i.value for i in known_ids if i.kind in SEARCHABLE)
        quiet = [group for group in self._groups if not (group.busy and self._insights)]
        found = at_once([partial(self._read, group, terms) for group in quiet])
        busy = [group for group in self._groups if group.busy]
        if busy and self._insights and terms:
            found.append(self._indexed(self._insights, busy, terms))
        return [event for events in found for event in events]

    def readings(self) -> tuple[GroupReading, ...]:
        return tuple(group.reading() for group in self._groups)

    def _read(self, group: LogGroup, terms: Sequence[str]) -> list[LogEvent]:
        try:
            events = self._search(group, terms) if group.busy else self._whole(group)
        except Throttled as error:
            group.throttled = error.what
            return []
        group.throttled = ""
        return group.note([group.same.known(event, "filter") for event in events])

    def _indexed(self, insights: Insights, busy: Sequence[LogGroup], terms: tuple[str, ...]) -> list[LogEvent]:
        """What Insights finds in all busy groups, and what stands around it. The first of `terms` names the run."""
        wanted = Wanted(tuple(group.name for group in busy), terms, self._start_ms)
        try:
            found = insights.search(terms[0], wanted)
        except Throttled as error:
            for group in busy:
                group.throttled = error.what
            return []
        except AwsError as error:
            self._insights = None  # it would say the same at each look
            for group in busy:
                group.notes[f"Logs Insights is not used: {error.what}"] = None
            return [event for events in at_once([partial(self._read, g, terms) for g in busy]) for event in events]
        reads = []
        for group in busy:
            named = [group.same.known(event, "insights") for event in found.events if event.group == group.name]
            group.notes.update(dict.fromkeys(("searched by Logs Insights", *found.notes)))
            reads.append(partial(self._with_surroundings, group, named))
        return [event for events in at_once(reads) for event in events]

    def _with_surroundings(self, group: LogGroup, named: Sequence[LogEvent]) -> list[LogEvent]:
        try:
            around = self._around(group, named)
        except Throttled as error:
            group.throttled, around = error.what, []
        else:
            group.throttled = ""
        return group.note([*named, *(group.same.known(event, "filter") for event in around)])

    def _ranges(self) -> list[tuple[int, int]]:
        return ranges(self._start_ms, self._now_ms(), self._window_ms)

    def _whole(self, group: LogGroup) -> list[LogEvent]:
        whole = read_whole(self._aws, group.name, self._ranges())
        group.pages += whole.pages
        group.busy = group.busy or whole.truncated
        return list(whole.events)

    def _search(self, group: LogGroup, wanted: Sequence[str]) -> list[LogEvent]:
        events: list[LogEvent] = []
        for start, end in self._ranges():
            for terms in in_patterns(wanted):
                named = logs.filter_events(self._aws, group.name, start, end, terms=terms, limit=READ_WHOLE)
                group.pages += named.pages
                events.extend(named.events)
        return events + self._around(group, events)

    def _around(self, group: LogGroup, named: Sequence[LogEvent]) -> list[LogEvent]:
        """The streams of lines that name an id, whole while the run was at work on them."""
        if not named:
            return []
        start = min(event.time_ms for event in named) - AROUND_MS
        end = max(event.time_ms for event in named) + AROUND_MS
        streams, events = sorted({event.stream for event in named}), list[LogEvent]()
        for at in range(0, len(streams), 100):  # FilterLogEvents takes at most 100 streams
            page = logs.filter_events(
                self._aws, group.name, start, end, streams=streams[at : at + 100], limit=READ_WHOLE
            )
            group.pages += page.pages
            events.extend(page.events)
            if page.truncated:
                group.notes[f"more than {READ_WHOLE:,} records on the streams of this run; the rest is not read"] = None
        return events


def ranges(start_ms: int, now_ms: int, window_ms: int) -> list[tuple[int, int]]:
    """From a start to now, in parts that are no wider than one query should be."""
    end = now_ms + CLOCK_SKEW_MS
    return [(start, min(start + window_ms, end)) for start in range(start_ms, end, window_ms)]


def read_whole(aws: Aws, group: str, parts: Sequence[tuple[int, int]]) -> logs.Page:
    """All events of a group in these parts of time; `truncated` where there are more than can be read whole."""
    events: list[LogEvent] = []
    pages, truncated = 0, False
    for start, end in parts:
        page = logs.filter_events(aws, group, start, end, limit=READ_WHOLE)
        pages += page.pages
        events.extend(page.events)
        truncated = truncated or page.truncated or len(events) > READ_WHOLE
    return logs.Page(events=tuple(events), pages=pages, truncated=truncated)


def in_patterns(terms: Sequence[str]) -> Iterator[list[str]]:
    """`terms` in as few filter patterns as they fit in, each written `?"term"`."""
    part: list[str] = []
    for term in terms:
        if part and sum(len(each) + 4 for each in (*part, term)) > PATTERN_CHARS:
            yield part
            part = []
        part.append(term)
    if part:
        yield part


def at_once(reads: Sequence[Callable[[], T]]) -> list[T]:
    """The results of all `reads`, in their order; raises what the first of them raised.

    In daemon threads and not in an executor, which would make Ctrl-C wait for a network that never answers.
    """
    todo: SimpleQueue[int] = SimpleQueue()
    done: SimpleQueue[tuple[int, T | None, AwsError | None]] = SimpleQueue()
    for n in range(len(reads)):
        todo.put(n)

    def work() -> None:
        while True:
            try:
                n = todo.get_nowait()
            except Empty:
                return
            found, error = None, None
            try:
                found = reads[n]()
            except AwsError as failed:
                error = failed
            finally:
                done.put((n, found, error))

    for _ in range(min(READERS, len(reads))):
        Thread(target=copy_context().run, args=(work,), daemon=True).start()
    results: dict[int, T] = {}
    while len(results) < len(reads):
        n, found, error = done.get()
        if error is not None:
            raise error
        if found is None:
            raise RuntimeError("reading a log group failed; the traceback above says why")
        results[n] = found
    return [results[n] for n in range(len(reads))]
