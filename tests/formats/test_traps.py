"""The fifteen traps that make naive readers wrong, those that a single record shows. tests/stitch has the others."""

from __future__ import annotations

import json
from typing import Any

import pytest

from itk import formats
from itk.model.evidence import AgentStep, LambdaFact, Line, MessageReceived, Observation, SpanFact, TracedSpan
from itk.model.ids import Id
from itk.reading.timetext import MS, moment, unix_ns
from tests.formats.reading import REQUEST_ID, RUN_ID, TIME_MS, event, read

NS = TIME_MS * MS
ROOT = "1-6747b2f6-3f1c2d4e5a6b7c8d9e0f1a2b"


def one(message: Any, **fields: Any) -> Any:
    [found] = read(message if isinstance(message, str) else json.dumps(message), **fields)
    return found


def test_trap_01_event_time_is_no_start_and_no_end() -> None:
    part = {"eventTime": "2026-11-22T07:31:02Z", "trace": {"orchestrationTrace": {"rationale": {"traceId": "t"}}}}

    step = one(part)

    assert isinstance(step, AgentStep)
    assert (step.event_time_ns, step.start_ns, step.end_ns) == (1_795_332_662 * 10**9, None, None)


def test_trap_02_collaborator_name_is_no_agent_name() -> None:
    step = one({"collaboratorName": "Supervisor", "agentId": "A1", "trace": {"orchestrationTrace": {"rationale": {}}}})

    assert (step.agent_name, step.agent_id) == ("", "A1")


@pytest.mark.parametrize("suffix", ["-0", "-pre-0", "-post-1", "-routing-0", "-guardrail-pre-0", "-KB-null-0"])
def test_trap_02_a_bedrock_trace_id_names_an_invocation_and_a_step(suffix: str) -> None:
    step = one({"trace": {"orchestrationTrace": {"rationale": {"text": "x", "traceId": REQUEST_ID + suffix}}}})

    assert (step.invocation_id, step.trace_id) == (REQUEST_ID, REQUEST_ID + suffix)


def test_trap_02_a_session_is_no_run() -> None:
    step = one({"sessionId": "s-1", "trace": {"orchestrationTrace": {"rationale": {"text": "x"}}}})

    assert step.ids == (Id("session_id", "s-1"),)


def test_trap_03_the_new_format_has_no_task_timed_out() -> None:
    fact = one(f"REPORT RequestId: {REQUEST_ID}\tDuration: 3000 ms\tBilled Duration: 3000 ms\tStatus: timeout\t")

    assert isinstance(fact, LambdaFact)
    assert (fact.phase, fact.status) == ("report", "timeout")


def test_trap_04_a_log_line_is_no_span() -> None:
    found = [one("order accepted"), one({"message": "x", "start_time": 1}), one({"_aws": {"CloudWatchMetrics": []}})]

    assert {type(o) for o in found} == {Line}


def test_trap_04_a_guardrail_that_lets_pass_is_a_step_and_no_error() -> None:
    step = one({"trace": {"guardrailTrace": {"action": "NONE", "traceId": REQUEST_ID + "-guardrail-post-0"}}})

    assert (step.step, step.guardrail_action, step.error) == ("guardrail", "NONE", None)


@pytest.mark.parametrize("sampled", ["Sampled: false", "Sampled: true", ""])
def test_trap_06_an_unsampled_invocation_prints_its_root_all_the_same(sampled: str) -> None:
    """The id is good for joining; that a trace lies behind it, it does not say."""
    fact = one(f"REPORT RequestId: {REQUEST_ID}\tDuration: 1 ms\t\nXRAY TraceId: {ROOT}\t{sampled}")

    assert fact.ids == (Id("xray_root", ROOT),)


