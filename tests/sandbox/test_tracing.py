"""Functions with active tracing: the segments that Lambda writes, those of their calls, and who is sampled."""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from itk.sandbox import Sandbox
from tests.sandbox.support import Aws, wait_for

ACTIVE = {"TracingConfig": {"Mode": "Active"}}
ECHO = """
    import os
    def handler(event, context):
        if "boom" in str(event):
            raise ValueError("boom")
        return os.environ["_X_AMZN_TRACE_ID"]
"""


@pytest.fixture(autouse=True)
def habits(itk_sandbox: Sandbox) -> Iterator[None]:
    itk_sandbox.xray()
    yield
    itk_sandbox.xray()
    itk_sandbox.faults([])


def segments(aws: Aws, trace_id: str, count: int = 1) -> dict[str, dict[str, Any]]:
    """The segments of a trace by origin, once there are so many."""

    def look() -> list[dict[str, Any]]:
        found = aws.client("xray").batch_get_traces(TraceIds=[trace_id])["Traces"]
        parts = [json.loads(part["Document"]) for trace in found for part in trace["Segments"]]
        return parts if len(parts) >= count else []

    return {part["name"] + " " + part["origin"]: part for part in wait_for(look)}


def root_of(header: str) -> str:
    return re.search(r"Root=([^;]+)", header)[1]  # type: ignore[index]


def new_header(sampled: str = ";Sampled=1") -> str:
    return f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)};Parent={secrets.token_hex(8)}{sampled}"


