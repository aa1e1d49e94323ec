"""The traps of services' own records: times as text, JSON in JSON, failures within a success, ids that look alike."""

from __future__ import annotations

import json
from typing import Any

import pytest

from itk.model.evidence import ApiRequest, AsyncOutcome, BatchResponse, EventReceived, Line, MessageReceived, StateEvent
from itk.model.ids import Id
from itk.reading.timetext import MS
from tests.formats.reading import REQUEST_ID, RUN_ID, TIME_MS, read

MESSAGE, TOPIC_MESSAGE = "2c1f6a3e-9d44-4f0b-8f0e-5b1d7c1a9e01", "95df01b4-1ee9-5cb9-9903-4c221d41eb5e"
EVENT = "6f1c2a3b-0d1e-4f2a-8b3c-4d5e6f7a8b9c"
ARN = "arn:aws:states:eu-west-1:111122223333:execution:orders:run-1"


def sqs(body: Any, **more: Any) -> str:
    text = body if isinstance(body, str) else json.dumps(body)
    record = {"messageId": MESSAGE, "receiptHandle": "r", "body": text, "eventSource": "aws:sqs", "attributes": {}}
    return json.dumps({"Records": [record | more]})


def bus_event(detail: Any, source: str = "shop") -> dict[str, Any]:
    head = {"version": "0", "id": EVENT, "detail-type": "Placed", "source": source, "account": "1", "region": "r"}
    return head | {"time": "2026-11-22T07:31:02Z", "detail": detail}


def notification(message: Any) -> dict[str, Any]:
    text = message if isinstance(message, str) else json.dumps(message)
    return {"Type": "Notification", "MessageId": TOPIC_MESSAGE, "TopicArn": "arn:aws:sns:r:1:t", "Message": text}


@pytest.mark.parametrize("told", [str(TIME_MS), TIME_MS, "2026-11-22T07:31:02.120Z"])
def test_trap_8_a_log_of_a_state_machine_has_milliseconds_as_text(told: Any) -> None:
    entry = {"id": "1", "type": "ExecutionStarted", "details": {}, "execution_arn": ARN, "event_timestamp": told}
    [seen] = read(json.dumps(entry), group="/aws/vendedlogs/states/x")
    assert isinstance(seen, StateEvent)
    assert seen.time_ns == TIME_MS * MS


@pytest.mark.parametrize(
    "told", ["2026-11-22T07:31:02.120000+00:00", "2026-11-22 07:31:02.120000+00:00", 1.79533266212e9]
)
def test_trap_8_a_history_has_datetimes_or_seconds(told: Any) -> None:
    entry = {"id": 1, "type": "ExecutionStarted", "timestamp": told}
    [seen] = read(json.dumps(entry), source="stepfunctions", stream=ARN)
    assert isinstance(seen, StateEvent)
    assert seen.time_ns == TIME_MS * MS


def test_trap_10_a_bucket_in_a_topic_in_a_queue() -> None:
    stored = {
        "eventSource": "aws:s3",
        "s3": {"bucket": {"name": "inbox"}, "object": {"key": RUN_ID, "versionId": "v1"}},
    }
    message, topic, bucket = read(sqs(notification({"Records": [stored]})))
    assert isinstance(message, MessageReceived)
    assert isinstance(topic, EventReceived)
    assert isinstance(bucket, EventReceived)
    assert (topic.inside, bucket.inside) == (MESSAGE, MESSAGE)
    assert Id("s3_version_id", "v1") in bucket.ids
    assert all(Id("run_id", RUN_ID) in seen.ids for seen in (message, topic, bucket))


def test_trap_10_an_event_in_a_notification_in_a_queue_in_a_logger() -> None:
    line = {"level": "INFO", "message": json.dumps({"event": sqs(notification(bus_event({"a": 1})))})}
    found = read(json.dumps(line))
    assert [type(seen).__name__ for seen in found] == ["MessageReceived", "EventReceived", "EventReceived"]
    assert found[2].ids == (Id("eventbridge_event_id", EVENT),)  # type: ignore[union-attr]