@pytest.mark.parametrize(
    ("said", "ns", "precision_ns"),
    [
        ("2026-11-22T07:31:02Z", NS - 120 * MS, 10**9),
        ("2026-11-22T07:31:02.120Z", NS, MS),
        ("2026-11-22 07:31:02,120+0000", NS, MS),
        ("2026-11-22 08:31:02,120+0100", NS, MS),
        ("2026-11-22T02:01:02.120-05:30", NS, MS),
        ("2026-11-22T07:31:02.1204262Z", NS + 426_200, 100),
        ("2026-11-22T07:31:02.120000131Z", NS + 131, 1),
        ("2026-11-22 07:31:02.120131+00:00", NS + 131_000, 1_000),
        ("2026-11-22 07:31:02.120", NS, MS),
        ("2026/11/22 07:31:02", NS - 120 * MS, 10**9),
        ("11/22/2026 07:31:02 AM", NS - 120 * MS, 10**9),
        ("11/22/2026 07:31:02 PM", NS + 43_200 * 10**9 - 120 * MS, 10**9),
        ("22/Nov/2026:08:31:02 +0100", NS - 120 * MS, 10**9),
        ("Sun, 22 Nov 2026 07:31:02 GMT", NS - 120 * MS, 10**9),
        ("Sun Nov 22 07:31:02 2026", NS - 120 * MS, 10**9),
        (1_795_332_662, NS - 120 * MS, 10**9),
        (1_795_332_662.12, NS, 10**7),
        ("1.79533266212E9", NS, 10**7),
        (TIME_MS, NS, MS),
        ("1795332662120", NS, MS),
        (TIME_MS * 1_000 + 7, NS + 7_000, 1_000),
        (NS + 113, NS + 113, 1),
    ],
)
def test_trap_08_seconds_milliseconds_nanoseconds_and_text(said: Any, ns: int, precision_ns: int) -> None:
    found = moment(said)

    assert found is not None
    assert (found.ns, found.precision_ns) == (ns, precision_ns)


@pytest.mark.parametrize(
    "said",
    [None, True, "", "soon", "42", 7, -1, 1e300, float("nan"), float("inf"), "2026-13-01T00:00:00Z", "20261122", {}],
)
def test_trap_08_what_is_no_time_stays_none(said: Any) -> None:
    assert unix_ns(said) is None


def test_trap_08_sqs_writes_milliseconds_as_text() -> None:
    record = {"messageId": "m", "eventSource": "aws:sqs", "attributes": {"SentTimestamp": str(TIME_MS)}}

    assert one({"Records": [record]}).sent_ns == NS


def test_trap_08_whole_seconds_give_way_to_the_milliseconds_of_the_record() -> None:
    line = {"timestamp": "2026-11-22T07:31:02Z", "level": "INFO", "message": "x", "requestId": REQUEST_ID}

    near, far = one(line), one(line, time_ms=TIME_MS + 60_000)

    assert near.time_ns == NS
    assert far.time_ns == NS - 120 * MS


def test_trap_08_a_local_time_without_a_zone_gives_way_to_the_record() -> None:
    line = one({"timestamp": "2026-11-22 02:31:02.119", "level": "INFO", "message": "x"})

    assert line.time_ns == NS


def printed(text: str) -> tuple[Observation, ...]:
    """What Python 3.13 leaves of a print: an event for each line."""
    found = formats.read_all([event(line, event_id=f"{at:04}") for at, line in enumerate(text.splitlines())])
    assert not found.unread
    return found.observations


def test_trap_09_a_pretty_printed_dict_is_many_events_and_one_record() -> None:
    [found] = printed(json.dumps({"Records": [{"messageId": "m", "eventSource": "aws:sqs"}]}, indent=2))

    assert isinstance(found, MessageReceived)
    assert (found.evidence.event_id, found.evidence.parts) == ("0000", tuple(f"{n:04}" for n in range(1, 8)))


def test_trap_09_a_traceback_has_no_break_spaces_and_no_id() -> None:
    text = (
        "[ERROR] KeyError: 'x'\nTraceback (most recent call last):\n\u00a0\u00a0File \"/var/task/a.py\", line 1, in h"
    )

    at_once, [split] = one(text), printed(text)

    assert isinstance(split, Line)
    assert at_once.error == split.error
    assert (at_once.request_id, split.request_id) == (None, None)
    assert at_once.error.stack.endswith('  File "/var/task/a.py", line 1, in h')


def test_trap_09_a_carriage_return_breaks_a_line_within_one_event() -> None:
    line = one(f"2026-11-22T07:31:02.120Z\t{REQUEST_ID}\tINFO\t{{\r  order: '42'\r}}")

    assert (line.body, line.text) == ({"order": "42"}, "{\n  order: '42'\n}")