def parts(segment: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {part["name"]: part for part in segment["subsegments"]}


def test_lambda_writes_two_segments(aws: Aws) -> None:
    name = aws.deploy(ECHO, **ACTIVE)
    answer = aws.invoke(name)

    found = segments(aws, root_of(answer["Payload"]), 2)

    service, function = found[f"{name} AWS::Lambda"], found[f"{name} AWS::Lambda::Function"]
    assert service["aws"]["request_id"] == answer["ResponseMetadata"]["RequestId"]
    assert "request_id" not in function["aws"]
    assert function["parent_id"] == service["id"]
    inner = parts(function)
    assert list(inner) == ["Initialization", "Invocation", "Overhead"]
    assert inner["Initialization"]["start_time"] < function["start_time"]
    assert service["start_time"] <= inner["Initialization"]["start_time"]
    assert f"Parent={inner['Invocation']['id']};Sampled=1" in answer["Payload"]
    assert f"XRAY TraceId: {service['trace_id']}\tSegmentId: {service['id']}\tSampled: true" in aws.messages(name)[-1]

    warm = segments(aws, root_of(aws.invoke(name)["Payload"]), 2)
    assert list(parts(warm[f"{name} AWS::Lambda::Function"])) == ["Invocation", "Overhead"]


def test_an_error_is_a_fault_with_its_cause(aws: Aws) -> None:
    name, header = aws.deploy(ECHO, **ACTIVE), new_header()
    aws.client("sqs")  # any client: what matters is the header below
    invoke(aws, name, header, {"boom": 1})

    found = segments(aws, root_of(header), 2)

    function = found[f"{name} AWS::Lambda::Function"]
    assert found[f"{name} AWS::Lambda"]["fault"]
    assert function["fault"]
    assert function["cause"]["exceptions"][0]["type"] == "ValueError"
    assert function["cause"]["exceptions"][0]["message"] == "boom"


def invoke(aws: Aws, name: str, header: str, event: Any = None) -> Any:
    """Invoke with a trace header, as a traced caller does."""
    client = aws.client("lambda")

    def add(request: Any, **_: Any) -> None:
        request.headers["X-Amzn-Trace-Id"] = header

    client.meta.events.register("before-send.lambda.Invoke", add)
    try:
        return aws.invoke(name, event)["Payload"]
    finally:
        client.meta.events.unregister("before-send.lambda.Invoke", add)


def test_an_invocation_continues_the_trace_of_its_caller(aws: Aws) -> None:
    name, header = aws.deploy(ECHO, **ACTIVE), new_header()

    assert root_of(invoke(aws, name, header)) == root_of(header)
    service = segments(aws, root_of(header), 2)[f"{name} AWS::Lambda"]
    assert f"Parent={service['parent_id']}" in header


CALLER = """
    import boto3, os
    sqs, dynamodb, function = boto3.client("sqs"), boto3.client("dynamodb"), boto3.client("lambda")
    def handler(event, context):
        sqs.send_message(QueueUrl=event["queue"], MessageBody="one")
        sqs.send_message_batch(QueueUrl=event["queue"], Entries=[{"Id": "1", "MessageBody": "two"}])
        function.invoke(FunctionName=event["function"])
        try:
            dynamodb.get_item(TableName="no-such-table", Key={"id": {"S": "1"}})
        except dynamodb.exceptions.ResourceNotFoundException:
            pass
        return os.environ["_X_AMZN_TRACE_ID"]
"""


def test_the_calls_of_a_function_are_its_subsegments(aws: Aws) -> None:
    inner = aws.deploy(ECHO, **ACTIVE)
    outer = aws.deploy(CALLER, Timeout=10, **ACTIVE)
    url, _ = aws.queue()
    aws.sandbox.faults([{"service": "sqs", "operation": "SendMessage", "code": "RequestThrottled", "times": 1}])
    root = root_of(aws.invoke(outer, {"queue": url, "function": inner})["Payload"])

    found = segments(aws, root, 7)

    invocation = parts(found[f"{outer} AWS::Lambda::Function"])["Invocation"]
    sent, batch, called, read = invocation["subsegments"]
    assert [part["name"] for part in invocation["subsegments"]] == ["sqs", "sqs", "lambda", "dynamodb"]
    assert all(part["namespace"] == "aws" for part in invocation["subsegments"])
    assert sent["aws"]["retries"] == 1
    assert (sent["aws"]["operation"], sent["aws"]["queue_url"]) == ("SendMessage", url)
    assert sent["http"]["response"]["status"] == 200
    assert "throttle" not in sent
    assert batch["aws"]["operation"] == "SendMessageBatch"
    assert read["error"]
    assert read["aws"]["table_name"] == "no-such-table"
    assert read["http"]["response"]["status"] == 400
    service = found[f"{inner} AWS::Lambda"]
    assert service["parent_id"] == called["id"]
    assert service["aws"]["request_id"] == called["aws"]["request_id"]
    inferred = found["DynamoDB AWS::DynamoDB::Table"]
    assert inferred["inferred"]
    assert inferred["parent_id"] == read["id"]
    same = ("start_time", "end_time", "aws", "http")
    assert [inferred[field] for field in same] == [read[field] for field in same]

    messages = aws.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"])[
        "Messages"
    ]
    headers = {message["Body"]: message["Attributes"]["AWSTraceHeader"] for message in messages}
    assert headers == {
        body: f"Root={root};Parent={part['id']};Sampled=1" for body, part in (("one", sent), ("two", batch))
    }
    assert sent["aws"]["message_id"] in {message["MessageId"] for message in messages}


def test_what_the_sandbox_writes_x_ray_would_take(aws: Aws) -> None:
    name, header = aws.deploy(ECHO, **ACTIVE), new_header()
    invoke(aws, name, header, {"boom": 1})
    found = segments(aws, root_of(header), 2)

    texts = [json.dumps(document) for document in found.values()]

    assert aws.client("xray").put_trace_segments(TraceSegmentDocuments=texts)["UnprocessedTraceSegments"] == []
    assert segments(aws, root_of(header), 2) == found


