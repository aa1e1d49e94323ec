"""Logs Insights, asked through boto3: what it knows it answers as AWS does, what it does not know it refuses."""

from __future__ import annotations

import time
import uuid
from itertools import count
from typing import Any

import pytest

from itk.sandbox import Sandbox
from tests.sandbox.support import Aws

NOW_S = int(time.time())
ALL = "fields @timestamp, @message | sort @timestamp asc"


@pytest.fixture(scope="module")
def groups(itk_sandbox: Sandbox) -> tuple[str, str]:
    """Two groups; the events 0..19 lie one second apart up to now, even ones in the first, odd ones in the second."""
    logs = Aws(itk_sandbox).client("logs")
    names = (f"/test/{uuid.uuid4().hex[:8]}", f"/test/{uuid.uuid4().hex[:8]}")
    for number, name in enumerate(names):
        logs.create_log_group(logGroupName=name)
        logs.create_log_stream(logGroupName=name, logStreamName=f"stream-{number}")
        events = [
            {"timestamp": (NOW_S - 20 + n) * 1000 + 120, "message": f'event-{n} said "{n % 3}"'}
            for n in range(number, 20, 2)
        ]
        logs.put_log_events(logGroupName=name, logStreamName=f"stream-{number}", logEvents=events)
    return names


@pytest.fixture(autouse=True)
def habits(itk_sandbox: Sandbox) -> None:
    itk_sandbox.insights()


def start(aws: Aws, text: str, groups: tuple[str, ...] | list[str], **options: Any) -> str:
    wish = {"startTime": NOW_S - 3600, "endTime": NOW_S + 3600, "logGroupNames": list(groups)}
    return str(aws.client("logs").start_query(queryString=text, **{**wish, **options})["queryId"])


def finished(aws: Aws, query: str, **options: Any) -> dict[str, Any]:
    for _ in count():
        answer: dict[str, Any] = aws.client("logs").get_query_results(queryId=query, **options)
        if answer["status"] not in ("Scheduled", "Running"):
            return answer
    raise AssertionError


def rows(aws: Aws, text: str, groups: tuple[str, ...] | list[str], **options: Any) -> list[dict[str, str]]:
    results = finished(aws, start(aws, text, groups, **options))["results"]
    return [{cell["field"]: cell["value"] for cell in row} for row in results]


def numbers(found: list[dict[str, str]]) -> list[int]:
    return [int(row["@message"].split()[0].removeprefix("event-")) for row in found]


def test_several_groups_are_one_answer_in_the_order_of_time(aws: Aws, groups: tuple[str, str]) -> None:
    found = rows(aws, ALL, groups)

    assert numbers(found) == list(range(20))
    assert set(found[0]) == {"@timestamp", "@message", "@ptr"}
    assert found[0]["@timestamp"] == time.strftime("%Y-%m-%d %H:%M:%S.120", time.gmtime(NOW_S - 20))


def test_a_query_without_fields_or_sort_shows_the_newest_first(aws: Aws, groups: tuple[str, str]) -> None:
    found = rows(aws, "limit 3", groups)

    assert numbers(found) == [19, 18, 17]
    assert set(found[0]) == {"@timestamp", "@message", "@ptr"}


