"""Every other way in, live on the sandbox: what ITK sends reaches a function, and the trace is complete.

AgentCore Runtime is not there: `tests/entrypoints/test_bedrock_agentcore_invoke.py` has its exchange on the wire.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from itk.sandbox import Sandbox
from tests.e2e.conftest import Bot, Left
from tests.sandbox.support import Aws

# It logs what it got, as many functions do; `fail` in a request makes an API refuse it.
WITNESS = """
import json

def handler(event, context):
    print(json.dumps(event))
    if "requestContext" in event:
        refused = "fail" in (event.get("body") or "")
        return {"statusCode": 422 if refused else 200, "headers": {"content-type": "application/json"},
                "body": json.dumps({"refused" if refused else "accepted": json.loads(event["body"])})}
    return {"seen": True}
"""
FUNCTION, GUARDED = "orders-witness", "orders-guarded"
NO_MACHINE = """  type: stepfunctions_execution
  target: {state_machine_arn: 'arn:aws:states:REGION:ACCOUNT:stateMachine:nobody'}"""
ACTS = ("sns.Publish", "events.PutEvents", "stepfunctions.StartExecution")
EXPECT = f"expect: [has_spans, no_error_spans, 'required_components': ['lambda:{FUNCTION}']]"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One function that everything leads to, for all tests: runs do not see each other."""
    with Sandbox.start() as sandbox:
        yield Stage(sandbox, tmp_path_factory.mktemp("stage"))


class Stage:
    """A function that logs what it gets, and `itk` pointed at its log group."""

    def __init__(self, sandbox: Sandbox, work: Path) -> None:
        self.aws = Aws(sandbox)
        groups = [f"/aws/lambda/{name}" for name in (FUNCTION, GUARDED)]
        for group in groups:
            self.aws.client("logs").create_log_group(logGroupName=group)
        self.aws.deploy(WITNESS, FUNCTION)
        self.function_arn = self.aws.client("lambda").get_function(FunctionName=FUNCTION)["Configuration"][
            "FunctionArn"
        ]
        settings = {
            "ITK_MODE": "live",
            "ITK_AWS_REGION": sandbox.region,
            "ITK_ALLOWED_ACCOUNTS": sandbox.account,
            "ITK_LOG_GROUPS": ",".join(groups),
            "NO_PROXY": "*",
        }
        self.bot = Bot(sandbox, "", settings, work)
        self.here = {"LocationConstraint": sandbox.region}
        self.role = f"arn:aws:iam::{sandbox.account}:role/any"

    def queue(self) -> str:
        """The ARN of a queue that feeds the function."""
        _, arn = self.aws.queue(VisibilityTimeout="30")
        self.aws.subscribe(FUNCTION, arn)
        return arn

    def run(self, name: str, entrypoint: str, expect: str = EXPECT) -> Left:
        text = f"id: {name}\nentrypoint:\n{entrypoint}\n{expect}\nwait: {{timeout: 40s, quiet: 1s}}\n"
        return self.bot.itk("run", "--case", self.bot.case(name, text), out=self.bot.work / name)


def heard(stage: Stage, left: Left) -> list[Any]:
    """What the function got in this run, by its own log."""
    return [json.loads(line) for line in stage.aws.messages(FUNCTION) if left.run["run_id"] in line]


def complete(left: Left) -> dict[str, Any]:
    """The root span of a run that passed."""
    assert left.code == 0, left.stdout + left.stderr
    assert left.run["status"] == "passed", left.run["reasons"]
    assert f"lambda:{FUNCTION}" in left.components
    return left.spans[0]


def test_sns_message_to_a_queue(stage: Stage) -> None:
    sns = stage.aws.client("sns")
    for raw in ("true", "false"):
        topic = sns.create_topic(Name=f"orders-{raw}")["TopicArn"]
        arn = stage.queue()
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": raw})

        left = stage.run(f"sns-{raw}", f"  type: sns_message\n  target: {{topic_arn: '{topic}'}}\n  payload: {{n: 1}}")

        root = complete(left)
        assert (root["name"], root["kind"]) == (f"Publish orders-{raw}", "PRODUCER")
        assert root["component"]["type"] == "topic"
        assert root["ids"]["sns_message_id"]


def test_sns_message_to_a_function(stage: Stage) -> None:
    sns = stage.aws.client("sns")
    topic = sns.create_topic(Name="orders-direct")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=stage.function_arn)

    left = stage.run("sns-direct", f"  type: sns_message\n  target: {{topic_arn: '{topic}'}}\n  payload: hello")

    assert stage.bot.sandbox.calls()["sns.Publish"], "the count of acts counts"
    assert complete(left)["ids"]["sns_message_id"] in json.dumps(heard(stage, left)), (
        "the envelope names the same message"
    )


