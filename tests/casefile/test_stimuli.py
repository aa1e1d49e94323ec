"""What the entrypoints of the rest of the field mean."""

from __future__ import annotations

import json
from textwrap import indent
from typing import Any

import pytest

from itk.casefile import Targets, load_case, read_case
from itk.checks import VOCABULARY
from itk.model.case import (
    BedrockAgentCoreInvoke,
    EventBridgeEvent,
    Http,
    S3Object,
    SnsMessage,
    StepFunctionsExecution,
    Stimulus,
)

RUN_ID = "itk-00112233445566778899"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:orders-qa"
MACHINE = "arn:aws:states:eu-west-1:123456789012:stateMachine:refund"
RUNTIME = "arn:aws:bedrock-agentcore:eu-west-1:123456789012:runtime/support-Ab3dE6gH9j"


def text_of(kind: str, rest: str) -> str:
    return f"id: x\nentrypoint:\n  type: {kind}\n{indent(rest, '  ')}\nexpect: [has_spans]\n"


def stimulus(kind: str, rest: str, **values: str) -> Any:
    case = load_case(
        text_of(kind, rest), "cases/x.yaml", vocabulary=VOCABULARY, values={"run.id": RUN_ID, **values},
        defaults=Targets(region="eu-west-1"),
    )  # fmt: skip
    return case.stimulus


def warnings(kind: str, rest: str) -> list[str]:
    _, problems = read_case(
        text_of(kind, rest), "x.yaml", vocabulary=VOCABULARY, values={}, defaults=Targets(), targets_needed=False
    )
    assert [problem for problem in problems if problem.severity == "error"] == []
    return [problem.what for problem in problems]


def test_http() -> None:
    found = stimulus(
        "http",
        """
target: {url: "https://api.example.com/orders?a=1", timeout: 5s}
payload:
  headers: {X-Tenant: acme, X-Count: 7}
  query: {page: 2, on: true, tag: [a, "b c"], run: "${run.id}"}
  json: {name: Zoë}
""",
    )

    assert found == Http(
        url=f"https://api.example.com/orders?a=1&page=2&on=true&tag=a&tag=b%20c&run={RUN_ID}",
        method="POST",
        headers={"X-Tenant": "acme", "X-Count": "7", "Content-Type": "application/json"},
        body='{"name":"Zoë"}',
        timeout_s=5.0,
    )


@pytest.mark.parametrize(
    ("rest", "method", "body"),
    [
        ("target: {url: https://a.example}", "GET", None),
        ("target: {url: https://a.example}\npayload: hello", "POST", "hello"),
        ("target: {url: https://a.example, method: PUT}\npayload: {body: ''}", "PUT", ""),
        ("target: {url: https://a.example}\npayload: {json: null}", "POST", "null"),
        ("target: {url: https://a.example, method: DELETE}\npayload: {headers: {a: b}}", "DELETE", None),
        ("target: {url: 'http://localhost:8080/x'}", "GET", None),
        ("target: {url: 'http://10.0.0.1/x', allow_plain_http: true}", "GET", None),
    ],
)
def test_http_methods_and_bodies(rest: str, method: str, body: str | None) -> None:
    found = stimulus("http", rest)

    assert (found.method, found.body) == (method, body)


@pytest.mark.parametrize(
    ("url", "more", "signed"),
    [
        ("https://abc.execute-api.eu-west-1.amazonaws.com/qa", "", ("execute-api", "eu-west-1")),
        ("https://abc.lambda-url.us-east-1.on.aws/", "", ("lambda", "us-east-1")),
        ("https://api.example.com/", ", service: execute-api", ("execute-api", "")),
        (
            "https://api.example.com/",
            ", service: vpc-lattice-svcs, region: eu-west-2",
            ("vpc-lattice-svcs", "eu-west-2"),
        ),
    ],
)
def test_what_sigv4_signs_for(url: str, more: str, signed: tuple[str, str]) -> None:
    found = stimulus("http", f"target: {{url: '{url}', auth: sigv4{more}}}")

    assert (found.sign_for, found.sign_region) == signed


def test_eventbridge_event() -> None:
    found = stimulus(
        "eventbridge_event",
        "target: {bus: default}\npayload: {source: shop, detail-type: Order placed, detail: {n: 1}, resources: [a:b]}",
    )

    assert found == EventBridgeEvent(
        bus="default", source="shop", detail_type="Order placed", detail={"n": 1}, resources=("a:b",)
    )


