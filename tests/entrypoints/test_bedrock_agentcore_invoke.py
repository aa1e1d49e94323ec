"""`bedrock_agentcore_invoke` on the wire: no emulator runs agents, so each exchange is the documented one, replayed.

Requests and answers are as in the API reference of InvokeAgentRuntime and of GetAgentRuntimeEndpoint, and streams as
the AgentCore SDK for Python writes them. ITK's own SDK speaks HTTP to a server that keeps what it was sent.
"""

from __future__ import annotations

import json

from msgspec.structs import replace

from itk.aws.session import Aws
from itk.entrypoints.bedrock_agentcore_invoke import BedrockAgentCoreInvokeEntrypoint
from itk.model.case import BedrockAgentCoreInvoke
from itk.model.run import Receipt
from itk.preflight.target import check_target
from tests.entrypoints.conftest import RUN_ID, Reply, Wire, cleared, clock

ARN = "arn:aws:bedrock-agentcore:eu-west-1:123456789012:runtime/support-Ab3dE6gH9j"
ASK = BedrockAgentCoreInvoke(agent_runtime_arn=ARN, body='{"prompt":"Where is my order?"}')
HEADERS = {
    "x-amzn-RequestId": "5b9d2f0e-3c1a-4a57-9f0e-1d2c3b4a5f60",
    "X-Amzn-Bedrock-AgentCore-Runtime-Session-Id": f"{RUN_ID}-0123456789abcdef",
    "X-Amzn-Trace-Id": "Root=1-68e77800-aabbccddeeff001122334455;Self=1-68e77800-00112233445566778899aabb",
}


def send(aws: Aws, stimulus: BedrockAgentCoreInvoke = ASK) -> Receipt:
    return BedrockAgentCoreInvokeEntrypoint(stimulus, aws, "ITK_TRACE_ID", clock()).send(
        cleared(stimulus, "support", ARN), RUN_ID
    )


def answer(*parts: bytes, kind: str = "application/json", **headers: str) -> Reply:
    return Reply(headers={**HEADERS, "Content-Type": kind, **headers}, parts=parts)


def test_the_run_names_the_session_the_trace_and_the_baggage(aws: Aws, wire: Wire) -> None:
    wire.replies = [answer(b'{"result": "It is on its way."}')]

    receipt = send(aws)

    sent = wire.received[0]
    assert sent.method == "POST"
    assert sent.path == f"/runtimes/{ARN.replace(':', '%3A').replace('/', '%2F')}/invocations?qualifier=DEFAULT"
    assert json.loads(sent.body) == {"prompt": "Where is my order?"}
    session = sent.headers["x-amzn-bedrock-agentcore-runtime-session-id"]
    assert session.startswith(RUN_ID)
    assert len(session) >= 33
    trace = sent.headers["traceparent"].split("-")[1]
    assert f"Root=1-{trace[:8]}-{trace[8:]};" in sent.headers["x-amzn-trace-id"]
    assert sent.headers["baggage"] == f"ITK_TRACE_ID={RUN_ID}"
    assert sent.headers["authorization"].split("/")[3] == "bedrock-agentcore"
    assert receipt.ids[0].value == RUN_ID
    kinds = [(i.kind, i.value) for i in receipt.ids]
    for expected in (
        ("session_id", session),
        ("otel_trace_id", trace),
        ("session_id", HEADERS["X-Amzn-Bedrock-AgentCore-Runtime-Session-Id"]),
        ("xray_root", "1-68e77800-aabbccddeeff001122334455"),
        ("aws_request_id", HEADERS["x-amzn-RequestId"]),
    ):
        assert expected in kinds


def test_turns_share_the_session_and_each_begins_a_trace_of_its_own(aws: Aws, wire: Wire) -> None:
    wire.replies = [answer(b'{"result": "x"}')]

    receipts = [send(aws, replace(ASK, turn=n)) for n in (1, 2)]

    first, second = (sent.headers for sent in wire.received)
    name = "x-amzn-bedrock-agentcore-runtime-session-id"
    assert first[name] == second[name]
    traces = [sent["traceparent"].split("-")[1] for sent in (first, second)]
    assert traces[0] != traces[1]
    for receipt, trace in zip(receipts, traces, strict=True):
        assert ("otel_trace_id", trace) in [(i.kind, i.value) for i in receipt.ids]


def test_a_json_answer(aws: Aws, wire: Wire) -> None:
    wire.replies = [answer(b'{"result": "It is on its way."}')]

    receipt = send(aws)

    assert receipt.response == {
        "statusCode": 200,
        "contentType": "application/json",
        "body": {"result": "It is on its way."},
    }
    assert (receipt.error, receipt.target_type, receipt.operation) == (None, "agent", "InvokeAgentRuntime")