def test_every_field_is_there(aws: Aws, groups: tuple[str, str]) -> None:
    [row] = rows(aws, 'fields @log, @logStream, @ingestionTime | filter @message like "event-7 "', groups)

    assert row["@log"] == f"{aws.sandbox.account}:{groups[1]}"
    assert row["@logStream"] == "stream-1"
    record = aws.client("logs").get_log_record(logRecordPointer=row["@ptr"])["logRecord"]
    assert record["@message"].startswith("event-7 ")
    assert record["@timestamp"] == str((NOW_S - 13) * 1000 + 120)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ('@message like "event-1"', [1, *range(10, 20)]),
        ("@message like /event-1\\d/", list(range(10, 20))),
        ("@message =~ /^event-[57] /", [5, 7]),
        ('@message like \'said "0"\' and @logStream = "stream-0"', [0, 6, 12, 18]),
        ('@message like "said \\"0\\"" and (@message like "-3 " or @message like "-6 ")', [3, 6]),
        ('@message like "-3 " or @message like "-6 " and @logStream = "stream-1"', [3]),
        ('not @logStream = "stream-0" and @message not like /-1/', [3, 5, 7, 9]),
        ('@logStream != "stream-0" and @logStream in ["stream-1", "other"] | filter @message like "-9"', [9]),
        ('@logStream not in ["stream-0"] and @message like "-5"', [5]),
        # A name of its own: workers that begin in different seconds must collect the same tests.
        pytest.param(f"@timestamp > {(NOW_S - 3) * 1000}", [17, 18, 19], id="a time"),
        ('@requestId = "no such"', []),
        ('@logStream = "a|b" or @message like /-4 |-8 /', [4, 8]),
    ],
)
def test_conditions(aws: Aws, groups: tuple[str, str], condition: str, expected: list[int]) -> None:
    assert numbers(rows(aws, f"fields @message | filter {condition} | sort @timestamp asc", groups)) == expected


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("this is not a query", "this"),
        ("", "the end"),
        ("stats count(*) by bin(5m)", "stats"),
        ("parse @message '*' as x", "parse"),
        ("fields @timestamp, @message, level", "level"),
        ("fields @timestamp as t", "as"),
        ("fields strlen(@message)", "strlen"),
        ('filter level = "ERROR"', "level"),
        ('filter @message like "a" xor @message like "b"', "xor"),
        ("filter @message like /a/i", "(?i)"),
        ("filter @message like /(/", "regular expression"),
        ('filter @message > "a"', ">"),
        ("filter ispresent(@requestId)", "ispresent"),
        ('filter (@message like "a"', ")"),
        ("sort @message asc", "@message"),
        ("limit 0", "limit"),
        ("limit 10 | sort @timestamp asc", "sort"),
        ("fields @message # with a comment", "#"),
    ],
)
def test_what_it_does_not_know_is_refused_by_name(aws: Aws, groups: tuple[str, str], query: str, named: str) -> None:
    logs = aws.client("logs")
    with pytest.raises(logs.exceptions.MalformedQueryException) as refused:
        start(aws, query or " ", groups)
    assert named in str(refused.value)


@pytest.mark.parametrize("language", ["SQL", "PPL"])
def test_other_languages_are_refused(aws: Aws, groups: tuple[str, str], language: str) -> None:
    logs = aws.client("logs")
    with pytest.raises(logs.exceptions.MalformedQueryException, match=language):
        start(aws, ALL, groups, queryLanguage=language)


def test_times_are_whole_seconds_and_both_ends_are_in(aws: Aws, groups: tuple[str, str]) -> None:
    logs = aws.client("logs")
    aws.sandbox.insights(running_polls=0)
    name = f"/test/{uuid.uuid4().hex[:8]}"
    logs.create_log_group(logGroupName=name)
    logs.create_log_stream(logGroupName=name, logStreamName="s")
    second = NOW_S + 3600  # not before the group was made
    at = [second * 1000 - 1, second * 1000, (second + 1) * 1000, (second + 1) * 1000 + 1]
    events = [{"timestamp": ms, "message": f"event-{n}"} for n, ms in enumerate(at)]
    logs.put_log_events(logGroupName=name, logStreamName="s", logEvents=events)

    assert numbers(rows(aws, ALL, [name], startTime=second, endTime=second + 1)) == [1, 2]
    with pytest.raises(logs.exceptions.InvalidParameterException, match="milliseconds"):
        start(aws, ALL, [name], endTime=NOW_S * 1000)
    with pytest.raises(logs.exceptions.MalformedQueryException, match="before the log groups creation time"):
        start(aws, ALL, [name], startTime=NOW_S - 9000, endTime=NOW_S - 8000)


def test_groups_are_named_in_exactly_one_way(aws: Aws, groups: tuple[str, str]) -> None:
    logs = aws.client("logs")
    times = {"startTime": NOW_S - 3600, "endTime": NOW_S + 3600, "queryString": ALL}
    arn = f"arn:aws:logs:{aws.sandbox.region}:{aws.sandbox.account}:log-group:{groups[0]}"

    for one in ({"logGroupName": groups[0]}, {"logGroupIdentifiers": [arn]}, {"logGroupIdentifiers": [groups[0]]}):
        assert len(finished(aws, logs.start_query(**times, **one)["queryId"])["results"]) == 10
    for wrong in ({}, {"logGroupName": groups[0], "logGroupNames": [groups[1]]}, {"logGroupIdentifiers": [arn + ":*"]}):
        with pytest.raises(logs.exceptions.InvalidParameterException):
            logs.start_query(**times, **wrong)
    with pytest.raises(logs.exceptions.ResourceNotFoundException):
        start(aws, ALL, [groups[0], "/no/such"])


