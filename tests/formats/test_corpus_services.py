"""Real histories, events and logs of services, recorded by others and kept outside the project: each is understood."""

from __future__ import annotations

import json
from collections import Counter

from itk.model.evidence import ApiRequest, AsyncOutcome, EventReceived, Line, MessageReceived, ModelCall, StateEvent
from tests.corpus import STATES_GROUP, below
from tests.formats.reading import documents, read, recorded

GROUP = "/aws/vendedlogs/states/orders"


def test_state_machines_in_cloudwatch() -> None:
    logs = [each for one in recorded("stepfunctions") for each in one.events if each.group == STATES_GROUP]
    entries = [json.loads(each.message) for each in logs]
    assert len(entries) >= 42
    for entry in entries:
        [seen] = read(json.dumps(entry), group=GROUP)
        assert isinstance(seen, StateEvent)
        assert seen.history_id == int(entry["id"])
        assert seen.previous_id == int(entry["previous_event_id"])
        assert (seen.event_type, seen.execution_arn) == (entry["type"], entry["execution_arn"])
        assert seen.name == entry["details"].get("name", "")
        assert (seen.error is not None) == (entry["type"] == "ExecutionFailed")


def test_an_entry_that_is_no_json() -> None:
    """Inner quotes that nobody escaped, and a key that lost its own."""
    [event] = [each for one in recorded("stepfunctions", "dd_step_functions_log.json") for each in one.events]
    [seen] = read(event.message, group=GROUP)
    assert isinstance(seen, StateEvent)
    assert (seen.history_id, seen.previous_id, seen.event_type) == (1, 0, "ExecutionStarted")
    assert ":express:logs-to-traces-sequential:" in seen.execution_arn
    assert seen.time_ns == 1_668_095_539_607 * 10**6


def test_histories_of_executions() -> None:
    found = Counter[str]()
    for one in recorded("stepfunctions"):
        for each in one.events:
            if each.source != "stepfunctions":
                continue
            entry = json.loads(each.message)
            [seen] = read(each.message, source=each.source, group=each.group, stream=each.stream)
            assert isinstance(seen, StateEvent), one.path.name
            assert (seen.history_id, seen.event_type) == (entry["id"], entry["type"])
            assert (seen.error is None) == ("Failed" not in seen.event_type and "TimedOut" not in seen.event_type)
            found[seen.event_type] += 1
    assert sum(found.values()) == 168
    assert {"TaskScheduled", "TaskSucceeded", "TaskFailed", "MapIterationStarted", "LambdaFunctionTimedOut"} <= set(
        found
    )


def test_events_that_functions_got() -> None:
    found = Counter[str]()
    for folder in ("events", "apigateway"):
        for name, value in documents(folder):
            if name.startswith("ls_"):
                continue
            for seen in read(json.dumps(value)):
                kind = seen.service if isinstance(seen, EventReceived) else type(seen).__name__
                found[kind] += 1
                if isinstance(seen, EventReceived) and seen.service == "api":
                    assert seen.event_id == value["requestContext"]["requestId"], name
    assert found == {
        "MessageReceived": 16,
        "sns": 6,
        "eventbridge": 5,
        "s3": 1,
        "api": 6,
        "agent": 3,
        "kinesis": 3,
        "dynamodb": 3,
        "Line": 1,  # what Firehose hands over: a batch of records, nobody's event
    }


def test_what_lambda_wrote_of_asynchronous_invocations() -> None:
    found = Counter[str]()
    for name, value in documents("events"):
        if not name.startswith("ls_destination"):
            continue
        for body in [*below(value, "Body"), *below(value, "detail")]:
            [seen] = read(json.dumps(body))
            if isinstance(seen, Line):
                continue
            assert isinstance(seen, AsyncOutcome), name
            assert seen.function_request_id == body["requestContext"]["requestId"]
            assert (seen.error is None) == (seen.condition == "Success")
            found[seen.condition] += 1
    assert {"Success", "RetriesExhausted", "EventAgeExceeded"} <= set(found)
    assert sum(found.values()) == 9


def test_a_dead_letter_of_a_function() -> None:
    [value] = [v for name, v in documents("events") if "as_lambda_dead_letter_queue" in name]
    message, outcome = read(json.dumps(value))
    assert isinstance(message, MessageReceived)
    assert isinstance(outcome, AsyncOutcome)
    assert outcome.inside == message.message_id
    assert outcome.error is not None
    assert outcome.error.message == "Test exception (this is intentional)"


def test_model_calls() -> None:
    [(_, value)] = documents("bedrock_invocation_log")
    [seen] = read(json.dumps(value))
    assert isinstance(seen, ModelCall)
    assert seen.usage is not None
    assert (seen.usage.input_tokens, seen.usage.output_tokens) == (8, 20)
    assert seen.error is None


def test_calls_of_models_by_their_invocation_log() -> None:
    """Streams become their text, except one that calls a tool without a word; refused calls say why."""
    calls = [seen for one in recorded("bedrock_runtime") for each in one.events for seen in read(each.message)]
    models = [seen for seen in calls if isinstance(seen, ModelCall)]
    assert len(models) >= 13
    assert any(isinstance(seen.response, str) for seen in models)
    assert {seen.error.type for seen in models if seen.error} == {"ValidationException"}


def test_nothing_else_is_taken_for_a_gateway_or_a_state_machine() -> None:
    """Lines of applications and of the platform stay what they are."""
    count = 0
    for folder in ("powertools", "app_logs", "lambda_platform"):
        for _, value in documents(folder):
            for seen in read(json.dumps(value), group="/shop/logs"):
                assert not isinstance(seen, ApiRequest | StateEvent | ModelCall)
                count += 1
    assert count > 50
