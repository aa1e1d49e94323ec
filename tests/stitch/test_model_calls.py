"""Bedrock's invocation log beside what agents and applications say of the same call."""

from __future__ import annotations

from typing import Any

from itk.model.ids import Id
from tests.stitch.lines import API, R1, RUN, Log, boundary, one
from tests.stitch.services import Service, sent, trace_of

CALLED = sent("lambda_invoke", "intake", Id("lambda_request_id", R1), operation="Invoke")


def logged(**more: Any) -> Service:
    body = {"schemaType": "ModelInvocationLog", "timestamp": "2026-11-22T07:31:00Z", "requestId": API}
    body |= {"operation": "Converse", "modelId": "nova", "input": {"inputTokenCount": 3, "inputBodyJson": {"q": 1}}}
    body |= {"output": {"outputTokenCount": 2, "outputBodyJson": {"a": 1, "metrics": {"latencyMs": 7}}}}
    return Service("bedrock").at(5, body | more)


def calling(*, agent: bool = False) -> Log:
    log = Log().start(0, R1)
    if not agent:
        return log.line(4, R1, boundary("CLIENT", "model", "nova", 4, aws_request_id=API)).end(9, R1)
    trace_id = "55555555-0000-4000-8000-000000000001-0"
    usage = {"inputTokens": 3, "outputTokens": 2}
    output = {"traceId": trace_id, "metadata": {"clientRequestId": API, "usage": usage}}
    part = {"agentId": "A", "sessionId": RUN, "trace": {"orchestrationTrace": {"modelInvocationOutput": output}}}
    return log.line(4, R1, {"agent_trace": part}).end(9, R1)


def test_the_call_that_a_function_logged_gets_payloads_and_tokens() -> None:
    span = one(trace_of(CALLED, calling(), logged()), "CLIENT nova")
    assert span.request is not None
    assert span.response is not None
    assert (span.request.value, span.response.value["a"]) == ({"q": 1}, 1)
    assert span.usage is not None
    assert (span.usage.input_tokens, span.usage.counted) == (3, True)
    assert len(span.evidence) == 2


def test_tokens_of_an_agents_model_call_are_counted_once() -> None:
    found = trace_of(CALLED, calling(agent=True), logged())
    counted = [span.usage for span in found.spans if span.usage is not None and span.usage.counted]
    assert [(usage.input_tokens, usage.output_tokens) for usage in counted] == [(3, 2)]
    model = one(found, "chat")
    assert model.request is not None
    assert model.request.value == {"q": 1}


def test_a_call_whose_metadata_names_the_invocation() -> None:
    """One moment, a duration, no end."""
    found = trace_of(
        CALLED, Log().start(0, R1).end(9, R1), logged(requestMetadata={"lambda_request_id": R1, "run": RUN})
    )
    span = one(found, "chat nova")
    assert span.parent_span_id == found.spans[0].span_id
    assert (span.end_ns, span.duration_ms, span.clock) == (None, 7.0, "service")
    assert span.join is not None
    assert span.join.tier == "exact"


def test_a_call_that_only_names_the_run_is_unplaced() -> None:
    found = trace_of(CALLED, Log().start(0, R1).end(9, R1), logged(requestMetadata={"run": RUN}))
    assert [event.name for event in found.unplaced] == ["model_call"]
    assert len(found.spans) == 1


def test_a_call_of_nobody_is_foreign() -> None:
    found = trace_of(CALLED, Log().start(0, R1).end(9, R1), logged())
    assert (found.foreign, found.unplaced) == (1, ())


def test_a_refused_call_is_throttled() -> None:
    found = trace_of(CALLED, calling(), logged(errorCode="ThrottlingException", input={}, output={}))
    span = one(found, "CLIENT nova")
    assert (span.status, span.error.type if span.error else "") == ("throttled", "ThrottlingException")
