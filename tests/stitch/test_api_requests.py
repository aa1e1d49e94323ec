"""Requests to an API: one span from both of its logs, under the call, over the invocation."""

from __future__ import annotations

from typing import Any

import pytest

from itk.model.ids import Id
from tests.stitch.lines import R1, RUN, Log, boundary, one, texts
from tests.stitch.services import REQUEST, Service, sent, to_api, trace_of
from tests.stitch.traffic import BASE_MS

NS = 1_000_000
EXECUTION = "API-Gateway-Execution-Logs_a1b2c3d4e5/prod"
FUNCTION = "arn:aws:lambda:eu-west-1:111122223333:function:intake"
ROOT = "1-6747b2f6-3f1c2d4e5a6b7c8d9e0f1a2b"


def access(request: str = REQUEST, **more: Any) -> Service:
    fields = {"requestId": request, "ip": "192.0.2.1", "requestTimeEpoch": str(BASE_MS + 1), "httpMethod": "POST"}
    fields |= {"resourcePath": "/orders", "status": "200", "responseLatency": "9", "integrationRequestId": R1}
    return Service("/aws/apigateway/shop").at(10, fields | more)


def execution(request: str = REQUEST, *more: str) -> Service:
    log = Service(EXECUTION).at(1, f"({request}) Starting execution for request: {request}")
    log.at(1, f"({request}) HTTP Method: POST, Resource Path: /orders")
    log.at(1, f'({request}) Method request body before transformations: {{"order": 1}}')
    log.at(2, f"({request}) Sending request to https://lambda/functions/{FUNCTION}/invocations")
    log.at(8, f"({request}) Endpoint response headers: {{x-amzn-RequestId={R1}, X-Amz-Executed-Version=$LATEST}}")
    for text in more:
        log.at(9, f"({request}) {text}")
    return log.at(10, f"({request}) Method completed with status: {500 if more else 200}")


def invoked() -> Log:
    return Log().start(3, R1).line(4, R1, "mine").end(7, R1)


@pytest.mark.parametrize("logs", [(access(),), (execution(),), (access(), execution())])
def test_a_request_that_itk_sent(logs: tuple[Service, ...]) -> None:
    """Whichever log there is: the call, the request, the invocation, each exactly under the one before."""
    found = trace_of(to_api(), *logs, invoked())
    root, request, unit = found.spans
    assert (request.name, request.kind, request.component.type) == ("POST /orders", "SERVER", "api")
    assert (request.start_ns, request.end_ns) == ((BASE_MS + 1) * NS, (BASE_MS + 10) * NS)
    assert request.status == "ok"
    assert request.parent_span_id == root.span_id
    assert request.join is not None
    assert (request.join.tier, request.join.rule) == ("exact", "apigw_request_id")
    assert unit.parent_span_id == request.span_id
    assert unit.join is not None
    assert (unit.join.tier, unit.join.rule) == ("exact", "lambda_request_id")
    assert texts(unit) == ["mine"]
    assert found.missing == ()


def test_both_logs_tell_one_request() -> None:
    found = trace_of(to_api(), access(), execution())
    request = found.spans[1]
    assert request.duration_source == "reported"
    assert request.request is not None
    assert request.request.value == {"order": 1}
    assert request.component.name == "a1b2c3d4e5"
    assert len(request.events) == 6
    assert request.attributes["aws.api_gateway.function_arn"] == FUNCTION


def test_a_functions_error_behind_status_200() -> None:
    said = "Lambda execution failed with status 200 due to customer function error: no such order"
    request = trace_of(to_api(), execution(REQUEST, said)).spans[1]
    assert request.status == "error"
    assert request.error is not None
    assert request.error.type == "customer function error"


@pytest.mark.parametrize(("status", "expected"), [("200", "ok"), ("404", "ok"), ("429", "throttled"), ("503", "error")])
def test_an_answer_is_an_answer(status: str, expected: str) -> None:
    """What the function answered with 4xx is no failure of the API."""
    assert trace_of(to_api(), access(status=status)).spans[1].status == expected


def test_what_the_gateway_refused_is_an_error() -> None:
    refused = access(status="403", error={"message": "Missing Authentication Token"}, integrationRequestId="-")
    request = trace_of(to_api(), refused).spans[1]
    assert request.status == "error"
    assert request.error is not None
    assert request.error.message == "Missing Authentication Token"


def test_a_request_that_has_not_ended_is_missing() -> None:
    log = execution()
    log.events.pop()
    assert "its end was not seen" in trace_of(to_api(), log, invoked()).missing[0].what


def test_a_request_with_itks_x_ray_root() -> None:
    """The answer's headers were lost; the trace header that ITK sent was not."""
    receipt = sent("http", "shop", Id("xray_root", ROOT), type_="api")
    log = access(xrayTraceId=ROOT, path=f"/{RUN}")
    request = trace_of(receipt, log).spans[1]
    assert request.join is not None
    assert (request.join.tier, request.join.rule) == ("exact", "xray_root")


def test_an_api_that_a_function_called() -> None:
    receipt = sent("lambda_invoke", "front", Id("lambda_request_id", "44444444-0000-4000-8000-000000000001"))
    front = "44444444-0000-4000-8000-000000000001"
    call = boundary("CLIENT", "api", "shop", 11, apigw_request_id=REQUEST)
    found = trace_of(
        receipt, Log("front", "s9").start(0, front).line(11, front, call).end(12, front), access(), invoked()
    )
    request = one(found, "POST /orders")
    assert request.parent_span_id == one(found, "CLIENT shop").span_id
    assert one(found, "invoke intake").parent_span_id == request.span_id
    assert {span.join.tier for span in found.spans if span.join} == {"exact"}


def proxy_event(request: str = REQUEST) -> dict[str, Any]:
    context = {"requestId": request, "apiId": "a1b2c3d4e5", "http": {"method": "POST", "path": "/orders"}}
    return {"version": "2.0", "routeKey": "POST /orders", "rawPath": "/orders", "requestContext": context, "body": "x"}


def test_without_any_log_of_the_gateway_the_functions_event_names_the_request() -> None:
    """Dumped by the function: the request was answered to ITK with the same id, and the invocation is ours alone."""
    log = Log().start(3, R1).line(4, R1, "mine").line(5, R1, proxy_event()).end(7, R1)
    found = trace_of(to_api(), log)
    unit = found.spans[1]
    assert unit.join is not None
    assert (unit.join.tier, unit.join.rule) == ("exact", "apigw_request_id")
    assert unit.kind == "SERVER"
    assert "mine" in texts(unit)
    assert found.missing == ()


def test_an_access_log_that_does_not_say_whom_it_called() -> None:
    """The function's event names the request, so the invocation hangs under the API and not beside it."""
    log = Log().start(3, R1).line(5, R1, proxy_event()).end(7, R1)
    root, request, unit = trace_of(to_api(), access(integrationRequestId="-"), log).spans
    assert (request.parent_span_id, unit.parent_span_id) == (root.span_id, request.span_id)
    assert unit.join is not None
    assert (unit.join.tier, unit.join.rule) == ("exact", "apigw_request_id")


def test_a_request_of_somebody_else_is_foreign() -> None:
    other = "33333333-0000-4000-8000-00000000000f"
    found = trace_of(to_api(), access(other, integrationRequestId="-"), execution())
    assert [span.name for span in found.spans] == ["Send shop", "POST /orders"]
    assert found.foreign == 1
