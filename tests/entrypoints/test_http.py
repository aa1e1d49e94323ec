"""`http` on the wire: what is sent, and what becomes of each kind of answer."""

from __future__ import annotations

import base64
import json
import re

import msgspec
import pytest

from itk.aws.bodies import BODY_MAX
from itk.aws.session import Aws
from itk.entrypoints.http import HttpEntrypoint, header_name, ids_of
from itk.model.case import Http
from itk.model.run import Receipt
from tests.entrypoints.conftest import RUN_ID, Reply, Wire, cleared, clock


def send(aws: Aws, stimulus: Http, attribute: str = "ITK_TRACE_ID") -> Receipt:
    return HttpEntrypoint(stimulus, aws, attribute, clock()).send(cleared(stimulus), RUN_ID)


def test_the_run_travels_in_three_headers_and_both_traces_are_one(aws: Aws, wire: Wire) -> None:
    receipt = send(aws, Http(url=f"{wire.url}/orders?a=1", method="POST", headers={"X-Tenant": "acme"}, body="{}"))

    sent = wire.received[0]
    assert (sent.method, sent.path, sent.body) == ("POST", "/orders?a=1", b"{}")
    assert (sent.headers["x-itk-trace-id"], sent.headers["x-tenant"]) == (RUN_ID, "acme")
    assert sent.headers["user-agent"].startswith("itk/")
    version, trace, parent, flags = sent.headers["traceparent"].split("-")
    assert (version, flags) == ("00", "01")
    root = f"1-{trace[:8]}-{trace[8:]}"
    assert sent.headers["x-amzn-trace-id"] == f"Root={root};Parent={parent};Sampled=1"
    assert {i.kind: i.value for i in receipt.ids} == {"run_id": RUN_ID, "xray_root": root, "otel_trace_id": trace}
    assert receipt.ids[0].kind == "run_id"


def test_the_run_s_own_header_wins_over_the_case_s(aws: Aws, wire: Wire) -> None:
    send(aws, Http(url=wire.url, headers={"x-itk-trace-id": "mine", "user-agent": "me"}))

    assert wire.received[0].headers["x-itk-trace-id"] == RUN_ID
    assert wire.received[0].headers["user-agent"] == "me"


@pytest.mark.parametrize(
    ("attribute", "header"),
    [("ITK_TRACE_ID", "X-Itk-Trace-Id"), ("run.id", "X-Run-Id"), ("x-run", "X-Run"), ("_run", "X-Run")],
)
def test_a_header_has_no_underscores_which_proxies_drop(attribute: str, header: str) -> None:
    assert header_name(attribute) == header


@pytest.mark.parametrize("status", [200, 204, 302, 404, 503])
def test_any_status_is_an_answer_and_400_and_more_an_error_of_the_target(aws: Aws, wire: Wire, status: int) -> None:
    wire.replies = [Reply(status=status, headers={"Location": f"{wire.url}/elsewhere", "Content-Length": "0"})]

    receipt = send(aws, Http(url=wire.url))

    assert receipt.response["status"] == status
    assert (receipt.error is not None) == (status >= 400)
    assert receipt.error is None or (receipt.error.type, receipt.error.origin) == (str(status), "service")
    assert len(wire.received) == 1, "neither repeated nor redirected"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b'{"a": [1]}', {"a": [1]}),
        ("Zoë".encode(), "Zoë"),
        (b"", None),
        (b"\x89PNG\xff", {"base64": base64.b64encode(b"\x89PNG\xff").decode()}),
    ],
)
def test_a_body_is_told_as_what_it_is(aws: Aws, wire: Wire, body: bytes, told: object) -> None:
    wire.replies = [Reply(parts=(body,))]

    receipt = send(aws, Http(url=wire.url))

    assert receipt.response["body"] == told
    assert "truncated" not in receipt.response


def test_a_large_body_is_cut_and_says_so(aws: Aws, wire: Wire) -> None:
    wire.replies = [Reply(parts=(b"x" + "é".encode() * BODY_MAX,))]

    receipt = send(aws, Http(url=wire.url))

    assert receipt.response["truncated"] == f"only the first {BODY_MAX:,} bytes were kept"
    assert len(receipt.response["body"].encode()) == BODY_MAX - 1, "half a character is left out"


