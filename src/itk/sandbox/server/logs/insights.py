"""Logs Insights: StartQuery, GetQueryResults and their neighbours, over the sandbox's own log store."""

from __future__ import annotations

import base64
import binascii
import json
import re
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from itk.sandbox.server.aws_error import AwsAnswerError
from itk.sandbox.server.logs.insights_query import LIMIT_DEFAULT, LIMIT_MAX, NUMBERS, Query, QueryError, parse_query
from itk.sandbox.server.logs.store import Group, LogEvent, LogStore

Json = dict[str, Any]

GROUPS_MAX = 50
ROWS_PER_PAGE_MAX = 10_000
ABANDONED_S = 60.0  # a query that nobody asks about ends by itself
_GROUP_PARAMETERS = ("logGroupName", "logGroupNames", "logGroupIdentifiers")
_REQUEST_ID = re.compile(
    r"^(?:START|END|REPORT) RequestId: (?P<platform>[0-9a-f-]{36})"
    r"|\t(?P<runtime>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\t"
)


@dataclass(frozen=True, slots=True)
class InsightsHabits:
    """How unkind Insights is: polls a query stays Scheduled, then Running; how long records are not indexed yet."""

    scheduled_polls: int = 0
    running_polls: int = 1
    index_delay_s: float = 0.0
    concurrent: int = 100

    def __post_init__(self) -> None:
        for name, least in (("scheduled_polls", 0), ("running_polls", 0), ("index_delay_s", 0), ("concurrent", 1)):
            if getattr(self, name) < least:
                raise ValueError(f"`{name}` is at least {least}")