@pytest.mark.parametrize("joint", ["\n", "\t", " "])
def test_trap_09_xray_is_on_line_2_of_report_or_inline(joint: str) -> None:
    fact = one(
        f"REPORT RequestId: {REQUEST_ID}\tDuration: 1 ms{joint}XRAY TraceId: {ROOT}\tSegmentId: 6f1c2d4e5a6b7c8d"
    )

    assert fact.ids == (Id("xray_root", ROOT), Id("xray_segment_id", "6f1c2d4e5a6b7c8d"))


def test_trap_10_json_in_json_in_json_is_opened() -> None:
    record = {
        "messageId": "m-1",
        "eventSource": "aws:sqs",
        "body": json.dumps({"Message": json.dumps({"run": RUN_ID})}),
    }
    found = one({"message": json.dumps({"event": json.dumps({"Records": [record]})})})

    assert isinstance(found, MessageReceived)
    assert Id("run_id", RUN_ID) in found.ids
    assert found.body == {"Message": json.dumps({"run": RUN_ID})}


def test_trap_10_a_body_that_is_a_number_or_broken_json_stays_as_it_is() -> None:
    bodies = ["42", "{broken", "", '{"a": "he said "no""}']
    records = [{"messageId": f"m-{i}", "eventSource": "aws:sqs", "body": b} for i, b in enumerate(bodies)]

    assert [o.body for o in read(json.dumps({"Records": records})) if isinstance(o, MessageReceived)] == bodies


@pytest.mark.parametrize(
    ("said", "body"),
    [
        pytest.param("{'order_id': '42', 'paid': True}", {"order_id": "42", "paid": True}, id="Python's repr"),
        pytest.param("environ({'A': '1', 'B': None})", {"A": "1", "B": None}, id="os.environ"),
        pytest.param(
            "{ order_id: '42', items: [Object] }", {"order_id": "42", "items": "[Object]"}, id="Node's inspect"
        ),
        pytest.param('{"order_id": "42",}', {"order_id": "42"}, id="a trailing comma"),
        pytest.param('{"note": "he said "no""}', None, id="quotes that nobody escaped"),
        pytest.param('"{\\"a\\": 1}"', None, id="JSON as a JSON string"),
    ],
)
def test_trap_10_what_is_nearly_json(said: str, body: Any) -> None:
    line = one(said)

    assert (line.body, line.text) == (body, said)


def test_trap_10_a_message_may_be_an_object() -> None:
    line = one({"level": "INFO", "message": {"order_id": "42", "session_id": "s-1"}})

    assert line.text == '{"order_id":"42","session_id":"s-1"}'
    assert Id("session_id", "s-1") in line.ids


def test_trap_10_the_record_of_a_fault_may_be_text() -> None:
    fault = one({"time": "x", "type": "platform.fault", "record": f"RequestId: {REQUEST_ID} Process exited before x"})

    assert (fault.phase, fault.request_id) == ("crash", REQUEST_ID)


def test_trap_11_a_code_interpreter_error_hides_in_a_result() -> None:
    output = {"executionError": "ZeroDivisionError", "metadata": {}}
    step = one({"trace": {"orchestrationTrace": {"observation": {"codeInterpreterInvocationOutput": output}}}})

    assert (step.step, step.error.type, step.error.message) == ("result", "executionError", "ZeroDivisionError")


def test_trap_11_an_exception_frame_hides_in_http_200() -> None:
    chunk = one({"error": {"type": "dependencyFailedException", "message": "x"}}, source="agent_stream")

    assert (chunk.ended, chunk.error.type) == (True, "dependencyFailedException")


def test_trap_14_a_receive_count_in_a_dead_letter_queue_counts_all_queues() -> None:
    """The number is passed on as it is; the queue's ARN says whose it is."""
    attributes = {"ApproximateReceiveCount": "4", "DeadLetterQueueSourceArn": "arn:aws:sqs:eu-west-1:1:intake"}
    record = {"messageId": "m", "eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:eu-west-1:1:dlq"}

    found = one({"Records": [{**record, "attributes": attributes}]})

    assert (found.receive_count, found.queue_arn) == (4, "arn:aws:sqs:eu-west-1:1:dlq")


