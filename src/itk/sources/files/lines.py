"""Lines of text: what `aws logs tail` and `sam logs` print, and anything else, a line a record.

    2026-11-22T07:31:02.120000+00:00 2026/11/22/[$LATEST]3f9c START RequestId: 8a0c...    aws logs tail
    2026-11-22T07:31:02 START RequestId: 8a0c...                                          aws logs tail --format short
    2026/11/22/[$LATEST]3f9c 2026-11-22T07:31:02.120000 START RequestId: 8a0c...          sam logs

Those two print a record of several lines as several lines, of which only the first has the prefix: they become one
record again. In other files a line without a time has the time of the line above.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from itk.model.evidence import LogEvent
from itk.reading.timetext import MS, unix_ns
from itk.sources.files.place import Place

_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"
_PRINTED = (
    re.compile(rf"(?P<time>{_TIME}(?:\.\d{{6}})?\+00:00) (?P<stream>\S+)(?: (?P<message>.*))?$", re.DOTALL),
    re.compile(rf"(?P<time>{_TIME})(?P<stream>)(?: (?P<message>.*))?$", re.DOTALL),
    re.compile(rf"(?P<stream>\d{{4}}/\d\d/\d\d/\S+) (?P<time>{_TIME}(?:\.\d{{6}})?)(?: (?P<message>.*))?$", re.DOTALL),
)
_ANYWHERE = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?")
_LOOK_AHEAD = 1_000  # lines, for a time that those at the beginning can take
_RECORD_LINES = 20_000  # of one printed record


def read_lines(first: str, rest: Iterator[str], place: Place) -> Iterator[LogEvent]:
    """The records of a text; how it is written shows in its `first` line."""
    printed = next((form for form in _PRINTED if form.match(first)), None)
    lines = chain((first,), rest)
    return _tail(lines, printed, place) if printed else _raw(lines, place)


def _tail(lines: Iterator[str], form: re.Pattern[str], place: Place) -> Iterator[LogEvent]:
    head: re.Match[str] | None = None
    more: list[str] = []
    for line in lines:
        found = form.match(line)
        if found is None and len(more) < _RECORD_LINES:
            more.append(line)
            continue
        if head is not None:
            yield _printed(head, more, place)
        head, more = found or head, [] if found else [line]
    if head is not None:
        yield _printed(head, more, place)


def _printed(head: re.Match[str], more: list[str], place: Place) -> LogEvent:
    message = "\n".join([head["message"] or "", *more]).rstrip("\n")
    time_ms = (unix_ns(head["time"]) or 0) // MS
    return LogEvent(
        group=place.group, stream=head["stream"], event_id=place.next_id(), time_ms=time_ms, message=message
    )


def _raw(lines: Iterator[str], place: Place) -> Iterator[LogEvent]:
    waiting: list[str] = []
    time_ms: int | None = None
    for line in lines:
        if not line.strip():
            continue
        found = _ANYWHERE.search(line[:200])
        ns = unix_ns(found[0]) if found else None
        if ns is not None:
            time_ms = ns // MS
        if time_ms is None and len(waiting) < _LOOK_AHEAD:
            waiting.append(line)
            continue
        for each in (*waiting, line):
            yield _line(each, time_ms, place)
        waiting.clear()
    for each in waiting:
        yield _line(each, time_ms, place)


def _line(line: str, time_ms: int | None, place: Place) -> LogEvent:
    if time_ms is None:
        place.remarks["line without any time, shown at 1970"] += 1
    return LogEvent(
        source="file", group=place.group, stream="", event_id=place.next_id(), time_ms=time_ms or 0, message=line
    )
