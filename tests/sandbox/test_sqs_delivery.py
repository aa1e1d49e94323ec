"""Queue -> function: batches, attributes, retries, the dead-letter queue."""

from __future__ import annotations

import json
from typing import Any

from tests.sandbox.support import Aws, wait_for

TELL = """
    import json
    def handler(event, context):
        for record in event["Records"]:
            print("RECORD " + json.dumps(record))
        print("BATCH %d" % len(event["Records"]))
"""
TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"


def records(aws: Aws, function: str) -> list[dict[str, Any]]:
    return [json.loads(message.removeprefix("RECORD ")) for message in tagged(aws, function, "RECORD")]


def tagged(aws: Aws, function: str, tag: str) -> list[str]:
    try:
        return [message for message in aws.messages(function) if message.startswith(tag)]
    except aws.client("logs").exceptions.ResourceNotFoundException:
        return []


def test_trace_header_and_attributes_reach_the_record(aws: Aws) -> None:
    function = aws.deploy(TELL)
    url, arn = aws.queue()
    aws.subscribe(function, arn)
    header = {"AWSTraceHeader": {"DataType": "String", "StringValue": TRACE}}
    run = {"itk.run": {"DataType": "String", "StringValue": "run-1"}}
    sqs = aws.client("sqs")

    sqs.send_message(QueueUrl=url, MessageBody="one", MessageSystemAttributes=header, MessageAttributes=run)
    batch = [
        {"Id": "a", "MessageBody": "two", "MessageSystemAttributes": header, "MessageAttributes": run},
        {"Id": "b", "MessageBody": "bare"},
    ]
    sqs.send_message_batch(QueueUrl=url, Entries=batch)

    wait_for(lambda: len(records(aws, function)) == 3)
    found = {record["body"]: record for record in records(aws, function)}
    for body in ("one", "two"):
        assert found[body]["attributes"]["AWSTraceHeader"] == TRACE
        assert found[body]["messageAttributes"]["itk.run"]["stringValue"] == "run-1"
    assert "AWSTraceHeader" not in found["bare"]["attributes"]
    assert found["one"]["eventSourceARN"] == arn


def test_ten_messages_sent_at_once_arrive_as_one_batch(aws: Aws) -> None:
    function = aws.deploy(TELL)
    url, arn = aws.queue()
    aws.subscribe(function, arn, BatchSize=10)

    aws.client("sqs").send_message_batch(
        QueueUrl=url, Entries=[{"Id": str(n), "MessageBody": f"m{n}"} for n in range(10)]
    )

    assert wait_for(lambda: tagged(aws, function, "BATCH")) == ["BATCH 10\n"]


def test_a_batching_window_gathers_single_messages(aws: Aws) -> None:
    function = aws.deploy(TELL)
    url, arn = aws.queue()
    aws.subscribe(function, arn, BatchSize=10, MaximumBatchingWindowInSeconds=1)

    for n in range(4):
        aws.client("sqs").send_message(QueueUrl=url, MessageBody=f"m{n}")

    assert wait_for(lambda: tagged(aws, function, "BATCH")) == ["BATCH 4\n"]


def test_many_messages_run_in_several_environments(aws: Aws) -> None:
    function = aws.deploy("import time\ndef handler(event, context):\n    time.sleep(0.3)")
    url, arn = aws.queue(VisibilityTimeout="30")
    aws.subscribe(function, arn, BatchSize=1)
    entries = [{"Id": str(n), "MessageBody": f"m{n}"} for n in range(6)]
    aws.client("sqs").send_message_batch(QueueUrl=url, Entries=entries)

    wait_for(lambda: len(tagged(aws, function, "REPORT")) == 6)

    streams: dict[str, list[str]] = {}
    for event in aws.events(function):
        streams.setdefault(event["logStreamName"], []).append(event["message"].split()[0])
    assert len(streams) > 1
    for kinds in streams.values():
        assert kinds[0] == "INIT_START"
        assert kinds[1:] == ["START", "END", "REPORT"] * (len(kinds) // 3)


def test_poison_ends_in_the_dead_letter_queue(aws: Aws) -> None:
    function = aws.deploy("def handler(event, context):\n    raise ValueError('poison')")
    dead_url, dead_arn = aws.queue()
    policy = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 2})
    url, arn = aws.queue(VisibilityTimeout="1", RedrivePolicy=policy)
    aws.subscribe(function, arn)
    sqs = aws.client("sqs")

    sent = sqs.send_message(QueueUrl=url, MessageBody="poison")["MessageId"]

    [dead] = wait_for(lambda: sqs.receive_message(QueueUrl=dead_url, WaitTimeSeconds=1).get("Messages"))
    assert dead["MessageId"] == sent
    starts = [m.split()[2] for m in aws.messages(function, filterPattern="START") if m.startswith("START ")]
    assert len(starts) == len(set(starts)) == 2  # a poller's retry has a new RequestId


def test_only_the_failed_items_come_back(aws: Aws) -> None:
    function = aws.deploy(
        """
        import json
        def handler(event, context):
            bad = [r for r in event["Records"] if r["body"] == "bad"]
            for r in event["Records"]:
                print("RECORD " + json.dumps({"body": r["body"], "n": r["attributes"]["ApproximateReceiveCount"]}))
            return {"batchItemFailures": [{"itemIdentifier": r["messageId"]} for r in bad]}
        """
    )
    url, arn = aws.queue(VisibilityTimeout="1")
    aws.subscribe(function, arn, FunctionResponseTypes=["ReportBatchItemFailures"])
    aws.client("sqs").send_message_batch(
        QueueUrl=url, Entries=[{"Id": body, "MessageBody": body} for body in ("good", "bad")]
    )

    wait_for(lambda: len([r for r in records(aws, function) if r["body"] == "bad"]) >= 2)

    assert [r["n"] for r in records(aws, function) if r["body"] == "good"] == ["1"]
    assert [r["n"] for r in records(aws, function) if r["body"] == "bad"][:2] == ["1", "2"]


def test_a_failed_item_that_is_not_in_the_batch_fails_all_of_it(aws: Aws) -> None:
    function = aws.deploy("def handler(event, context):\n    return {'batchItemFailures': [{'itemIdentifier': ''}]}")
    url, arn = aws.queue(VisibilityTimeout="1")
    aws.subscribe(function, arn, FunctionResponseTypes=["ReportBatchItemFailures"])

    aws.client("sqs").send_message(QueueUrl=url, MessageBody="again and again")

    wait_for(lambda: len(tagged(aws, function, "START")) >= 2)