@pytest.mark.parametrize(
    "header",
    [
        "Root=1-6747b2f6-3f1c2d4e5a6b7c8d9e0f1a2b;Parent=35465b3a9e2f7c6a;Sampled=1",
        "Sampled=?; Root=1-6747B2F6-3F1C2D4E5A6B7C8D9E0F1A2B",
        "root=1-6747b2f6-3f1c2d4e5a6b7c8d9e0f1a2b;sampled=1",
        "Self=1-6747b2f7-aaaaaaaaaaaaaaaaaaaaaaaa;Root=1-6747b2f6-3f1c2d4e5a6b7c8d9e0f1a2b",
    ],
)
def test_trace_headers_in_any_order_and_case(header: str) -> None:
    record = {"messageId": "m", "eventSource": "aws:sqs", "attributes": {"AWSTraceHeader": header}}
    root = Id("xray_root", "1-6747b2f6-3f1c2d4e5a6b7c8d9e0f1a2b")

    assert root in one({"Records": [record]}).ids
    assert root in one(f"calling with {header}").ids


def test_ids_of_a_boundary_are_not_ids_of_its_line() -> None:
    """The message that was sent on must never be taken for the one that is being processed."""
    sent, processed = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
    span = {"itk": "span", "name": "SendMessage", "kind": "PRODUCER", "ids": {"sqs_message_id": sent}}

    found = one({**span, "response": {"MessageId": sent, "sqs_message_id": sent}, "sqs_message_id": processed})

    assert isinstance(found, SpanFact)
    assert (found.ids, found.line_ids) == ((Id("sqs_message_id", sent),), (Id("sqs_message_id", processed),))


def test_what_a_span_sent_was_not_received() -> None:
    dumped = {"Records": [{"messageId": "m", "eventSource": "aws:sqs"}]}

    [found] = read(json.dumps({"itk": "span", "name": "Invoke", "kind": "CLIENT", "request": dumped}))

    assert isinstance(found, SpanFact)


def test_a_request_id_of_a_gateway_is_no_lambda_request_id() -> None:
    line = one(
        {"level": "INFO", "message": "x", "requestContext": {"requestId": REQUEST_ID}, "requestId": "GQIVriFLIA="}
    )

    assert (line.request_id, line.ids) == (None, ())


@pytest.mark.parametrize(
    "text", [f"run {RUN_ID}.", f'{{"a":{{"b":["{RUN_ID}"]}}}}', f"x={RUN_ID},", f'"\\"{RUN_ID}\\""']
)
def test_a_run_id_is_found_anywhere(text: str) -> None:
    assert Id("run_id", RUN_ID) in one(text).ids


@pytest.mark.parametrize("text", [RUN_ID + "0", "x" + RUN_ID, RUN_ID.upper(), RUN_ID[:-1]])
def test_what_only_looks_like_a_run_id_is_none(text: str) -> None:
    assert one(text).ids == ()


# 8. X-Ray's seconds are floats in E-notation; a float is off by 113 ns.


def test_seconds_of_xray_lose_no_nanosecond() -> None:
    [span] = read('{"trace_id":"1-6747b2f6-3f1c2d4e5a6b7c8d9e0f1a2b","id":"53995c3f42cd8ad8","name":"x",'
                  '"start_time":1.795332662120000113E9,"end_time":1795332662.120000227}')  # fmt: skip

    assert isinstance(span, TracedSpan)
    assert (span.start_ns, span.end_ns) == (1795332662120000113, 1795332662120000227)


# 11. An error hidden in a success.


def test_a_tool_that_failed_hides_in_an_ok_span() -> None:
    ids = {"traceId": "6747b2f63f1c2d4e5a6b7c8d9e0f1a2b", "spanId": "53995c3f42cd8ad8", "kind": "INTERNAL"}
    said = {"gen_ai.tool.name": "lookup", "gen_ai.tool.status": "error"}
    [span] = read(json.dumps({**ids, "name": "execute_tool lookup", "attributes": said, "status": {"code": "OK"}}))

    assert isinstance(span, TracedSpan)
    assert span.status == "error"


def test_a_fault_of_a_400_keeps_its_status_code() -> None:
    segment = {"trace_id": "1-6747b2f6-3f1c2d4e5a6b7c8d9e0f1a2b", "id": "53995c3f42cd8ad8", "name": "dynamodb"}
    segment |= {"start_time": 1795332662.12, "fault": True, "namespace": "aws", "http": {"response": {"status": 400}}}
    [span] = read(json.dumps(segment))

    assert isinstance(span, TracedSpan)
    assert (span.status, span.attributes["http.response.status_code"]) == ("error", 400)
