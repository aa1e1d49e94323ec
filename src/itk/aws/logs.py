"""CloudWatch Logs: which groups exist, FilterLogEvents with its pages counted, and the queries of Logs Insights."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from itk.aws.errors import translated
from itk.aws.session import Aws
from itk.errors import AwsError
from itk.model.evidence import LogEvent

PAGE_LIMIT = 10_000  # events; CloudWatch also ends a page at 1 MB
ROW_LIMIT = 10_000  # rows of one Insights query that are asked for
_UNFINISHED = ("Scheduled", "Running", "Unknown")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Events of one query, over all of its pages."""

    events: tuple[LogEvent, ...]
    pages: int
    truncated: bool  # more events matched than were asked for


class QueryAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What GetQueryResults said. `events` is empty until the query is complete: a running one shows a part."""

    finished: bool
    events: tuple[LogEvent, ...] = ()


def group_exists(aws: Aws, name: str) -> bool:
    """Whether a log group exists and may be listed. IAM: `logs:DescribeLogGroups`."""
    with translated("logs:DescribeLogGroups", name):
        pages = aws.client("logs").get_paginator("describe_log_groups").paginate(logGroupNamePrefix=name)
        return any(group["logGroupName"] == name for page in pages for group in page["logGroups"])


def filter_events(
    aws: Aws,
    group: str,
    start_ms: int,
    end_ms: int,
    *,
    terms: Sequence[str] = (),
    streams: Sequence[str] = (),
    limit: int = PAGE_LIMIT,
) -> Page:
    """Events of a group between two times (Unix ms, end exclusive), at most `limit`. IAM: `logs:FilterLogEvents`.

    `terms` are OR-ed as quoted terms, so that a server that ignores patterns returns more, never less. Pages may be
    empty and still have a token: only the absence of a token ends the query. Raises Throttled, NotFound, AwsError.
    """
    request: dict[str, Any] = {"logGroupName": group, "startTime": start_ms, "endTime": end_ms}
    if terms:
        request["filterPattern"] = " ".join(f'?"{term}"' for term in terms)
    if streams:
        request["logStreamNames"] = list(streams)
    client, found, pages = aws.client("logs"), list[LogEvent](), 0
    while True:
        with translated("logs:FilterLogEvents", group):
            answer = client.filter_log_events(**request, limit=min(limit - len(found), PAGE_LIMIT))
        pages += 1
        found.extend(_event(group, raw) for raw in answer.get("events", ()))
        token = answer.get("nextToken")
        if not token or len(found) >= limit:
            return Page(events=tuple(found), pages=pages, truncated=bool(token))
        request["nextToken"] = token


def _event(group: str, raw: dict[str, Any]) -> LogEvent:
    return LogEvent(
        group=group,
        stream=raw.get("logStreamName", ""),
        event_id=raw.get("eventId", ""),
        time_ms=int(raw["timestamp"]),
        ingested_ms=raw.get("ingestionTime"),
        message=raw.get("message", ""),
    )


def start_query(aws: Aws, groups: Sequence[str], query: str, start_s: int, end_s: int) -> str | None:
    """Start an Insights query over at most 50 groups; times in whole seconds, both inclusive. IAM: `logs:StartQuery`.

    Returns the id of the query, or None where none of the groups existed in that time. Raises Throttled (100 queries of
    the account run already, or the rate), NotFound, AwsError.
    """
    request = {"logGroupNames": list(groups), "queryString": query, "startTime": start_s, "endTime": end_s}
    try:
        with translated("logs:StartQuery", ", ".join(groups)):
            return str(aws.client("logs").start_query(**request, limit=ROW_LIMIT)["queryId"])
    except AwsError as error:
        # "Query's end date and time is either before the log groups creation time or exceeds ... retention settings"
        if "MalformedQueryException" in error.what and "creation time" in error.what:
            return None
        raise


def query_results(aws: Aws, query_id: str) -> QueryAnswer:
    """How far a query is. IAM: `logs:GetQueryResults`. Raises AwsError where it failed or was cancelled."""
    client, request, events = aws.client("logs"), {"queryId": query_id}, list[LogEvent]()
    while True:
        with translated("logs:GetQueryResults"):
            answer = client.get_query_results(**request)
        if answer["status"] in _UNFINISHED:
            return QueryAnswer(finished=False)
        if answer["status"] != "Complete":
            raise AwsError(f"logs:GetQueryResults: the query ended as {answer['status']}", where=query_id)
        events.extend(_row({cell["field"]: cell.get("value", "") for cell in row}) for row in answer["results"])
        if not (token := answer.get("nextToken")):
            return QueryAnswer(finished=True, events=tuple(events))
        request["nextToken"] = token


def stop_query(aws: Aws, query_id: str) -> None:
    """Give up a query, so that it no longer counts among the account's 100. IAM: `logs:StopQuery`."""
    with translated("logs:StopQuery"):
        aws.client("logs").stop_query(queryId=query_id)


def _row(cells: dict[str, str]) -> LogEvent:
    ingested_ms = _milliseconds(cells["@ingestionTime"]) if cells.get("@ingestionTime") else None
    return LogEvent(
        group=cells.get("@log", "").partition(":")[2],  # <account>:<group>
        stream=cells.get("@logStream", ""),
        event_id=cells.get("@ptr", ""),
        time_ms=_milliseconds(cells["@timestamp"]),
        ingested_ms=ingested_ms,
        message=cells.get("@message", ""),
    )


def _milliseconds(shown: str) -> int:
    """`2026-11-22 07:31:02.120`: UTC, though it does not say so."""
    return (datetime.fromisoformat(shown).replace(tzinfo=UTC) - _EPOCH) // timedelta(milliseconds=1)
