"""FilterLogEvents and its neighbours, asked through boto3."""

from __future__ import annotations

import time
import uuid
from itertools import pairwise
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from itk.sandbox import Sandbox
from tests.sandbox.support import Aws, wait_for

NOW_MS = int(time.time() * 1000)


@pytest.fixture(scope="module")
def group(itk_sandbox: Sandbox) -> str:
    """Thirty events in two streams: `a/1` has the even ones, `b/1` the odd ones, one every 10 ms."""
    name = f"/test/{uuid.uuid4().hex[:8]}"
    logs = Aws(itk_sandbox).client("logs")
    logs.create_log_group(logGroupName=name)
    for number, stream in enumerate(("a/1", "b/1")):
        logs.create_log_stream(logGroupName=name, logStreamName=stream)
        events = [
            {"timestamp": NOW_MS + 10 * n, "message": f'INFO event-{n} order_{n % 3} said "yes"'}
            for n in range(number, 30, 2)
        ]
        logs.put_log_events(logGroupName=name, logStreamName=stream, logEvents=events)
    return name


def numbers(events: list[dict[str, Any]]) -> list[int]:
    return [(event["timestamp"] - NOW_MS) // 10 for event in events]


def test_events_come_in_the_order_of_time_across_streams(aws: Aws, group: str) -> None:
    assert numbers(aws.events(group)) == list(range(30))


@pytest.mark.parametrize("size", [1, 7, 10, 30])
def test_pages_add_up(aws: Aws, group: str, size: int) -> None:
    pages = list(
        aws.client("logs")
        .get_paginator("filter_log_events")
        .paginate(logGroupName=group, PaginationConfig={"PageSize": size})
    )

    assert numbers([event for page in pages for event in page["events"]]) == list(range(30))
    assert all(len(page["events"]) <= size for page in pages)
    assert "nextToken" not in pages[-1]


def test_a_search_may_begin_with_empty_pages(aws: Aws, group: str) -> None:
    aws.sandbox.log_paging(empty_pages=2, scan_events=10)
    logs = aws.client("logs")

    pages = list(logs.get_paginator("filter_log_events").paginate(logGroupName=group, filterPattern='"event-29"'))

    assert [len(page["events"]) for page in pages] == [0, 0, 0, 0, 1]
    assert all(page["nextToken"] for page in pages[:-1])


def test_a_token_belongs_to_its_query(aws: Aws, group: str) -> None:
    logs = aws.client("logs")
    token = logs.filter_log_events(logGroupName=group, limit=5)["nextToken"]

    assert logs.filter_log_events(logGroupName=group, limit=6, nextToken=token)["events"]
    for wrong in ({"startTime": 1, "nextToken": token}, {"nextToken": "nonsense"}):
        with pytest.raises(logs.exceptions.InvalidParameterException):
            logs.filter_log_events(logGroupName=group, **wrong)


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ({"startTime": NOW_MS + 250}, [25, 26, 27, 28, 29]),
        ({"endTime": NOW_MS + 20}, [0, 1, 2]),
        ({"startTime": NOW_MS + 45, "endTime": NOW_MS + 60}, [5, 6]),
        ({"logStreamNames": ["b/1"], "endTime": NOW_MS + 60}, [1, 3, 5]),
        ({"logStreamNamePrefix": "a/", "endTime": NOW_MS + 60}, [0, 2, 4, 6]),
        ({"logStreamNamePrefix": "zzz"}, []),
    ],
)
def test_time_range_and_streams(aws: Aws, group: str, wish: dict[str, Any], expected: list[int]) -> None:
    assert numbers(aws.events(group, **wish)) == expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("", 30),
        ("INFO", 30),
        ("info", 0),
        ('"event-2"', 11),
        ('order_1 "event-1"', 5),
        ('"event-1" "event-2"', 0),
        ("?order_0 ?order_1", 20),
        ("INFO -order_0", 20),
        ('-"event-"', 0),
        (r'"said \"yes\""', 30),
    ],
)
def test_patterns(aws: Aws, group: str, pattern: str, expected: int) -> None:
    assert len(aws.events(group, filterPattern=pattern)) == expected