def test_a_stream_is_read_to_its_end_and_its_text_put_together(aws: Aws, wire: Wire) -> None:
    delta = {"event": {"contentBlockDelta": {"delta": {"text": "on its "}, "contentBlockIndex": 0}}}
    wire.replies = [
        answer(
            b'data: "It is "\n\n',
            b": keep-alive\n\n",
            f"data: {json.dumps(delta)}\n\n".encode(),
            b'event: x\ndata: "way."\n\n',
            kind="text/event-stream; charset=utf-8",
        )
    ]

    receipt = send(aws)

    assert receipt.response["text"] == "It is on its way."
    assert receipt.response["events"] == ["It is ", delta, "way."]
    assert receipt.error is None


def test_an_error_in_the_middle_of_a_stream_is_the_agent_s(aws: Aws, wire: Wire) -> None:
    failed = {"error": "model refused", "error_type": "EventStreamError", "message": "…"}
    wire.replies = [answer(f'data: "It"\n\ndata: {json.dumps(failed)}\n\n'.encode(), kind="text/event-stream")]

    receipt = send(aws)

    assert receipt.error is not None
    assert (receipt.error.type, receipt.error.message, receipt.error.origin) == (
        "EventStreamError",
        "model refused",
        "app",
    )
    assert receipt.response["text"] == "It"


def test_a_tool_that_answers_error_is_no_error_of_the_agent(aws: Aws, wire: Wire) -> None:
    wire.replies = [answer(b'data: {"error": "no such order"}\n\n', kind="text/event-stream")]

    assert send(aws).error is None


def test_an_answer_that_breaks_off_does_not_mean_that_nothing_was_done(aws: Aws, wire: Wire) -> None:
    wire.replies = [answer(b'data: "It is', kind="text/event-stream", **{"Content-Length": "1000"})]

    receipt = send(aws)

    assert receipt.error is not None
    assert receipt.error.origin == "service", "evidence may come"
    assert receipt.response["truncated"].startswith("it broke off")
    assert len(wire.received) == 1, "what acts is not repeated"


def test_a_session_that_is_gone_on_with_is_no_id_of_the_run(aws: Aws, wire: Wire) -> None:
    session = "tenant-7-conversation-of-many-turns-1"
    wire.replies = [answer(b"{}", **{"X-Amzn-Bedrock-AgentCore-Runtime-Session-Id": session})]

    receipt = send(aws, BedrockAgentCoreInvoke(agent_runtime_arn=ARN, body="{}", session_id=session))

    assert wire.received[0].headers["x-amzn-bedrock-agentcore-runtime-session-id"] == session
    assert "session_id" not in {i.kind for i in receipt.ids}


def test_an_agent_whose_code_fails_did_take_the_call(aws: Aws, wire: Wire) -> None:
    said = b'{"message": "An exception occurred when the runtime was invoked. Check your CloudWatch logs."}'
    kind = {"x-amzn-ErrorType": "RuntimeClientError", "x-amzn-RequestId": "r-1"}
    wire.replies = [Reply(status=424, headers=kind, parts=(said,))]

    receipt = send(aws)

    assert receipt.error is not None
    assert (receipt.error.type, receipt.error.origin) == ("RuntimeClientError", "app")
    assert ("aws_request_id", "r-1") in [(i.kind, i.value) for i in receipt.ids]
    assert len(wire.received) == 1, "what acts is not repeated"


def test_a_refused_call_says_what_to_allow(aws: Aws, wire: Wire) -> None:
    denied = b'{"message": "not authorized"}'
    wire.replies = [
        Reply(status=403, headers={"x-amzn-ErrorType": "AccessDeniedException"}, parts=(denied,)),
    ]

    receipt = send(aws)

    assert receipt.error is not None
    assert receipt.error.origin == "client"
    assert "bedrock-agentcore:InvokeAgentRuntime" in receipt.error.message


def test_pre_flight_asks_for_the_endpoint(aws: Aws, wire: Wire) -> None:
    described = {"status": "READY", "liveVersion": "3", "agentRuntimeArn": ARN, "name": "DEFAULT"}
    wire.replies = [Reply(parts=(json.dumps(described).encode(),))]

    findings, target = check_target(aws, ASK, "123456789012")

    assert wire.received[0].path == "/runtimes/support-Ab3dE6gH9j/runtime-endpoints/DEFAULT/"
    assert [(finding.ok, finding.what) for finding in findings] == [(True, "support, endpoint DEFAULT, version 3")]
    assert target is not None
    assert (target.name, target.id) == ("support", ARN)


def test_pre_flight_refuses_another_account_without_asking(aws: Aws, wire: Wire) -> None:
    findings, target = check_target(aws, ASK, "999999999999")

    assert target is None
    assert "in account 123456789012" in findings[0].what
    assert wire.received == []


def test_pre_flight_refuses_an_endpoint_that_is_not_ready(aws: Aws, wire: Wire) -> None:
    wire.replies = [Reply(parts=(b'{"status": "UPDATING"}',))]

    findings, target = check_target(aws, ASK, "123456789012")

    assert target is None
    assert "UPDATING" in findings[0].what
