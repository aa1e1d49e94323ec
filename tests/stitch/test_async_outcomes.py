"""What Lambda told of asynchronous invocations: destinations and dead letters."""

from __future__ import annotations

from typing import Any

import pytest

from itk.model.ids import Id
from tests.stitch.lines import M1, R1, R2, RUN, Log, one, texts
from tests.stitch.services import bus_event, queued, sent, trace_of

FUNCTION = "arn:aws:lambda:eu-west-1:111122223333:function:intake:$LATEST"
CALLED = sent("lambda_invoke", "intake", Id("lambda_request_id", R1), operation="Invoke", asynchronous=True)


def told(request: str = R1, condition: str = "RetriesExhausted", payload: Any = None) -> dict[str, Any]:
    context = {"requestId": request, "functionArn": FUNCTION, "condition": condition, "approximateInvokeCount": 3}
    head = {"version": "1.0", "timestamp": "2026-11-22T07:34:00Z", "requestContext": context}
    answer = {"errorMessage": "no such order", "errorType": "KeyError"} if condition != "Success" else {"ok": True}
    return head | {"requestPayload": payload or {"order": 1}, "responsePayload": answer}


def failed() -> Log:
    text = "[ERROR] KeyError: 'x'\nTraceback (most recent call last)"
    return Log().start(1, R1).at(2, text).end(3, R1)


def heard(body: Any, request: str = R2) -> Log:
    return (
        Log("undertaker", "s9")
        .start(200, request)
        .line(201, request, body)
        .line(202, request, "noted")
        .end(203, request)
    )


@pytest.mark.parametrize("way", ["a queue", "EventBridge", "at once"])
def test_the_whole_story_of_a_failure(way: str) -> None:
    """Nothing but the RequestId names the run; whoever heard of it hangs under the invocation that failed."""
    body = told()
    if way == "a queue":
        body = queued((M1, body), queue="failures")
    if way == "EventBridge":
        body = bus_event(detail=body, source="lambda")
    assert "Lambda tries again" in trace_of(CALLED, failed()).missing[0].what
    found = trace_of(CALLED, failed(), heard(body))
    root = found.spans[0]
    assert root.status == "error"
    assert root.attempt is not None
    assert (root.attempt.of, root.attempt.kind) == (3, "lambda_async")
    assert root.attributes["aws.lambda.destination.condition"] == "RetriesExhausted"
    assert root.request is not None
    assert root.request.value == {"order": 1}
    listener = one(found, "invoke undertaker")
    assert listener.parent_span_id == root.span_id
    assert listener.join is not None
    assert (listener.join.tier, listener.join.rule) == ("exact", "lambda_destination")
    assert ("noted" in texts(listener)) == (way != "at once")
    assert found.missing == ()


def test_an_invocation_that_left_no_lines_is_drawn_all_the_same() -> None:
    """Throttled until it was too old: no START, but the document names the run."""
    receipt = sent("recorded", "x")
    found = trace_of(receipt, heard(told(condition="EventAgeExceeded", payload={"run": RUN})))
    span = one(found, "invoke intake")
    assert (span.status, span.start_ns) == ("error", None)
    assert span.error is not None
    assert span.error.message == "no such order"
    assert span.evidence[0].group == "/aws/lambda/undertaker"


def test_a_success_is_told_too() -> None:
    found = trace_of(CALLED, Log().start(1, R1).end(3, R1), heard(queued((M1, told(condition="Success")))))
    assert (found.spans[0].status, found.spans[0].error) == ("ok", None)
    assert found.spans[0].response is not None


def test_a_functions_own_dead_letter_queue() -> None:
    record = queued((M1, {"order": 1}))
    names = {"RequestID": R1, "ErrorCode": "200", "ErrorMessage": "no such order"}
    attributes = {key: {"stringValue": value, "dataType": "String"} for key, value in names.items()}
    record["Records"][0]["messageAttributes"] = attributes
    found = trace_of(CALLED, failed(), heard(record))
    assert found.spans[0].attributes["aws.lambda.destination.condition"] == "DeadLetterQueue"
    assert one(found, "invoke undertaker").parent_span_id == found.spans[0].span_id


def test_the_outcome_of_a_strangers_invocation_is_theirs() -> None:
    stranger = "11111111-0000-4000-8000-00000000000f"
    found = trace_of(CALLED, Log().start(1, R1).end(3, R1), heard(told(stranger)))
    assert len(found.spans) == 1
    assert found.foreign == 5