def test_trap_10_quotes_that_nobody_escaped() -> None:
    broken = (
        '{"id":"7","type":"TaskFailed","details":{"cause":"{"a": "b"}","name":"Pay"},"execution_arn":"' + ARN + '"}'
    )
    [seen] = read(broken)
    assert isinstance(seen, StateEvent)
    assert (seen.history_id, seen.event_type, seen.name, seen.execution_arn) == (7, "TaskFailed", "Pay", ARN)


def test_trap_11_a_batch_that_failed_in_part() -> None:
    [seen] = read(json.dumps({"batchItemFailures": [{"itemIdentifier": MESSAGE}]}))
    assert isinstance(seen, BatchResponse)
    assert (seen.failed, seen.whole, seen.ids) == ((MESSAGE,), False, ())


@pytest.mark.parametrize("items", [[{"foo": "x"}], [{"itemIdentifier": ""}], [{"itemIdentifier": None}], "all"])
def test_trap_11_an_answer_that_is_not_valid_fails_the_whole_batch(items: Any) -> None:
    [seen] = read(json.dumps({"batchItemFailures": items}))
    assert isinstance(seen, BatchResponse)
    assert seen.whole


def test_trap_11_status_200_with_a_functions_error() -> None:
    text = f"({EVENT}) Lambda execution failed with status 200 due to customer function error: no such order"
    [seen] = read(text, group="API-Gateway-Execution-Logs_abc/prod")
    assert isinstance(seen, ApiRequest)
    assert seen.error is not None
    outcome = {"requestContext": {"requestId": REQUEST_ID, "functionArn": "arn:f", "condition": "RetriesExhausted"}}
    outcome |= {"responseContext": {"statusCode": 200, "functionError": "Unhandled"}}
    [told] = read(json.dumps(outcome))
    assert isinstance(told, AsyncOutcome)
    assert told.error is not None
    assert told.error.type == "Unhandled"


def test_trap_14_a_topics_message_id_is_not_the_queues() -> None:
    message, topic = read(sqs(notification("hello")))
    assert message.ids == (Id("sqs_message_id", MESSAGE),)  # type: ignore[union-attr]
    assert topic.ids == (Id("sns_message_id", TOPIC_MESSAGE),)  # type: ignore[union-attr]


def test_trap_14_a_dead_letter_keeps_its_id_and_counts_all_queues() -> None:
    attributes = {"ApproximateReceiveCount": "4", "DeadLetterQueueSourceArn": "arn:aws:sqs:r:1:orders"}
    [seen] = read(sqs("{}", attributes=attributes, eventSourceARN="arn:aws:sqs:r:1:orders-dlq"))
    assert isinstance(seen, MessageReceived)
    assert (seen.message_id, seen.receive_count) == (MESSAGE, 4)


LOGGED = {"requestId": REQUEST_ID, "status": 200, "httpMethod": "GET", "path": "/orders"}


@pytest.mark.parametrize(
    "line",
    [
        LOGGED,  # an application that logs its request: nothing in it that only a gateway knows
        LOGGED | {"ip": "192.0.2.1", "message": "done"},
        LOGGED | {"ip": "192.0.2.1", "level": "info", "msg": "done"},
        {"type": "TaskScheduled", "id": "3", "execution_arn": ARN},
        {"detail-type": "x", "source": "y", "detail": {}},  # to be sent: it has no id yet
    ],
)
def test_a_line_of_an_application_stays_a_line(line: dict[str, Any]) -> None:
    [seen] = read(json.dumps(line), group="/ecs/shop")
    assert isinstance(seen, Line)


def test_an_access_log_line_in_the_log_of_a_function_is_the_functions() -> None:
    [seen] = read(json.dumps(LOGGED | {"ip": "192.0.2.1", "protocol": "HTTP/1.1"}))
    assert isinstance(seen, Line)


def test_a_line_in_brackets_is_no_gateways() -> None:
    [seen] = read("(worker-12345) Received 3 messages")
    assert isinstance(seen, Line)