@dataclass(slots=True)
class _Running:
    """One query: its rows are found when it starts, and given out bit by bit."""

    id: str
    text: str
    group: str
    rows: list[list[Json]]
    statistics: dict[str, float]
    waits: list[str]  # the states that it still has to show, one a poll
    created_ms: int = field(default_factory=lambda: time.time_ns() // 1_000_000)
    stopped: bool = False

    def status(self) -> str:
        if self.stopped:
            return "Cancelled"
        abandoned = time.time() - self.created_ms / 1000 > ABANDONED_S
        return self.waits[0] if self.waits and not abandoned else "Complete"


class Insights:
    """`operations()` joins the table of the Logs API; the caller holds the store's lock."""

    def __init__(self, store: LogStore, account: str) -> None:
        self.habits = InsightsHabits()
        self._store = store
        self._account = account
        self._queries: dict[str, _Running] = {}

    def operations(self) -> dict[str, Callable[[Json, str], Json]]:
        return {
            "StartQuery": self._start,
            "GetQueryResults": self._results,
            "StopQuery": self._stop,
            "DescribeQueries": self._describe,
            "GetLogRecord": self._record,
        }

    # operations

    def _start(self, body: Json, region: str) -> Json:
        query = _parsed(body)
        first_ms, last_ms = _range_ms(body)
        groups = [self._group(name, region) for name in _group_names(body)]
        if all(group.created_ms > last_ms + 999 for group in groups):
            raise _malformed(
                "Query's end date and time is either before the log groups creation time"
                " or exceeds the log groups log retention settings"
            )
        if sum(q.status() in ("Scheduled", "Running") for q in self._queries.values()) >= self.habits.concurrent:
            raise AwsAnswerError("LimitExceededException", "Account maximum query concurrency limit reached.")
        running = self._run(query, body, groups, (first_ms, last_ms))
        self._queries[running.id] = running
        return {"queryId": running.id}

    def _results(self, body: Json, _region: str) -> Json:
        query = self._query(body)
        status = query.status()
        if query.waits and status == query.waits[0]:
            query.waits.pop(0)
        answer: Json = {"queryLanguage": "CWLI", "status": status, "statistics": query.statistics, "results": []}
        if status == "Running":
            answer["results"] = query.rows[: len(query.rows) // 2]
        if status == "Complete":
            answer |= _page(query.rows, body)
        return answer

    def _stop(self, body: Json, _region: str) -> Json:
        query = self._query(body)
        if query.status() not in ("Scheduled", "Running"):
            raise _invalid("The specified query has already ended.")
        query.stopped = True
        return {"success": True}

    def _describe(self, body: Json, _region: str) -> Json:
        found = [
            {
                "queryLanguage": "CWLI",
                "queryId": query.id,
                "queryString": query.text,
                "status": query.status(),
                "createTime": query.created_ms,
                "logGroupName": query.group,
            }
            for query in reversed(self._queries.values())
            if body.get("status") in (None, query.status()) and body.get("logGroupName") in (None, query.group)
        ]
        return {"queries": found[: int(body.get("maxResults", 1000))]}

    def _record(self, body: Json, region: str) -> Json:
        try:
            group_name, stream, number = json.loads(base64.b64decode(body["logRecordPointer"], validate=True))
        except (ValueError, binascii.Error, TypeError) as error:
            raise _invalid("The specified log record pointer is invalid.") from error
        group = self._group(group_name, region)
        events = group.streams[stream].events if stream in group.streams else []
        event = next((event for event in events if event.number == number), None)
        if event is None:
            raise AwsAnswerError("ResourceNotFoundException", "The specified log record does not exist.")
        return {"logRecord": self._row(event)}

    # running

    def _run(self, query: Query, body: Json, groups: list[Group], range_ms: tuple[int, int]) -> _Running:
        scanned = list(self._indexed(groups, *range_ms))
        found = [row for event in scanned if query.matches(row := self._row(event))]
        if not query.ascending:
            found.reverse()
        limit = query.limit or int(body.get("limit", LIMIT_DEFAULT))
        statistics = {
            "recordsMatched": float(len(found)),
            "recordsScanned": float(len(scanned)),
            "bytesScanned": float(sum(len(event.message.encode()) for event in scanned)),
        }
        waits = ["Scheduled"] * self.habits.scheduled_polls + ["Running"] * self.habits.running_polls
        rows = [_shown(row, query.fields) for row in found[:limit]]
        name = groups[0].name if len(groups) == 1 else ",".join(group.name for group in groups)
        return _Running(str(uuid.uuid4()), body["queryString"], name, rows, statistics, waits)

    def _indexed(self, groups: list[Group], first_ms: int, last_ms: int) -> Iterator[LogEvent]:
        """The events of a time range that Insights knows by now, in the order of time."""
        known = time.time() - self.habits.index_delay_s
        events = [event for group in groups for stream in group.streams.values() for event in stream.visible(known)]
        yield from sorted((e for e in events if first_ms <= e.timestamp_ms <= last_ms), key=lambda e: e.order)

    def _row(self, event: LogEvent) -> dict[str, str]:
        pointer = json.dumps([event.group, event.stream, event.number]).encode()
        row = {
            "@timestamp": str(event.timestamp_ms),
            "@ingestionTime": str(event.ingestion_ms),
            "@message": event.message,
            "@logStream": event.stream,
            "@log": f"{self._account}:{event.group}",
            "@ptr": base64.b64encode(pointer).decode(),
        }
        found = _REQUEST_ID.search(event.message)
        return row | ({"@requestId": found["platform"] or found["runtime"]} if found else {})

    # look-ups

    def _group(self, name: str, region: str) -> Group:
        group = self._store.group(region, name)
        if group is None:
            raise AwsAnswerError("ResourceNotFoundException", f"Log group '{name}' does not exist.")
        return group

    def _query(self, body: Json) -> _Running:
        query = self._queries.get(body["queryId"])
        if query is None:
            raise AwsAnswerError("ResourceNotFoundException", "The specified query does not exist.")
        return query


def _parsed(body: Json) -> Query:
    if (language := body.get("queryLanguage", "CWLI")) != "CWLI":
        raise _malformed(f"the sandbox has no query language {language}; it has CWLI")
    if not 1 <= int(body.get("limit", 1)) <= LIMIT_MAX:
        raise _invalid(f"limit must be between 1 and {LIMIT_MAX}")
    try:
        return parse_query(body["queryString"])
    except QueryError as error:
        raise _malformed(f"{error} (at character {error.at + 1} of the query)") from error


def _range_ms(body: Json) -> tuple[int, int]:
    """The range in milliseconds, both ends in; Insights takes seconds."""
    first, last = int(body["startTime"]), int(body["endTime"])
    if last > 100_000_000_000:  # the year 5138, or milliseconds
        raise _invalid(f"startTime and endTime are seconds since 1970; {last} looks like milliseconds")
    if first > last:
        raise _invalid("startTime is after endTime")
    return first * 1000, last * 1000


def _group_names(body: Json) -> list[str]:
    given = [name for name in _GROUP_PARAMETERS if body.get(name)]
    if len(given) != 1:
        raise _invalid(f"exactly one of {', '.join(_GROUP_PARAMETERS)} is needed")
    value = body[given[0]]
    names = [value] if isinstance(value, str) else value
    if len(names) > GROUPS_MAX:
        raise _invalid(f"at most {GROUPS_MAX} log groups can be searched by one query")
    if any(name.endswith("*") for name in names):
        raise _invalid("a log group identifier must not end with an asterisk")
    return [name.split(":log-group:")[1] if name.startswith("arn:") else name for name in names]


def _page(rows: list[list[Json]], body: Json) -> Json:
    size = int(body.get("maxItems") or ROWS_PER_PAGE_MAX)
    begin = str(body.get("nextToken", "0"))
    if not begin.isdigit() or not 1 <= size <= ROWS_PER_PAGE_MAX:
        raise _invalid("The specified nextToken or maxItems is invalid.")
    end = int(begin) + size
    return {"results": rows[int(begin) : end]} | ({"nextToken": str(end)} if end < len(rows) else {})


def _shown(row: dict[str, str], fields: tuple[str, ...]) -> list[Json]:
    wanted = [name for name in dict.fromkeys((*fields, "@ptr")) if name in row]
    return [{"field": name, "value": _date(row[name]) if name in NUMBERS else row[name]} for name in wanted]


def _date(milliseconds: str) -> str:
    """`2026-11-22 07:31:02.120`: UTC, and it does not say so."""
    seconds, rest = divmod(int(milliseconds), 1000)
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S") + f".{rest:03d}"


def _invalid(message: str) -> AwsAnswerError:
    return AwsAnswerError("InvalidParameterException", message)


def _malformed(message: str) -> AwsAnswerError:
    return AwsAnswerError("MalformedQueryException", message)