@pytest.mark.parametrize(
    ("fault", "flags"),
    [
        ({"code": "ProvisionedThroughputExceededException"}, {"error", "throttle"}),
        ({"code": "TooManyRequestsException"}, {"error", "throttle"}),
        ({"code": "ValidationException"}, {"error"}),
        ({"code": "InternalServerError", "status": 500}, {"fault"}),
    ],
)
def test_a_failed_call_is_flagged_by_its_kind(aws: Aws, fault: dict[str, Any], flags: set[str]) -> None:
    name = aws.deploy(
        """
        import boto3, os
        from botocore.config import Config
        from botocore.exceptions import ClientError
        dynamodb = boto3.client("dynamodb", config=Config(retries={"mode": "standard", "total_max_attempts": 2}))
        def handler(event, context):
            try:
                dynamodb.list_tables()
            except ClientError:
                return os.environ["_X_AMZN_TRACE_ID"]
        """,
        Timeout=10,
        **ACTIVE,
    )
    aws.sandbox.faults([{"service": "dynamodb", "operation": "ListTables", "times": 2, **fault}])
    root = root_of(aws.invoke(name)["Payload"])

    [call] = parts(segments(aws, root, 3)[f"{name} AWS::Lambda::Function"])["Invocation"]["subsegments"]

    assert {flag for flag in ("error", "throttle", "fault") if call.get(flag)} == flags
    assert call["cause"]["exceptions"][0]["type"] == fault["code"]
    assert call["aws"]["retries"] == (0 if flags == {"error"} else 1)


def test_a_call_that_was_not_answered_in_time_is_in_progress(aws: Aws) -> None:
    name = aws.deploy(
        """
        import boto3
        sqs = boto3.client("sqs")
        def handler(event, context):
            sqs.list_queues()
        """,
        Timeout=1,
        **ACTIVE,
    )
    aws.sandbox.faults([{"service": "sqs", "operation": "ListQueues", "latency_s": 3}])
    header = new_header()
    invoke(aws, name, header)

    function = segments(aws, root_of(header), 2)[f"{name} AWS::Lambda::Function"]

    [call] = parts(function)["Invocation"]["subsegments"]
    assert call["in_progress"]
    assert "end_time" not in call
    assert function["cause"]["exceptions"][0]["type"] == "Sandbox.Timedout"


def consumer(aws: Aws, **options: Any) -> tuple[str, str]:
    name = aws.deploy(
        """
        import json, os
        def handler(event, context):
            print(json.dumps({"header": os.environ["_X_AMZN_TRACE_ID"], "n": len(event["Records"])}))
        """,
        **ACTIVE,
    )
    url, arn = aws.queue()
    aws.subscribe(name, arn, **options)
    return name, url


def lines(aws: Aws, group: str, start: str) -> list[str]:
    """The lines of a group that begin so; none while the group is not there."""
    try:
        return [message for message in aws.messages(group) if message.startswith(start)]
    except aws.client("logs").exceptions.ResourceNotFoundException:
        return []


def said(aws: Aws, name: str) -> dict[str, Any]:
    printed = wait_for(lambda: lines(aws, name, "{"))
    found: dict[str, Any] = json.loads(printed[0])
    return found


def system(header: str) -> dict[str, Any]:
    return {"AWSTraceHeader": {"DataType": "String", "StringValue": header}}


def test_a_consumer_has_a_trace_of_its_own_that_links_its_messages(aws: Aws) -> None:
    name, url = consumer(aws, BatchSize=10, MaximumBatchingWindowInSeconds=1)
    headers = [new_header(), new_header(";Sampled=0")]
    entries = [
        {"Id": str(n), "MessageBody": "x", "MessageSystemAttributes": system(header)}
        for n, header in enumerate(headers)
    ]
    aws.client("sqs").send_message_batch(QueueUrl=url, Entries=entries)

    seen = said(aws, name)
    service = segments(aws, root_of(seen["header"]), 2)[f"{name} AWS::Lambda"]

    assert seen["n"] == 2
    assert service["trace_id"] not in {root_of(header) for header in headers}
    assert "parent_id" not in service
    assert [f"Root={link['trace_id']};Parent={link['id']}" for link in service["links"]] == [
        header.rpartition(";")[0] for header in headers
    ]