def test_an_answer_that_never_ends_ends_at_its_deadline(aws: Aws, wire: Wire) -> None:
    wire.replies = [Reply(parts=(b"so far",), hang=True)]

    receipt = send(aws, Http(url=wire.url, timeout_s=0.3))

    assert (receipt.response["status"], receipt.response["truncated"]) == (200, "the time to read it was up")
    assert receipt.error is not None
    assert receipt.error.origin == "service", "it was sent: evidence may come"
    assert len(wire.received) == 1, "what acts is not repeated"


def test_a_server_that_says_nothing_is_given_up(aws: Aws, wire: Wire) -> None:
    wire.replies = [Reply(silent=True)]

    receipt = send(aws, Http(url=wire.url, timeout_s=0.2))

    assert receipt.error is not None
    assert (receipt.error.origin, receipt.response) == ("service", None)
    assert len(wire.received) == 1


def test_a_connection_that_breaks_is_not_known_to_have_failed(aws: Aws, wire: Wire) -> None:
    wire.replies = [Reply(drop=True)]

    receipt = send(aws, Http(url=wire.url, method="POST", body="x"))

    assert receipt.error is not None
    assert receipt.error.origin == "service"
    assert len(wire.received) == 1


def test_a_server_that_is_not_there_got_nothing(aws: Aws) -> None:
    receipt = send(aws, Http(url="http://127.0.0.1:1/x"))

    assert receipt.error is not None
    assert receipt.error.origin == "client"
    assert receipt.response is None


def test_a_signed_request_to_a_host_of_aws_goes_to_the_emulator(aws: Aws, wire: Wire) -> None:
    url = "https://abc123defg.execute-api.eu-west-1.amazonaws.com/qa/orders?b=2&a=1"

    send(aws, Http(url=url, sign_for="execute-api"))

    sent = wire.received[0]
    assert sent.path == "/qa/orders?b=2&a=1"
    assert sent.headers["host"].startswith("abc123defg.execute-api.127.0.0.1:")
    found = re.fullmatch(
        r"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/\d{8}/eu-west-1/execute-api/aws4_request, "
        r"SignedHeaders=([a-z0-9;-]+), Signature=[0-9a-f]{64}",
        sent.headers["authorization"],
    )
    assert found
    assert {"host", "x-itk-trace-id"} <= set(found[1].split(";"))
    assert "AKIDEXAMPLE" not in str(msgspec.to_builtins(send(aws, Http(url=url, sign_for="execute-api"))))


def test_a_function_url_keeps_its_host(aws: Aws, wire: Wire) -> None:
    send(aws, Http(url="https://abc.lambda-url.eu-west-1.on.aws/x"))

    assert wire.received[0].headers["host"] == "abc.lambda-url.eu-west-1.on.aws"


REST = "https://abc123defg.execute-api.eu-west-1.amazonaws.com/qa"
FUNCTION_URL = "https://abc.lambda-url.eu-west-1.on.aws/"
ROOT = "1-67891233-abcdef012345678912345678"


@pytest.mark.parametrize(
    ("url", "headers", "ids"),
    [
        (
            REST,
            {"x-amzn-requestid": "r", "x-amz-apigw-id": "G=", "x-amzn-trace-id": f"Root={ROOT};Sampled=0"},
            {"apigw_request_id": "r", "apigw_extended_request_id": "G=", "xray_root": ROOT},
        ),
        ("https://api.example.com/", {"x-amzn-requestid": "r", "x-amz-apigw-id": "G="}, {"apigw_request_id": "r"}),
        ("https://api.example.com/", {"apigw-requestid": "JKJaXmPLvHcESHA="}, {"apigw_request_id": "JKJaXmPLvHcESHA="}),
        (REST, {"x-amzn-requestid": "r", "x-amzn-remapped-x-amzn-requestid": "l"}, {"lambda_request_id": "l"}),
        (FUNCTION_URL, {"x-amzn-requestid": "l"}, {"lambda_request_id": "l"}),
        ("https://api.example.com/", {"x-amzn-requestid": "r"}, {"aws_request_id": "r"}),
    ],
)
def test_ids_of_an_answer(url: str, headers: dict[str, str], ids: dict[str, str]) -> None:
    found = {kind: value for kind, value in ids_of(url, headers) if value}

    assert {**found, **ids} == found


def test_the_receipt_is_json(aws: Aws, wire: Wire) -> None:
    wire.replies = [Reply(headers={"apigw-requestid": "JKJaXmPLvHcESHA="}, parts=(b"\xff\x00",))]

    assert json.loads(msgspec.json.encode(send(aws, Http(url=wire.url, body='{"n": 1}'))))
