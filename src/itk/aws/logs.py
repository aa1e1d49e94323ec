"""CloudWatch Logs: which groups exist, and FilterLogEvents with its pages counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from itk.aws.errors import translated
from itk.aws.session import Aws
from itk.model.evidence import LogEvent

PAGE_LIMIT = 10_000  # events; CloudWatch also ends a page at 1 MB


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Events of one query, over all of its pages."""

    events: tuple[LogEvent, ...]
    pages: int
    truncated: bool  # more events matched than were asked for


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