@pytest.mark.parametrize(
    ("asked", "sampled"), [(";Sampled=1", "1"), (";Sampled=0", "0"), ("", "1"), (";Sampled=?", "1")]
)
def test_the_flag_of_a_message_decides(aws: Aws, asked: str, sampled: str) -> None:
    name, url = consumer(aws)
    aws.client("sqs").send_message(QueueUrl=url, MessageBody="x", MessageSystemAttributes=system(new_header(asked)))

    seen = said(aws, name)
    report = wait_for(lambda: lines(aws, name, "REPORT"))[0]

    assert seen["header"].endswith(f"Sampled={sampled}")
    assert ("XRAY TraceId" in report) == (sampled == "1")


def test_off_leaves_a_header_and_nothing_else(aws: Aws) -> None:
    aws.sandbox.xray("off")
    name = aws.deploy(ECHO, **ACTIVE)
    header = aws.invoke(name)["Payload"]

    assert re.fullmatch(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0", header)
    assert not any("XRAY" in message for message in aws.messages(name))
    assert aws.client("xray").batch_get_traces(TraceIds=[root_of(header)])["Traces"] == []


def test_sampled_takes_the_first_of_every_so_many(itk_sandbox_fresh: Sandbox) -> None:
    aws = Aws(itk_sandbox_fresh)
    aws.sandbox.xray("sampled", every_nth=3)
    name = aws.deploy(ECHO, **ACTIVE)

    flags = [aws.invoke(name)["Payload"][-1] for _ in range(7)]

    assert flags == ["1", "0", "0", "1", "0", "0", "1"]
    assert invoke(aws, name, new_header())[-1] == "1"
    aws.sandbox.xray("sampled", every_nth=100, inherit=False)
    assert [invoke(aws, name, new_header())[-1] for _ in range(2)] == ["0", "0"]


def test_a_function_without_active_tracing_is_not_traced(aws: Aws) -> None:
    name, header = aws.deploy(ECHO), new_header()

    assert invoke(aws, name, header).endswith("Sampled=0")
    assert aws.client("xray").batch_get_traces(TraceIds=[root_of(header)])["Traces"] == []


def test_attempts_of_an_asynchronous_invocation_are_one_trace(aws: Aws) -> None:
    name = aws.deploy(ECHO, **ACTIVE)
    aws.client("lambda").invoke(FunctionName=name, InvocationType="Event", Payload=b'{"boom": 1}')
    reports = wait_for(lambda: (found := lines(aws, name, "REPORT"))[2:] and found)

    roots = {root for report in reports for root in re.findall(r"TraceId: (\S+)\tSegmentId: (\S+)", report)}
    assert len(reports) == 3
    assert len(roots) == 1
    documents = aws.client("xray").batch_get_traces(TraceIds=[roots.pop()[0]])["Traces"][0]["Segments"]
    found = sorted((json.loads(d["Document"]) for d in documents), key=lambda part: float(part["start_time"]))
    assert [part["origin"] for part in found] == ["AWS::Lambda", *["AWS::Lambda::Function"] * 3]
    assert {part["parent_id"] for part in found[1:]} == {found[0]["id"]}
    assert all(one["end_time"] <= two["start_time"] for one, two in pairwise(found[1:]))


def test_with_transaction_search_a_function_is_found_in_the_spans(aws: Aws) -> None:
    aws.sandbox.xray(destination="cloudwatch_logs")
    name = aws.deploy(ECHO, **ACTIVE)
    answer = aws.invoke(name)
    trace_id = root_of(answer["Payload"])[2:].replace("-", "")

    messages = wait_for(lambda: aws.messages("aws/spans", filterPattern=f'"{trace_id}"'))

    spans = {span["name"]: span for span in map(json.loads, reversed(messages))}
    assert set(spans) == {name, "Initialization", "Invocation", "Overhead"}
    requests = [json.loads(m)["attributes"].get("aws.request_id") for m in messages]
    assert answer["ResponseMetadata"]["RequestId"] in requests
    assert aws.client("xray").batch_get_traces(TraceIds=[root_of(answer["Payload"])])["Traces"] == []
