"""The handlers do their work and log each boundary as the contract says, with the ids of the right record."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.examples.conftest import Bot

Json = dict[str, Any]
Record = Callable[..., Json]
QUESTION = {"text": "Where is order 42?", "order_id": "42"}
RUN = "itk-0123456789abcdef0123"
TRACE = "Root=1-6b02a1fc-14c61a6a3c7ad64c697dfe96;Parent=81004a1f33dc3b54;Sampled=1"


def test_intake_logs_the_agent_the_message_it_sent_and_the_record(bot: Bot, record: Record) -> None:
    done = bot.call("intake", {"Records": [record(1, QUESTION, run_id=RUN)]})

    assert done.answer == {"batchItemFailures": []}
    agent, sent, consumed = done.spans
    assert (agent["kind"], agent["component"]) == ("CLIENT", {"type": "agent", "name": "unit-gatekeeper"})
    assert (sent["kind"], sent["component"]) == ("PRODUCER", {"type": "queue", "name": "unit-outbox"})
    assert (consumed["kind"], consumed["component"]) == ("CONSUMER", {"type": "queue", "name": "unit-intake"})
    assert consumed["ids"] == {"sqs_message_id": "00000000-0000-4000-8000-000000000001"}
    assert consumed["attempt"] == 1
    assert "espresso machine" in agent["response"]["text"]
    assert {span["status"] for span in done.spans} == {"ok"}
    assert consumed["start_time"] <= agent["start_time"] <= agent["end_time"] <= sent["end_time"]

    [message] = bot.sent()
    assert message["MessageId"] == sent["ids"]["sqs_message_id"]
    assert message["MessageAttributes"]["ITK_TRACE_ID"]["StringValue"] == RUN
    assert json.loads(message["Body"]) == {"order_id": "42", "answer": agent["response"]["text"]}


def test_intake_logs_the_agents_own_steps_under_the_request_id_of_the_call(bot: Bot, record: Record) -> None:
    done = bot.call("intake", {"Records": [record(1, QUESTION, run_id=RUN)]})
    bot.sent()

    [request_id] = [span["ids"]["aws_request_id"] for span in done.spans if span["kind"] == "CLIENT"]
    parts = [line["message"]["agent_trace"] for line in done.objects if "agent_trace" in line["message"]]
    trace_ids = {find(part["trace"], "traceId") for part in parts}
    assert len(parts) >= 6
    assert {trace_id.rpartition("-")[0] for trace_id in trace_ids} == {request_id}
    assert all(part["eventTime"].endswith("+00:00") and "T" in part["eventTime"] for part in parts)


def test_each_record_of_a_batch_logs_under_its_own_ids(bot: Bot, record: Record) -> None:
    """Ten runs may share one invocation: nothing of one record may be on a line of another."""
    records = [
        record(1, QUESTION, run_id="run-1"),
        record(2, QUESTION | {"simulate": "poison"}, run_id="run-2"),
        record(3, QUESTION),
        record(4, QUESTION | {"simulate": "retry"}, run_id="run-4"),
    ]

    done = bot.call("intake", {"Records": records})
    bot.sent()

    failed = [item["itemIdentifier"] for item in done.answer["batchItemFailures"]]
    assert failed == [records[1]["messageId"], records[3]["messageId"]]
    runs = {r["messageId"]: r["messageAttributes"].get("ITK_TRACE_ID", {}).get("stringValue") for r in records}
    for line in done.objects:
        assert line.get("itk_trace_id") == runs[line["sqs_message_id"]]
        if isinstance(line["message"], dict) and line["message"].get("kind") == "CONSUMER":
            assert line["message"]["ids"]["sqs_message_id"] == line["sqs_message_id"]


def test_real_traffic_gets_no_run_id_anywhere(bot: Bot, record: Record) -> None:
    done = bot.call("intake", {"Records": [record(1, QUESTION)]})

    [message] = bot.sent()
    assert "MessageAttributes" not in message
    assert not [line for line in done.lines if "itk_trace_id" in line]


def test_the_trace_header_of_the_record_goes_on(bot: Bot, record: Record) -> None:
    bot.call("intake", {"Records": [record(1, QUESTION, trace=TRACE)]})

    [message] = bot.sent()
    assert message["Attributes"]["AWSTraceHeader"] == TRACE


def test_retry_fails_on_the_first_receive_alone(bot: Bot, record: Record) -> None:
    slow = QUESTION | {"simulate": "retry"}

    first = bot.call("intake", {"Records": [record(1, slow, attempt=1)]})
    second = bot.call("intake", {"Records": [record(1, slow, attempt=2)]})

    assert len(first.answer["batchItemFailures"]) == 1
    assert second.answer == {"batchItemFailures": []}
    assert len(bot.sent()) == 1
    [consumed] = first.spans
    assert (consumed["status"], consumed["error"]["type"]) == ("error", "DownstreamTimeout")
    assert second.spans[-1]["attempt"] == 2


def test_a_failure_is_logged_with_its_stack(bot: Bot, record: Record) -> None:
    done = bot.call("intake", {"Records": [record(1, {"text": "Where is my order?"}, attempt=3)]})

    [consumed] = done.spans
    assert consumed["error"]["type"] == "InvalidMessage"
    assert "in parse" in consumed["error"]["stack"]
    [logged] = [line for line in done.objects if line["message"] == "record failed"]
    assert logged["exception_name"] == "InvalidMessage"
    assert logged["sqs_message_id"] == "00000000-0000-4000-8000-000000000001"


def test_what_breaks_before_the_span_is_logged_too(bot: Bot, record: Record) -> None:
    """The batch processor of Powertools keeps exceptions to itself."""
    broken = record(1, QUESTION)
    del broken["attributes"]["ApproximateReceiveCount"]

    done = bot.call("intake", {"Records": [broken]})

    assert len(done.answer["batchItemFailures"]) == 1
    assert [line["exception_name"] for line in done.objects] == ["KeyError"]


def test_lookup_counts_and_answers_in_the_agents_format(bot: Bot) -> None:
    first = bot.call("lookup_order", lookup("7"))
    second = bot.call("lookup_order", lookup("7"))

    counts = [json.loads(text_of(done.answer))["lookups"] for done in (first, second)]
    assert int(counts[1]) == int(counts[0]) + 1
    [span] = first.spans
    assert (span["name"], span["status"]) == ("UpdateItem unit-orders", "ok")
    assert span["response"]["Attributes"]["item"] == "tea kettle"
    assert span["ids"]["aws_request_id"]


def test_an_unknown_order_is_an_answer_and_makes_no_order(bot: Bot) -> None:
    done = bot.call("lookup_order", lookup("4711"))

    assert json.loads(text_of(done.answer)) == {"order_id": "4711", "status": "not found"}
    assert (done.spans[0]["status"], done.spans[0]["response"]) == ("ok", {"found": False})
    assert "Item" not in bot.client("dynamodb").get_item(TableName="unit-orders", Key={"order_id": {"S": "4711"}})


def test_a_table_that_is_missing_is_an_error_of_the_call(bot: Bot) -> None:
    done = bot.call("lookup_order", lookup("42"), ORDERS_TABLE="no-such-table")

    assert done.answer is None
    assert done.spans[0]["status"] == "error"
    assert "ResourceNotFoundException" in done.spans[0]["error"]["message"]
    assert any("lookupOrder failed" in line for line in done.lines)


def test_notify_fails_one_record_and_delivers_the_rest(bot: Bot, record: Record) -> None:
    good = {"order_id": "42", "answer": "It is on its way."}

    done = bot.call("notify", {"Records": [record(1, "not json"), record(2, good, run_id=RUN, attempt=2)]})

    assert done.answer == {"batchItemFailures": [{"itemIdentifier": "00000000-0000-4000-8000-000000000001"}]}
    bad, delivered = done.spans
    assert (bad["status"], bad["error"]["type"]) == ("error", "JSONDecodeError")
    assert "itk_trace_id" not in bad
    assert (delivered["status"], delivered["attempt"], delivered["itk_trace_id"]) == ("ok", 2, RUN)


def lookup(order_id: str) -> Json:
    """The event of an action group with function details."""
    return {
        "messageVersion": "1.0",
        "agent": {"name": "gatekeeper", "id": "A", "alias": "B", "version": "1"},
        "inputText": f"Where is order {order_id}?",
        "sessionId": "session-1",
        "actionGroup": "orders",
        "function": "lookupOrder",
        "parameters": [{"name": "order_id", "type": "string", "value": order_id}],
        "sessionAttributes": {"itk_trace_id": RUN},
        "promptSessionAttributes": {},
    }


def text_of(answer: Json) -> str:
    text: str = answer["response"]["functionResponse"]["responseBody"]["TEXT"]["body"]
    return text


def find(value: Any, key: str) -> Any:
    """The first value under `key`, however deep."""
    if isinstance(value, dict):
        return value[key] if key in value else next((f for v in value.values() if (f := find(v, key))), None)
    return None
