"""X-Ray: what traced services say of a run. Enrichment, never the skeleton: most traces are not sampled.

The traces of a run are known from its receipt, from REPORT lines and headers in its records, from links in segments,
and by searching for an annotation that holds the run id. With Transaction Search on, X-Ray itself finds next to none of
them: then the log group `aws/spans` is read by trace ids and run id, and what it lacks is retrieved. A trace that is
not there is asked for ever more rarely, and after a while no more. Nothing here makes a run fail or wait: being denied,
or unanswered, is said in the readings.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from itk.aws import logs, xray
from itk.aws.errors import NoAnswer, NotFound, Throttled, Unreachable
from itk.aws.session import Aws
from itk.errors import AwsError
from itk.model.evidence import LogEvent
from itk.model.ids import Id
from itk.model.run import GroupReading
from itk.model.wording import counted
from itk.sources.segments import GROUP, in_progress, links, segment_event, x_ray_root

TRACES_MAX = 100  # of one run, links included
LINKS_MAX = 20  # X-Ray keeps no more links of one segment
SPANS_GROUP = "aws/spans"
CLOCK_SKEW_MS = 10_000
FIRST_MS, SLOWEST_MS, TRIES = 2_000, 60_000, 8  # of asking again for what does not change
SPANS_LAG_MS = 10_000  # before a trace that the log group does not have is retrieved
PAUSE_MS = 30_000  # after a throttle
_TERMS_A_QUERY = 25  # a filter pattern holds 1,024 characters
_TRACE_ID = re.compile(r'"traceId"\s*:\s*"([0-9a-f]{32})"')
_SIMPLE_KEY = re.compile(r"[A-Za-z0-9_]+")


@dataclass(slots=True)
class _Schedule:
    """When to ask again: rarer each time nothing is new, soon after something was, not at all after `TRIES`."""

    due_ms: int = 0
    interval_ms: int = FIRST_MS
    tries: int = 0

    def due(self, now_ms: int) -> bool:
        return self.tries < TRIES and now_ms >= self.due_ms

    def asked(self, now_ms: int, *, new: bool) -> None:
        self.tries = 0 if new else self.tries + 1
        wait_ms = FIRST_MS if new else self.interval_ms
        self.due_ms, self.interval_ms = now_ms + wait_ms, min(wait_ms * 2, SLOWEST_MS)


@dataclass(slots=True)
class _Trace:
    known_ms: int
    schedule: _Schedule = field(default_factory=_Schedule)
    documents: dict[str, str] = field(default_factory=dict)
    in_spans: bool = False  # `aws/spans` has it


class XRay:
    """The traces of one run. `keys` are the annotations that may hold its id."""

    awaited = False

    def __init__(self, aws: Aws, keys: Sequence[str], sent_ms: int, now_ms: Callable[[], int]) -> None:
        self._aws, self._now_ms, self._start_ms = aws, now_ms, sent_ms - CLOCK_SKEW_MS
        self._keys = tuple(dict.fromkeys(keys))
        self._destination: xray.Destination | None = None
        self._traces: dict[str, _Trace] = {}
        self._search = _Schedule()
        self._retrieval: tuple[str, tuple[str, ...]] | None = None
        self._spans: dict[str, LogEvent] = {}
        self._spans_closed = False
        self._off = False
        self._paused_until_ms = 0
        self._error = ""
        self._calls = 0
        self._notes: dict[str, None] = {}
        self._limited = False

    def poll(self, known_ids: Sequence[Id]) -> Sequence[LogEvent]:
        """What is new of the traces that are known, and of those that a search finds."""
        if self._off or self._now_ms() < self._paused_until_ms:
            return ()
        found: list[LogEvent] = []
        self._error = ""
        try:
            self._know(root for i in known_ids if (root := x_ray_root(i)))
            # One by one, so that what was found before an error is kept.
            for event in self._look(next((i.value for i in known_ids if i.kind == "run_id"), "")):
                found.append(event)
        except Throttled as error:
            # The SDK has waited long enough: the logs must not wait for X-Ray at every look.
            self._error, self._paused_until_ms = error.what, self._now_ms() + PAUSE_MS
        except AwsError as error:
            self._off = True
            self._notes[f"not asked any more: {error.what}"] = None
        return found

    def readings(self) -> tuple[GroupReading, ...]:
        documents = sum(len(trace.documents) for trace in self._traces.values())
        empty = sum(not trace.documents and not trace.in_spans for trace in self._traces.values())
        what = f"{counted(empty, 'trace')} without any segment: not sampled, or not there yet"
        reading = GroupReading(
            group=GROUP,
            source="xray",
            events=documents,
            pages=self._calls,
            truncated=self._limited,
            error=self._error,
            notes=(*self._notes, *([what] if empty and not self._off else [])),
        )
        spans = GroupReading(group=SPANS_GROUP, source="xray", events=len(self._spans))
        return (reading, spans) if self._spans else (reading,)

    def _look(self, run_id: str) -> Iterator[LogEvent]:
        if self._destination is None:
            self._destination = self._ask_destination()
        if self._destination == "CloudWatchLogs":
            yield from self._read_spans(run_id)
            yield from self._retrieve()
        else:
            self._find(run_id)
            yield from self._fetch()

    def _ask_destination(self) -> xray.Destination:
        self._calls += 1
        try:
            destination = xray.segment_destination(self._aws)
        except (Throttled, NoAnswer, Unreachable):
            raise
        except AwsError as error:
            self._notes[f"whether Transaction Search is on is not known, X-Ray is assumed: {error.what}"] = None
            return "XRay"
        if destination == "CloudWatchLogs":
            self._notes[f"Transaction Search is on: {SPANS_GROUP} is read, and what it lacks is retrieved"] = None
        return destination

    def _know(self, roots: Iterable[str]) -> bool:
        """Take note of traces; whether one of them was new."""
        new = False
        for root in roots:
            if root in self._traces:
                continue
            if len(self._traces) >= TRACES_MAX:
                self._limited = True
                self._notes[f"more than {TRACES_MAX} traces; the others are not read"] = None
                break
            self._traces[root], new = _Trace(self._now_ms()), True
        return new

    # X-Ray's own store

    def _find(self, run_id: str) -> None:
        now = self._now_ms()
        if not run_id or not self._search.due(now):
            return
        self._calls += 1
        found = xray.find(self._aws, expression(self._keys, run_id), self._start_ms, now + 1)
        self._search.asked(now, new=self._know(found))

    def _fetch(self) -> Iterator[LogEvent]:
        due = self._due()
        while due:
            part, due = due[: xray.IDS_A_CALL], due[xray.IDS_A_CALL :]
            self._calls += 1
            known = len(self._traces)
            yield from self._taken(part, xray.traces(self._aws, part))
            due += list(self._traces)[known:]  # links that were just found

    def _due(self) -> list[str]:
        now = self._now_ms()
        return [root for root, trace in self._traces.items() if not trace.in_spans and trace.schedule.due(now)]

    def _taken(self, asked: Sequence[str], traces: Iterable[xray.Traced]) -> Iterator[LogEvent]:
        fresh: dict[str, bool] = dict.fromkeys(asked, False)
        for traced in traces:
            self._know((traced.id,))
            trace = self._traces.get(traced.id)
            if trace is None:
                continue
            if traced.limited:
                self._limited = True
                self._notes[f"trace {traced.id} has more segments than X-Ray gives out"] = None
            for segment, document in traced.documents:
                if not _newer(document, trace.documents.get(segment)):
                    continue
                trace.documents[segment] = document
                fresh[traced.id] = True
                self._follow(document)
                yield segment_event(traced.id, segment, document)
        for root, new in fresh.items():
            self._traces[root].schedule.asked(self._now_ms(), new=new)

    def _follow(self, document: str) -> None:
        linked = tuple(links(document))
        if len(linked) >= LINKS_MAX:
            self._notes[f"a segment with {len(linked)} links: X-Ray keeps no more than {LINKS_MAX} of them"] = None
        self._know(linked)

    # Transaction Search

    def _read_spans(self, run_id: str) -> Iterator[LogEvent]:
        """`aws/spans` by run id and by the traces that are known; traces found so are read whole at the next look."""
        if self._spans_closed:
            return
        terms = [*([run_id] if run_id else []), *(root[2:].replace("-", "") for root in self._traces)]
        end_ms = self._now_ms() + CLOCK_SKEW_MS
        for at in range(0, len(terms), _TERMS_A_QUERY):
            part = terms[at : at + _TERMS_A_QUERY]
            try:
                page = logs.filter_events(self._aws, SPANS_GROUP, self._start_ms, end_ms, terms=part)
            except Throttled:
                raise
            except NotFound:  # it is made with the first span
                return
            except AwsError as error:
                self._spans_closed = True
                self._notes[f"{SPANS_GROUP} is not read: {error.what}"] = None
                return
            if page.truncated:
                self._limited = True
                self._notes[f"{SPANS_GROUP} holds more than {logs.PAGE_LIMIT:,} records of this run"] = None
            for event in page.events:
                yield from self._span(event)

    def _span(self, event: LogEvent) -> Iterator[LogEvent]:
        for trace_id in _TRACE_ID.findall(event.message)[:1]:
            root = f"1-{trace_id[:8]}-{trace_id[8:]}"
            self._know((root,))
            if root in self._traces:
                self._traces[root].in_spans = True
        if event.event_id not in self._spans:
            self._spans[event.event_id] = event
            yield event

    def _retrieve(self) -> Iterator[LogEvent]:
        """One retrieval at a time: begun at one look, complete at a later one."""
        if self._retrieval is not None:
            token, asked = self._retrieval
            self._calls += 1
            found = xray.retrieved(self._aws, token)
            if found is None:
                return
            self._retrieval = None
            yield from self._taken(asked, found)
        elif due := [root for root in self._due() if self._not_in_spans(root)][: xray.IDS_A_RETRIEVAL]:
            self._calls += 1
            self._retrieval = (
                xray.start_retrieval(self._aws, due, self._start_ms, self._now_ms() + CLOCK_SKEW_MS),
                tuple(due),
            )

    def _not_in_spans(self, root: str) -> bool:
        return self._spans_closed or self._now_ms() - self._traces[root].known_ms >= SPANS_LAG_MS


def expression(keys: Sequence[str], run_id: str) -> str:
    """The filter for traces that carry the run id in one of these annotations.

    >>> expression(["ITK_TRACE_ID", "my.key"], "itk-1")
    'annotation.ITK_TRACE_ID = "itk-1" OR annotation[my.key] = "itk-1"'
    """
    value = json.dumps(run_id)
    named = (f"annotation.{key}" if _SIMPLE_KEY.fullmatch(key) else f"annotation[{key}]" for key in keys)
    return " OR ".join(f"{name} = {value}" for name in named)


def _newer(document: str, known: str | None) -> bool:
    """A segment that has ended does not begin again: X-Ray's answers may be older than the one before."""
    return known is None or (document != known and not (in_progress(document) and not in_progress(known)))