def test_a_running_query_shows_a_part(aws: Aws, groups: tuple[str, str]) -> None:
    aws.sandbox.insights(scheduled_polls=1, running_polls=2)
    logs, query = aws.client("logs"), start(aws, f'{ALL} | filter @logStream = "stream-0" | limit 8', groups)

    answers = [logs.get_query_results(queryId=query) for _ in range(5)]

    shown = [(answer["status"], len(answer["results"])) for answer in answers]
    assert shown == [("Scheduled", 0), ("Running", 4), ("Running", 4), ("Complete", 8), ("Complete", 8)]
    assert answers[-1]["statistics"] == {"recordsMatched": 10.0, "recordsScanned": 20.0, "bytesScanned": 330.0}


def test_results_come_in_pages(aws: Aws, groups: tuple[str, str]) -> None:
    query = start(aws, ALL, groups)
    first = finished(aws, query, maxItems=15)
    second = finished(aws, query, maxItems=15, nextToken=first["nextToken"])

    assert (len(first["results"]), len(second["results"])) == (15, 5)
    assert "nextToken" not in second


def test_limit_of_the_call_and_of_the_query(aws: Aws, groups: tuple[str, str]) -> None:
    assert len(rows(aws, ALL, groups, limit=4)) == 4
    assert len(rows(aws, f"{ALL} | limit 6", groups, limit=4)) == 6


def test_a_stopped_query_stays_stopped(aws: Aws, groups: tuple[str, str]) -> None:
    logs, query = aws.client("logs"), start(aws, ALL, groups)

    assert logs.stop_query(queryId=query)["success"] is True
    assert finished(aws, query)["status"] == "Cancelled"
    with pytest.raises(logs.exceptions.InvalidParameterException):
        logs.stop_query(queryId=query)
    described = {q["queryId"]: q for q in logs.describe_queries(status="Cancelled")["queries"]}
    assert described[query]["queryString"] == ALL


def test_only_so_many_queries_run_at_once(itk_sandbox_fresh: Sandbox) -> None:
    aws = Aws(itk_sandbox_fresh)
    logs = aws.client("logs", attempts=1)
    logs.create_log_group(logGroupName="/test/busy")
    aws.sandbox.insights(concurrent=2)
    wish = {"startTime": NOW_S, "endTime": NOW_S + 3600, "logGroupName": "/test/busy", "queryString": ALL}
    running = [logs.start_query(**wish)["queryId"] for _ in range(2)]

    with pytest.raises(logs.exceptions.LimitExceededException):
        logs.start_query(**wish)

    finished(aws, running[0])
    assert finished(aws, logs.start_query(**wish)["queryId"])["status"] == "Complete"


def test_insights_knows_a_record_late(itk_sandbox_fresh: Sandbox) -> None:
    aws = Aws(itk_sandbox_fresh)
    logs = aws.client("logs")
    aws.sandbox.delay_logs("/test/never", None)
    for name in ("/test/never", "/test/now"):
        logs.create_log_group(logGroupName=name)
        logs.create_log_stream(logGroupName=name, logStreamName="s")
        event = {"timestamp": NOW_S * 1000, "message": "event-1"}
        logs.put_log_events(logGroupName=name, logStreamName="s", logEvents=[event])

    assert len(rows(aws, ALL, ["/test/never", "/test/now"])) == 1
    aws.sandbox.insights(index_delay_s=3600)
    assert rows(aws, ALL, ["/test/now"]) == []
    assert len(aws.events("/test/now")) == 1


def test_the_request_id_of_an_invocation_finds_its_lines(aws: Aws) -> None:
    function = aws.deploy(
        """
        import logging
        def handler(event, context):
            logging.warning("inside")
        """
    )
    request_id = aws.invoke(function)["ResponseMetadata"]["RequestId"]
    aws.invoke(function)

    query = f'fields @message, @requestId | filter @requestId = "{request_id}" | sort @timestamp asc'
    found = [row["@message"].split()[0] for row in rows(aws, query, [f"/aws/lambda/{function}"])]

    assert found == ["START", "[WARNING]", "END", "REPORT"]
