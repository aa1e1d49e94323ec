"""The CloudWatch Logs operations that the sandbox answers. All others are refused by name."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

from itk.sandbox.server.aws_error import AwsAnswerError
from itk.sandbox.server.logs.insights import Insights
from itk.sandbox.server.logs.paging import PagingHabits, TokenError, next_page
from itk.sandbox.server.logs.pattern import PatternError, compile_pattern
from itk.sandbox.server.logs.store import Group, LogEvent, LogStore, Stream

Json = dict[str, Any]

EVENTS_PER_PAGE_MAX = 10_000


class LogsApi:
    """`answer("FilterLogEvents", {...}, region)` -> the response body, or an `AwsAnswerError`."""

    def __init__(self, store: LogStore, account: str) -> None:
        self.habits = PagingHabits()
        self.insights = Insights(store, account)
        self._store = store
        self._account = account
        self._operations: dict[str, Callable[[Json, str], Json]] = {
            "CreateLogGroup": self._create_log_group,
            "DeleteLogGroup": self._delete_log_group,
            "DescribeLogGroups": self._describe_log_groups,
            "PutRetentionPolicy": self._put_retention_policy,
            "CreateLogStream": self._create_log_stream,
            "DeleteLogStream": self._delete_log_stream,
            "DescribeLogStreams": self._describe_log_streams,
            "PutLogEvents": self._put_log_events,
            "GetLogEvents": self._get_log_events,
            "FilterLogEvents": self._filter_log_events,
            **self.insights.operations(),
        }

    def answer(self, operation: str, body: Json, region: str) -> Json:
        handler = self._operations.get(operation)
        if handler is None:
            known = ", ".join(self._operations)
            raise AwsAnswerError("UnknownOperationException", f"the sandbox has no logs.{operation}; it has {known}")
        with self._store.lock:
            try:
                return handler(body, region)
            except KeyError as missing:
                raise _invalid(f"{missing.args[0]} is required") from missing

    # groups

    def _create_log_group(self, body: Json, region: str) -> Json:
        if self._store.group(region, body["logGroupName"]):
            raise AwsAnswerError("ResourceAlreadyExistsException", "The specified log group already exists")
        self._store.create_group(region, body["logGroupName"])
        return {}

    def _delete_log_group(self, body: Json, region: str) -> Json:
        self._store.delete_group(region, self._group(body, region).name)
        return {}

    def _describe_log_groups(self, body: Json, region: str) -> Json:
        prefix, part = body.get("logGroupNamePrefix", ""), body.get("logGroupNamePattern", "")
        if prefix and part:
            raise _invalid("LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.")
        groups = [g for g in self._store.groups(region) if g.name.startswith(prefix) and part.lower() in g.name.lower()]
        names = body.get("logGroupIdentifiers") or []
        wanted = {_name_of(identifier) for identifier in names}
        described = [self._describe_group(group) for group in groups if not wanted or group.name in wanted]
        return _paged("logGroups", described, "logGroupName", body)

    def _describe_group(self, group: Group) -> Json:
        arn = f"arn:aws:logs:{group.region}:{self._account}:log-group:{group.name}"
        described: Json = {
            "logGroupName": group.name,
            "creationTime": group.created_ms,
            "metricFilterCount": 0,
            "arn": f"{arn}:*",
            "logGroupArn": arn,
            "logGroupClass": "STANDARD",
            "storedBytes": sum(len(e.message) + 26 for stream in group.streams.values() for e in stream.events),
        }
        return described | ({"retentionInDays": group.retention_days} if group.retention_days else {})

    def _put_retention_policy(self, body: Json, region: str) -> Json:
        self._group(body, region).retention_days = int(body["retentionInDays"])
        return {}

    # streams

    def _create_log_stream(self, body: Json, region: str) -> Json:
        group = self._group(body, region)
        if body["logStreamName"] in group.streams:
            raise AwsAnswerError("ResourceAlreadyExistsException", "The specified log stream already exists")
        self._store.create_stream(region, group.name, body["logStreamName"])
        return {}

    def _delete_log_stream(self, body: Json, region: str) -> Json:
        stream = self._stream(body, region)
        del self._group(body, region).streams[stream.name]
        return {}

    def _describe_log_streams(self, body: Json, region: str) -> Json:
        group, now = self._group(body, region), time.time()
        prefix = body.get("logStreamNamePrefix", "")
        arn = f"arn:aws:logs:{group.region}:{self._account}:log-group:{group.name}"
        streams = [stream for stream in group.streams.values() if stream.name.startswith(prefix)]
        described = [_describe_stream(stream, arn, now) for stream in streams]
        by_time = body.get("orderBy") == "LastEventTime"
        described.sort(key=lambda s: (s.get("lastEventTimestamp", 0) if by_time else 0, s["logStreamName"]))
        if body.get("descending"):
            described.reverse()
        return _paged("logStreams", described, "logStreamName", body)

    # events

    def _put_log_events(self, body: Json, region: str) -> Json:
        stream = self._stream(body, region)
        for event in body["logEvents"]:
            self._store.write(region, self._group(body, region).name, stream.name, event["timestamp"], event["message"])
        return {"nextSequenceToken": "1"}

    def _get_log_events(self, body: Json, region: str) -> Json:
        stream = self._stream(body, region)
        events = _in_time(stream.visible(time.time()), body, last_ms=int(body.get("endTime", 2**62)) - 1)
        limit = min(int(body.get("limit", EVENTS_PER_PAGE_MAX)), EVENTS_PER_PAGE_MAX)
        kind, _, place = str(body.get("nextToken", "")).partition("/")
        if kind not in ("", "f", "b") or (kind and not place.isdigit()):
            raise _invalid("The specified nextToken is invalid.")
        begin = int(place) if place else (0 if body.get("startFromHead") else max(0, len(events) - limit))
        begin, end = (max(0, begin - limit), begin) if kind == "b" else (begin, min(len(events), begin + limit))
        return {
            "events": [
                {"timestamp": e.timestamp_ms, "message": e.message, "ingestionTime": e.ingestion_ms}
                for e in events[begin:end]
            ],
            "nextForwardToken": f"f/{end}",
            "nextBackwardToken": f"b/{begin}",
        }

    def _filter_log_events(self, body: Json, region: str) -> Json:
        group = self._group(body, region)
        limit = int(body.get("limit", EVENTS_PER_PAGE_MAX))
        if not 1 <= limit <= EVENTS_PER_PAGE_MAX:
            raise _invalid(f"limit must be between 1 and {EVENTS_PER_PAGE_MAX}")
        now = time.time()
        visible = [event for stream in _chosen(group, body) for event in stream.visible(now)]
        events = sorted(_in_time(visible, body, last_ms=int(body.get("endTime", 2**62))), key=lambda e: e.order)
        query = {key: value for key, value in body.items() if key not in ("nextToken", "limit")}
        pattern = str(body.get("filterPattern", ""))
        try:
            wanted = compile_pattern(pattern)
            page = next_page(events, wanted, query, body.get("nextToken"), limit, self.habits, bool(pattern.strip()))
        except (PatternError, TokenError) as error:
            raise _invalid(str(error)) from error
        answer: Json = {"events": [_filtered(event) for event in page.events], "searchedLogStreams": []}
        return answer | ({"nextToken": page.token} if page.token else {})

    # look-ups

    def _group(self, body: Json, region: str) -> Group:
        name = _name_of(str(body.get("logGroupName") or body.get("logGroupIdentifier") or ""))
        if not name:
            raise _invalid("logGroupName or logGroupIdentifier is required")
        group = self._store.group(region, name)
        if group is None:
            raise AwsAnswerError("ResourceNotFoundException", "The specified log group does not exist.")
        return group

    def _stream(self, body: Json, region: str) -> Stream:
        stream = self._group(body, region).streams.get(body.get("logStreamName", ""))
        if stream is None:
            raise AwsAnswerError("ResourceNotFoundException", "The specified log stream does not exist.")
        return stream


def _name_of(identifier: str) -> str:
    """`arn:aws:logs:eu-west-1:1234:log-group:/aws/lambda/x:*` or a plain name -> the name."""
    return identifier.split(":log-group:")[1].removesuffix(":*") if identifier.startswith("arn:") else identifier


def _chosen(group: Group, body: Json) -> list[Stream]:
    names, prefix = body.get("logStreamNames"), body.get("logStreamNamePrefix")
    if names and prefix:
        raise _invalid("logStreamNames and logStreamNamePrefix are mutually exclusive parameters.")
    if names and (missing := [name for name in names if name not in group.streams]):
        raise AwsAnswerError("ResourceNotFoundException", f"The specified log stream does not exist: {missing[0]}")
    if names:
        return [group.streams[name] for name in names]
    return [stream for stream in group.streams.values() if stream.name.startswith(prefix or "")]


def _in_time(events: Iterable[LogEvent], body: Json, last_ms: int) -> list[LogEvent]:
    first_ms = int(body.get("startTime", 0))
    return [event for event in events if first_ms <= event.timestamp_ms <= last_ms]


def _filtered(event: LogEvent) -> Json:
    return {
        "logStreamName": event.stream,
        "timestamp": event.timestamp_ms,
        "message": event.message,
        "ingestionTime": event.ingestion_ms,
        "eventId": event.event_id,
    }


def _describe_stream(stream: Stream, group_arn: str, now: float) -> Json:
    described: Json = {
        "logStreamName": stream.name,
        "creationTime": stream.created_ms,
        "arn": f"{group_arn}:log-stream:{stream.name}",
        "storedBytes": 0,
        "uploadSequenceToken": "1",
    }
    if events := stream.visible(now):
        described |= {
            "firstEventTimestamp": min(event.timestamp_ms for event in events),
            "lastEventTimestamp": max(event.timestamp_ms for event in events),
            "lastIngestionTime": max(event.ingestion_ms for event in events),
        }
    return described


def _paged(key: str, items: list[Json], name: str, body: Json) -> Json:
    """Describe* pages: at most 50 a page; the token is the last name given."""
    limit = min(int(body.get("limit", 50)), 50)
    names = [item[name] for item in items]
    token = body.get("nextToken")
    if token and token not in names:
        raise _invalid("The specified nextToken is invalid.")
    begin = names.index(token) + 1 if token else 0
    page = items[begin : begin + limit]
    return {key: page} | ({"nextToken": page[-1][name]} if begin + limit < len(items) else {})


def _invalid(message: str) -> AwsAnswerError:
    return AwsAnswerError("InvalidParameterException", message)