@pytest.mark.parametrize("key", ["detail_type", "DetailType", "detailType"])
def test_the_type_of_an_event_in_other_spellings(key: str) -> None:
    assert stimulus("eventbridge_event", f"target: {{bus: b}}\npayload: {{source: s, {key}: t}}").detail_type == "t"


def test_sns_message() -> None:
    found = stimulus(
        "sns_message",
        f"target: {{topic_arn: '{TOPIC}.fifo', subject: Hi, message_attributes: {{n: 1}}, message_group_id: g}}\n"
        "payload: {a: 1}",
    )

    assert found == SnsMessage(
        topic_arn=f"{TOPIC}.fifo", message='{"a":1}', subject="Hi", attributes={"n": "1"}, message_group_id="g"
    )


def test_s3_object() -> None:
    target = "target: {bucket: orders-qa, key: 'in/${run.id}.csv', overwrite: true}\n"

    assert stimulus("s3_object", target + "payload: {file: data/a.csv, content_type: text/csv}") == S3Object(
        bucket="orders-qa", key=f"in/{RUN_ID}.csv", file="cases/data/a.csv", content_type="text/csv", overwrite=True
    )
    assert stimulus("s3_object", target + "payload: hello").body == "hello"
    stored = stimulus("s3_object", target + "payload: {json: [1], metadata: {a: b}, tags: {c: d}}")
    assert (stored.body, stored.content_type, stored.metadata) == ("[1]", "application/json", {"a": "b"})


def test_a_key_that_cannot_name_the_run_is_worth_a_warning() -> None:
    assert warnings("s3_object", "target: {bucket: orders-qa, key: 'in/${run.id}'}\npayload: x") == []
    (told,) = warnings("s3_object", "target: {bucket: orders-qa, key: in/a.csv}\npayload: x")
    assert "does not hold `${run.id}`" in told


def test_stepfunctions_execution() -> None:
    target = f"target: {{state_machine_arn: '{MACHINE}:live', sync: true}}"

    assert stimulus("stepfunctions_execution", target) == StepFunctionsExecution(
        state_machine_arn=f"{MACHINE}:live", sync=True
    )
    assert stimulus("stepfunctions_execution", f"{target}\npayload: {{n: 1}}").input == {"n": 1}


@pytest.mark.parametrize(
    ("payload", "more", "body"),
    [
        ("Where is my order?", "", json.dumps({"prompt": "Where is my order?"}, separators=(",", ":"))),
        ("{prompt: Hi, user: 7}", "", '{"prompt":"Hi","user":7}'),
        ("plain words", ", content_type: text/plain", "plain words"),
    ],
)
def test_bedrock_agentcore_invoke(payload: str, more: str, body: str) -> None:
    found = stimulus(
        "bedrock_agentcore_invoke", f"target: {{agent_runtime_arn: '{RUNTIME}'{more}}}\npayload: {payload}"
    )

    assert isinstance(found, BedrockAgentCoreInvoke)
    assert (found.agent_runtime_arn, found.body) == (RUNTIME, body)


def test_a_session_may_be_named_after_the_run() -> None:
    target = f"target: {{agent_runtime_arn: '{RUNTIME}', session_id: 'conversation-${{run.id}}'}}\npayload: Hi"

    assert stimulus("bedrock_agentcore_invoke", target).session_id == f"conversation-{RUN_ID}"
    assert warnings("bedrock_agentcore_invoke", target) == []


@pytest.mark.parametrize(
    ("kind", "rest"),
    [
        ("http", "target: {url: '${ORDERS_API}/orders'}"),
        ("eventbridge_event", "target: {bus: '${BUS}'}\npayload: {source: a, detail-type: b}"),
        ("sns_message", "target: {topic_arn: '${TOPIC}'}\npayload: a"),
        ("s3_object", "target: {bucket: '${BUCKET}', key: '${run.id}'}\npayload: a"),
        ("stepfunctions_execution", "target: {state_machine_arn: '${MACHINE}'}"),
        ("bedrock_agentcore_invoke", "target: {agent_runtime_arn: '${RUNTIME}'}\npayload: a"),
        ("http", ""),
        ("sns_message", "payload: a"),
    ],
)
def test_a_file_can_be_right_before_its_targets_are_known(kind: str, rest: str) -> None:
    assert warnings(kind, rest), "but it is said"


def test_every_stimulus_says_its_type() -> None:
    tags = [one.__struct_config__.tag for one in Stimulus.__args__]

    assert len(set(tags)) == len(tags) == 9