@pytest.mark.parametrize(
    "pattern",
    ['{ $.level = "ERROR" }', "[time, id]", "%event-[0-9]%", "event-1", '"not closed', "?a b", "order.id"],
)
def test_a_pattern_that_is_not_understood_is_refused(aws: Aws, group: str, pattern: str) -> None:
    logs = aws.client("logs")
    with pytest.raises(logs.exceptions.InvalidParameterException, match="Invalid filter pattern"):
        logs.filter_log_events(logGroupName=group, filterPattern=pattern)


def test_what_does_not_exist(aws: Aws, group: str) -> None:
    logs = aws.client("logs")
    with pytest.raises(logs.exceptions.ResourceNotFoundException):
        logs.filter_log_events(logGroupName="/no/such/group")
    with pytest.raises(logs.exceptions.ResourceNotFoundException):
        logs.filter_log_events(logGroupName=group, logStreamNames=["nope"])
    with pytest.raises(ClientError, match=r"the sandbox has no logs\.DescribeMetricFilters"):
        logs.describe_metric_filters(logGroupName=group)


def test_another_region_has_other_groups(aws: Aws, group: str) -> None:
    assert aws.client("logs").describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    us = boto3.client(
        "logs",
        endpoint_url=aws.sandbox.endpoint,
        region_name="us-east-1",
        aws_access_key_id="x",
        aws_secret_access_key="x",
    )
    assert us.describe_log_groups(logGroupNamePrefix=group)["logGroups"] == []


def test_groups_are_described_in_pages(aws: Aws) -> None:
    logs, prefix = aws.client("logs"), f"/paged/{uuid.uuid4().hex[:6]}"
    names = [f"{prefix}/{n}" for n in range(5)]
    for name in names:
        logs.create_log_group(logGroupName=name)

    pages = list(
        logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=prefix, PaginationConfig={"PageSize": 2})
    )

    assert [g["logGroupName"] for page in pages for g in page["logGroups"]] == names
    assert [len(page["logGroups"]) for page in pages] == [2, 2, 1]


def test_get_log_events_ends_when_the_token_repeats(aws: Aws, group: str) -> None:
    logs, token, seen = aws.client("logs"), None, []
    while True:
        more: dict[str, Any] = {"nextToken": token} if token else {}
        page = logs.get_log_events(logGroupName=group, logStreamName="a/1", startFromHead=True, limit=4, **more)
        seen += page["events"]
        if page["nextForwardToken"] == token:
            break
        token = page["nextForwardToken"]
    assert numbers(seen) == list(range(0, 30, 2))


def test_lines_appear_late(aws: Aws) -> None:
    function = aws.deploy("def handler(event, context):\n    print('hello')")
    aws.sandbox.delay_logs(f"/aws/lambda/{function}", 1.5)

    done = time.time()
    aws.invoke(function)
    assert aws.messages(function) == []
    assert aws.sandbox.last_visible(f"/aws/lambda/{function}") is None

    wait_for(lambda: len(aws.messages(function)) >= 5)
    assert time.time() - done >= 1.5
    events = aws.events(function)
    assert all(event["ingestionTime"] - event["timestamp"] > 1490 for event in events)
    assert done + 1.5 <= (aws.sandbox.last_visible(f"/aws/lambda/{function}") or 0) <= time.time()
    assert all(one["eventId"] < two["eventId"] for one, two in pairwise(events))


def test_lines_that_never_appear(aws: Aws) -> None:
    function = aws.deploy("def handler(event, context):\n    print('hello')")
    aws.sandbox.delay_logs(f"/aws/lambda/{function}", None)

    aws.invoke(function)

    assert aws.messages(function) == []
    [described] = aws.client("logs").describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{function}")["logGroups"]
    assert described["logGroupName"] == f"/aws/lambda/{function}"