def test_eventbridge_event(stage: Stage) -> None:
    events = stage.aws.client("events")
    events.create_event_bus(Name="orders-bus")
    events.put_rule(Name="placed", EventBusName="orders-bus", EventPattern=json.dumps({"source": ["shop.orders"]}))
    target = {"Id": "queue", "Arn": stage.queue()}
    events.put_targets(Rule="placed", EventBusName="orders-bus", Targets=[target])

    left = stage.run(
        "eventbridge",
        "  type: eventbridge_event\n  target: {bus: orders-bus}\n"
        "  payload: {source: shop.orders, detail-type: Order placed, detail: {n: 1}}",
    )

    root = complete(left)
    assert (root["name"], root["kind"], root["component"]["type"]) == ("PutEvents orders-bus", "PRODUCER", "bus")
    assert stage.bot.sandbox.calls()["events.PutEvents"], "the count of acts counts"
    assert root["ids"]["eventbridge_event_id"]
    assert left.run["receipt"]["request"]["Detail"] == {"n": 1, "ITK_TRACE_ID": left.run["run_id"]}


def test_s3_object(stage: Stage) -> None:
    s3 = stage.aws.client("s3")
    s3.create_bucket(Bucket="orders-incoming", CreateBucketConfiguration=stage.here)
    configured = {"LambdaFunctionArn": stage.function_arn, "Events": ["s3:ObjectCreated:*"]}
    s3.put_bucket_notification_configuration(
        Bucket="orders-incoming", NotificationConfiguration={"LambdaFunctionConfigurations": [configured]}
    )
    target = "  type: s3_object\n  target: {bucket: orders-incoming, key: 'in/${run.id}.json'}\n"

    left = stage.run("s3", target + "  payload: {json: {n: 1}, tags: {team: shop}}")

    root = complete(left)
    run_id, key = left.run["run_id"], f"in/{left.run['run_id']}.json"
    assert (root["name"], root["component"]["type"]) == ("PutObject orders-incoming", "bucket")
    stored = s3.get_object(Bucket="orders-incoming", Key=key)
    assert json.loads(stored["Body"].read()) == {"n": 1}
    assert (stored["Metadata"], stored["ContentType"]) == ({"itk-trace-id": run_id}, "application/json")
    tags = s3.get_object_tagging(Bucket="orders-incoming", Key=key)["TagSet"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {"team": "shop", "ITK_TRACE_ID": run_id}


def test_an_object_is_never_replaced_unless_the_case_says_so(stage: Stage) -> None:
    s3 = stage.aws.client("s3")
    s3.create_bucket(Bucket="orders-kept", CreateBucketConfiguration=stage.here)
    s3.put_object(Bucket="orders-kept", Key="in/a.txt", Body=b"before")

    left = stage.run("s3-kept", "  type: s3_object\n  target: {bucket: orders-kept, key: in/a.txt}\n  payload: after")

    assert left.code == 5, left.stdout + left.stderr
    assert "replaces nothing" in left.run["reasons"][0]
    assert s3.get_object(Bucket="orders-kept", Key="in/a.txt")["Body"].read() == b"before"


def machine(stage: Stage, name: str, kind: str) -> str:
    task = {"Type": "Task", "Resource": stage.function_arn, "End": True}
    definition = {"StartAt": "Witness", "States": {"Witness": task}}
    made = stage.aws.client("stepfunctions").create_state_machine(
        name=name, definition=json.dumps(definition), roleArn=stage.role, type=kind
    )
    return str(made["stateMachineArn"])


def test_stepfunctions_execution(stage: Stage) -> None:
    arn = machine(stage, "refund", "STANDARD")

    left = stage.run(
        "sfn", f"  type: stepfunctions_execution\n  target: {{state_machine_arn: '{arn}'}}\n  payload: {{n: 1}}"
    )

    root = complete(left)
    run_id = left.run["run_id"]
    # As of a function that ITK calls: the call and what the service tells of it are one span.
    assert (root["name"], root["kind"], root["component"]["type"]) == (
        "StartExecution refund",
        "SERVER",
        "state_machine",
    )
    assert any(seen["source"] == "stepfunctions" for seen in root["evidence"])
    assert stage.bot.sandbox.calls()["stepfunctions.StartExecution"], "the count of acts counts"
    assert root["ids"]["execution_arn"].endswith(f":execution:refund:{run_id}"), "the run id is the execution's name"
    assert {"n": 1, "ITK_TRACE_ID": run_id} in heard(stage, left)


def test_a_synchronous_execution_answers(stage: Stage) -> None:
    arn = machine(stage, "refund-now", "EXPRESS")
    target = f"  type: stepfunctions_execution\n  target: {{state_machine_arn: '{arn}', sync: true}}\n"

    left = stage.run("sfn-sync", target, "expect: [{response_contains: '\"seen\":true'}]")

    root = complete(left)
    assert root["operation"] == "StartSyncExecution"
    assert left.run["receipt"]["response"] == {"status": "SUCCEEDED", "output": {"seen": True}}
    finding = next(found for found in left.run["preflight"] if found["check"] == "logging")
    assert "logs nothing" in finding["what"]


def test_a_standard_workflow_cannot_be_waited_for(stage: Stage) -> None:
    arn = machine(stage, "refund-later", "STANDARD")
    target = f"  type: stepfunctions_execution\n  target: {{state_machine_arn: '{arn}', sync: true}}\n"

    left = stage.run("sfn-refused", target)

    assert left.code == 4
    assert "only EXPRESS can be waited for" in left.stderr


def function_url(stage: Stage, function: str, auth: str) -> str:
    made = stage.aws.client("lambda").create_function_url_config(FunctionName=function, AuthType=auth)
    return str(made["FunctionUrl"])


@pytest.fixture(scope="module")
def url(stage: Stage) -> str:
    """The function's own URL, on a host of AWS: ITK sends it to the sandbox."""
    return function_url(stage, FUNCTION, "NONE")


def test_http_to_a_function_url(stage: Stage, url: str) -> None:
    left = stage.run("http", f"  type: http\n  target: {{url: '{url}orders'}}\n  payload: {{json: {{n: 1}}}}")

    root = complete(left)
    receipt = left.run["receipt"]
    assert (root["operation"], root["kind"], root["component"]["type"]) == ("POST", "CLIENT", "api")
    assert receipt["response"]["status"] == 200
    assert receipt["response"]["body"] == {"accepted": {"n": 1}}
    headers = {name.lower(): value for name, value in heard(stage, left)[0]["headers"].items()}
    assert headers["x-itk-trace-id"] == left.run["run_id"]
    assert headers["traceparent"].split("-")[1] == root["ids"]["otel_trace_id"]
    assert root["ids"]["lambda_request_id"], "a function URL answers with the RequestId of the invocation"


def test_an_answer_that_refuses_is_an_answer_that_checks_may_judge(stage: Stage, url: str) -> None:
    target = f"  type: http\n  target: {{url: '{url}orders'}}\n  payload: {{json: {{fail: true}}}}"

    left = stage.run("http-422", target, "expect: [{response_contains: refused}, {that: 'spans[0].status == `error`'}]")

    assert left.code == 0, left.stdout + left.stderr
    assert left.run["receipt"]["error"]["type"] == "422"
    assert left.run["status"] == "warning"


def test_a_function_url_that_wants_iam_gets_a_signature_when_asked(stage: Stage) -> None:
    """The sandbox looks whether there is one, not whether it is right: `tests/entrypoints/test_http.py` looks at it."""
    stage.aws.deploy(WITNESS, GUARDED)
    url = function_url(stage, GUARDED, "AWS_IAM")
    target = f"  type: http\n  target: {{url: '{url}orders', auth: AUTH}}\n  payload: {{json: {{n: 1}}}}"

    unsigned = stage.run("http-unsigned", target.replace("AUTH", "none"), "expect: [response_contains: Forbidden]")
    signed = stage.run("http-signed", target.replace("AUTH", "sigv4"), "expect: [response_contains: accepted]")

    assert unsigned.run["receipt"]["response"]["status"] == 403
    assert unsigned.run["status"] == "warning", "an error span, and the check passed: there is nothing to wait for"
    assert (signed.code, signed.run["status"]) == (0, "passed"), signed.stderr
    assert f"lambda:{GUARDED}" in signed.components


def test_a_recorded_run_gives_the_same_trace_offline(stage: Stage, url: str) -> None:
    case = f"id: again\nentrypoint:\n  type: http\n  target: {{url: '{url}orders'}}\n  payload: {{json: {{n: 1}}}}\n"
    written = stage.bot.case("again", f"{case}{EXPECT}\nwait: {{timeout: 40s, quiet: 1s}}\nfixture: again.jsonl\n")

    live = stage.bot.itk("run", "--case", written, "--record", stage.bot.work / "again.jsonl", out=stage.bot.work / "l")
    again = stage.bot.itk("run", "--case", written, "--mode", "dev-fixtures", out=stage.bot.work / "a")

    assert (live.code, again.code) == (0, 0), live.stderr + again.stderr
    assert [span["span_id"] for span in again.spans] == [span["span_id"] for span in live.spans]


def test_a_token_in_a_header_is_sent_and_never_written(stage: Stage, url: str) -> None:
    token = "Bearer 5up3rS3cr3tV4lu3OfTheTester"
    payload = f"  payload: {{headers: {{Authorization: '{token}', X-Api-Key: {token[7:]}}}, json: {{n: 1}}}}"

    left = stage.run("http-token", f"  type: http\n  target: {{url: '{url}orders'}}\n{payload}")

    complete(left)
    messages = stage.aws.messages(FUNCTION)
    assert any(token in message for message in messages), "the function got it"
    for file in (path for path in left.out.rglob("*") if path.is_file()):
        assert token[7:] not in file.read_text(encoding="utf-8"), file.name


def test_http_to_an_http_api(stage: Stage) -> None:
    api = stage.aws.client("apigatewayv2")
    made = api.create_api(Name="orders-api", ProtocolType="HTTP")["ApiId"]
    integration = api.create_integration(
        ApiId=made, IntegrationType="AWS_PROXY", IntegrationUri=stage.function_arn, PayloadFormatVersion="2.0"
    )["IntegrationId"]
    api.create_route(ApiId=made, RouteKey="POST /orders", Target=f"integrations/{integration}")
    api.create_stage(ApiId=made, StageName="$default", AutoDeploy=True)
    host = f"https://{made}.execute-api.{stage.bot.sandbox.region}.amazonaws.com"

    left = stage.run("http-api", f"  type: http\n  target: {{url: '{host}/orders'}}\n  payload: {{json: {{n: 1}}}}")

    root = complete(left)
    assert root["component"]["name"] == "orders-api"
    assert left.run["receipt"]["response"]["body"] == {"accepted": {"n": 1}}


@pytest.mark.parametrize(
    ("entrypoint", "told"),
    [
        ("  type: sns_message\n  target: {topic_arn: 'arn:aws:sns:REGION:ACCOUNT:nobody'}\n  payload: a", "topic: "),
        (
            "  type: sns_message\n  target: {topic_arn: 'arn:aws:sns:REGION:999999999999:x'}\n  payload: a",
            "in account 99",
        ),
        (
            "  type: sns_message\n  target: {topic_arn: 'arn:aws:sns:mars-1:ACCOUNT:x'}\n  payload: a",
            "in region mars-1",
        ),
        ("  type: eventbridge_event\n  target: {bus: nobody}\n  payload: {source: a, detail-type: b}", "bus: "),
        (
            "  type: eventbridge_event\n  target: {bus: prod}\n  payload: {source: a, detail-type: b}",
            "forbidden word `prod`",
        ),
        ("  type: s3_object\n  target: {bucket: nobody-has-this, key: '${run.id}'}\n  payload: a", "bucket: "),
        (
            NO_MACHINE,
            "state_machine: ",
        ),
        ("  type: http\n  target: {url: 'https://abc123defg.execute-api.REGION.amazonaws.com/x'}", "there is no API"),
        ("  type: http\n  target: {url: 'https://abc123defg.execute-api.mars-1.amazonaws.com/x'}", "in region mars-1"),
        ("  type: http\n  target: {url: 'http://127.0.0.1:1/prod/x'}", "forbidden word `prod`"),
        ("  type: http\n  target: {url: 'http://127.0.0.1:1/x'}", "nothing answers at 127.0.0.1:1"),
    ],
)
def test_a_target_that_is_not_there_or_not_to_be_touched_is_refused(stage: Stage, entrypoint: str, told: str) -> None:
    sandbox = stage.bot.sandbox
    before = {name: n for name, n in sandbox.calls().items() if name in ACTS}
    written = entrypoint.replace("REGION", sandbox.region).replace("ACCOUNT", sandbox.account)

    left = stage.run("refused", written)

    assert left.code == 4, left.stdout + left.stderr
    assert told in left.stderr
    assert not left.out.exists(), "nothing is written"
    assert {name: n for name, n in sandbox.calls().items() if name in ACTS} == before, "nothing is sent"
