"""Every way into an application that the sandbox serves, end to end: what arrives, and with which ids and trace."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.support import Aws, wait_for

ACTIVE = {"TracingConfig": {"Mode": "Active"}}
ECHO = """
    import json, os
    def handler(event, context):
        seen = {"event": event, "request_id": context.aws_request_id, "trace": os.environ["_X_AMZN_TRACE_ID"]}
        print("SEEN " + json.dumps(seen))
        if "boom" in json.dumps(event):
            raise ValueError("boom")
        return {"statusCode": 200, "body": "done"}
"""
ROOT = "1-67891233-abcdef012345678912345678"
HEADER = f"Root={ROOT};Parent=53995c3f42cd8ad8;Sampled=1"


@pytest.fixture
def echo(aws: Aws) -> str:
    aws.sandbox.xray()
    return aws.deploy(ECHO, **ACTIVE)


def arn(aws: Aws, function: str) -> str:
    return f"arn:aws:lambda:{aws.sandbox.region}:{aws.sandbox.account}:function:{function}"


def seen(aws: Aws, function: str, count: int = 1) -> list[dict[str, Any]]:
    """What the function saw, once it ran so often."""

    def look() -> list[dict[str, Any]]:
        try:
            lines = [line for line in aws.messages(function) if line.startswith("SEEN ")]
        except aws.client("logs").exceptions.ResourceNotFoundException:
            return []
        return [json.loads(line[5:]) for line in lines] if len(lines) >= count else []

    return wait_for(look)


def received(aws: Aws, url: str) -> dict[str, Any]:
    wish = {"QueueUrl": url, "WaitTimeSeconds": 5, "AttributeNames": ["All"], "MessageAttributeNames": ["All"]}
    [message] = aws.client("sqs").receive_message(**wish)["Messages"]
    return dict(message)


@pytest.fixture
def traced(aws: Aws) -> Iterator[None]:
    """The clients that set things off send a trace header, as a traced caller's do."""

    def add(request: Any, **_: Any) -> None:
        request.headers["X-Amzn-Trace-Id"] = HEADER

    events = [aws.client(name).meta.events for name in ("sns", "s3", "events")]
    for emitter in events:
        emitter.register("before-send", add)
    yield
    for emitter in events:
        emitter.unregister("before-send", add)


# SNS


def topic(aws: Aws, protocol: str, endpoint: str, **attributes: str) -> str:
    sns = aws.client("sns")
    found = str(sns.create_topic(Name=f"t-{uuid.uuid4().hex[:8]}")["TopicArn"])
    sns.subscribe(TopicArn=found, Protocol=protocol, Endpoint=endpoint, Attributes=attributes)
    return found


@pytest.mark.parametrize("raw", ["true", "false"])
def test_sns_to_sqs(aws: Aws, traced: None, raw: str) -> None:
    url, queue = aws.queue()
    run = {"run": {"DataType": "String", "StringValue": "r-1"}}
    published = aws.client("sns").publish(
        TopicArn=topic(aws, "sqs", queue, RawMessageDelivery=raw), Message="hello", MessageAttributes=run
    )

    message = received(aws, url)

    assert message["Attributes"]["AWSTraceHeader"] == HEADER
    if raw == "true":
        assert (message["Body"], message["MessageAttributes"]) == ("hello", run)
    else:
        envelope = json.loads(message["Body"])
        assert (envelope["MessageId"], envelope["Message"]) == (published["MessageId"], "hello")
        assert envelope["MessageAttributes"] == {"run": {"Type": "String", "Value": "r-1"}}


def test_sns_to_lambda(aws: Aws, echo: str, traced: None) -> None:
    published = aws.client("sns").publish(TopicArn=topic(aws, "lambda", arn(aws, echo)), Message="hello")

    [once] = seen(aws, echo)

    assert once["event"]["Records"][0]["Sns"]["MessageId"] == published["MessageId"]
    assert once["trace"].startswith(f"Root={ROOT};")


# EventBridge


def rule(aws: Aws, target: str) -> str:
    """A new source whose events go to this target."""
    events, source = aws.client("events"), f"app-{uuid.uuid4().hex[:8]}"
    events.put_rule(Name=source, EventPattern=json.dumps({"source": [source]}))
    events.put_targets(
        Rule=source, Targets=[{"Id": "1", "Arn": target, "RoleArn": "arn:aws:iam::123456789012:role/any"}]
    )
    return source


def put_event(aws: Aws, source: str, **more: str) -> str:
    entry = {"Source": source, "DetailType": "OrderPlaced", "Detail": '{"order": 17}', **more}
    return str(aws.client("events").put_events(Entries=[entry])["Entries"][0]["EventId"])


def test_eventbridge_to_sqs(aws: Aws) -> None:
    url, queue = aws.queue()
    event_id = put_event(aws, rule(aws, queue), TraceHeader=HEADER)

    message = received(aws, url)

    event = json.loads(message["Body"])
    assert (event["id"], event["detail-type"], event["detail"]) == (event_id, "OrderPlaced", {"order": 17})
    assert message["Attributes"]["AWSTraceHeader"] == HEADER


def test_eventbridge_to_lambda(aws: Aws, echo: str) -> None:
    event_id = put_event(aws, rule(aws, arn(aws, echo)), TraceHeader=HEADER)

    [once] = seen(aws, echo)

    assert once["event"]["id"] == event_id
    assert once["trace"].startswith(f"Root={ROOT};")


@pytest.mark.parametrize("service", ["sns", "events"])
def test_a_delivered_event_is_tried_three_times(aws: Aws, service: str) -> None:
    url, dead = aws.queue()
    echo = aws.deploy(ECHO, DeadLetterConfig={"TargetArn": dead}, **ACTIVE)
    if service == "sns":
        aws.client("sns").publish(TopicArn=topic(aws, "lambda", arn(aws, echo)), Message="boom")
    else:
        put_event(aws, rule(aws, arn(aws, echo)), DetailType="boom")

    attempts = seen(aws, echo, 3)

    assert len({attempt["request_id"] for attempt in attempts}) == 1
    assert len({attempt["trace"].partition(";")[0] for attempt in attempts}) == 1
    message = received(aws, url)
    assert message["MessageAttributes"]["RequestID"]["StringValue"] == attempts[0]["request_id"]
    assert json.loads(message["Body"]) == attempts[0]["event"]


# S3


def bucket(aws: Aws, **notification: Any) -> str:
    s3, name = aws.client("s3"), f"b-{uuid.uuid4().hex[:8]}"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": aws.sandbox.region})
    s3.put_bucket_notification_configuration(Bucket=name, NotificationConfiguration=notification)
    return name


def test_s3_to_lambda(aws: Aws, echo: str, traced: None) -> None:
    wish = {"LambdaFunctionArn": arn(aws, echo), "Events": ["s3:ObjectCreated:*"]}
    name = bucket(aws, LambdaFunctionConfigurations=[wish])
    put = aws.client("s3").put_object(Bucket=name, Key="in/a b.txt", Body=b"x")

    [once] = seen(aws, echo)

    [record] = once["event"]["Records"]
    assert record["s3"]["object"]["key"] == "in/a+b.txt"
    assert record["responseElements"]["x-amz-request-id"] == put["ResponseMetadata"]["RequestId"]
    assert once["trace"].startswith(f"Root={ROOT};")
    assert aws.sandbox.calls()["s3.PutObject"] >= 1


def test_s3_to_lambda_tries_again_with_the_same_request_id(aws: Aws, echo: str) -> None:
    wish = {"LambdaFunctionArn": arn(aws, echo), "Events": ["s3:ObjectCreated:*"]}
    aws.client("s3").put_object(Bucket=bucket(aws, LambdaFunctionConfigurations=[wish]), Key="boom", Body=b"x")

    assert len({once["request_id"] for once in seen(aws, echo, 3)}) == 1


def test_s3_to_sqs(aws: Aws, traced: None) -> None:
    url, queue = aws.queue()
    name = bucket(aws, QueueConfigurations=[{"QueueArn": queue, "Events": ["s3:ObjectCreated:*"]}])
    assert json.loads(received(aws, url)["Body"])["Event"] == "s3:TestEvent"
    put = aws.client("s3").put_object(Bucket=name, Key="a", Body=b"x")

    message = received(aws, url)

    [record] = json.loads(message["Body"])["Records"]
    assert record["responseElements"]["x-amz-request-id"] == put["ResponseMetadata"]["RequestId"]
    assert message["Attributes"]["AWSTraceHeader"] == HEADER


# HTTP


def request(aws: Aws, path: str, body: str = "{}", host: str = "") -> tuple[int, str, dict[str, str]]:
    headers = {"content-type": "application/json", "x-amzn-trace-id": HEADER} | ({"host": host} if host else {})
    url = aws.sandbox.endpoint + path
    wish = urllib.request.Request(url, data=body.encode(), method="POST", headers=headers)  # noqa: S310 - loopback
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(wish, timeout=10) as answer:
            return answer.status, answer.read().decode(), {k.lower(): v for k, v in answer.headers.items()}
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), {k.lower(): v for k, v in error.headers.items()}


def function_url(aws: Aws, function: str) -> str:
    url = aws.client("lambda").create_function_url_config(FunctionName=function, AuthType="NONE")["FunctionUrl"]
    return str(url).removeprefix("https://").rstrip("/")


def http_api(aws: Aws, function: str) -> str:
    gateway = aws.client("apigatewayv2")
    api = gateway.create_api(Name="api", ProtocolType="HTTP")["ApiId"]
    target = gateway.create_integration(
        ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=arn(aws, function), PayloadFormatVersion="2.0"
    )["IntegrationId"]
    gateway.create_route(ApiId=api, RouteKey="POST /orders", Target=f"integrations/{target}")
    gateway.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
    return str(api)


def rest_api(aws: Aws, function: str) -> str:
    gateway = aws.client("apigateway")
    api = gateway.create_rest_api(name="api")["id"]
    root = gateway.get_resources(restApiId=api)["items"][0]["id"]
    place = {
        "restApiId": api,
        "resourceId": gateway.create_resource(restApiId=api, parentId=root, pathPart="orders")["id"],
    }
    gateway.put_method(**place, httpMethod="POST", authorizationType="NONE")
    uri = f"arn:aws:apigateway:{aws.sandbox.region}:lambda:path/2015-03-31/functions/{arn(aws, function)}/invocations"
    gateway.put_integration(**place, httpMethod="POST", type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)
    gateway.create_deployment(restApiId=api, stageName="prod")
    return str(api)


def test_a_function_url(aws: Aws, echo: str) -> None:
    host = function_url(aws, echo)
    status, body, headers = request(aws, "/orders?x=1", host=host)
    [once] = seen(aws, echo)

    assert (status, body) == (200, "done")
    assert headers["x-amzn-requestid"] == once["request_id"] == once["event"]["requestContext"]["requestId"]
    assert once["event"]["rawPath"] == "/orders"
    assert once["event"]["headers"]["x-amzn-trace-id"] == HEADER
    assert f"Root={ROOT};" in once["trace"]
    assert f"Root={ROOT};" in headers["x-amzn-trace-id"]

    status, body, _ = request(aws, f"/_aws/lambda-url/{host.partition('.')[0]}/orders", '{"boom": 1}')
    assert (status, body) == (502, "Internal Server Error")


@pytest.mark.parametrize("host", ["", "{api}.execute-api.eu-west-1.amazonaws.com", "{api}.execute-api.localhost:4566"])
def test_an_http_api(aws: Aws, echo: str, host: str) -> None:
    api = http_api(aws, echo)
    path = "/orders" if host else f"/_aws/execute-api/{api}/$default/orders"
    status, body, headers = request(aws, path, host=host.format(api=api))
    [once] = seen(aws, echo)

    assert (status, body) == (200, "done")
    assert headers["apigw-requestid"] == once["event"]["requestContext"]["requestId"] != once["request_id"]
    assert f"Root={ROOT};" in once["trace"]
    status, body, _ = request(aws, path, '{"boom": 1}', host.format(api=api))
    assert (status, json.loads(body)) == (500, {"message": "Internal Server Error"})
    status, body, _ = request(aws, path.replace("orders", "other"), host=host.format(api=api))
    assert (status, json.loads(body)) == (404, {"message": "Not Found"})


@pytest.mark.parametrize("path", ["/_aws/execute-api/{api}/prod/orders", "/restapis/{api}/prod/_user_request_/orders"])
def test_a_rest_api(aws: Aws, echo: str, path: str) -> None:
    path = path.format(api=rest_api(aws, echo))
    status, body, headers = request(aws, path)
    [once] = seen(aws, echo)

    assert (status, body) == (200, "done")
    assert headers["x-amzn-requestid"] == once["event"]["requestContext"]["requestId"] != once["request_id"]
    assert f"Root={ROOT};" in once["trace"]
    status, body, _ = request(aws, path, '{"boom": 1}')
    assert (status, json.loads(body)) == (502, {"message": "Internal server error"})


# Step Functions


def state_machine(aws: Aws, states: dict[str, Any], kind: str = "STANDARD", **options: Any) -> str:
    definition = json.dumps({"StartAt": next(iter(states)), "States": states})
    return str(
        aws.client("stepfunctions").create_state_machine(
            name=f"m-{uuid.uuid4().hex[:8]}",
            definition=definition,
            roleArn=f"arn:aws:iam::{aws.sandbox.account}:role/any",
            type=kind,
            **options,
        )["stateMachineArn"]
    )


def run(aws: Aws, machine: str, **options: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The execution once it ended, and its history."""
    states = aws.client("stepfunctions")
    execution = states.start_execution(stateMachineArn=machine, input='{"run": "r-1"}', **options)["executionArn"]

    def look() -> dict[str, Any] | None:
        found: dict[str, Any] = states.describe_execution(executionArn=execution)
        return None if found["status"] == "RUNNING" else found

    ended = wait_for(look)
    assert ended is not None
    return ended, states.get_execution_history(executionArn=execution)["events"]


def test_a_state_machine(aws: Aws, echo: str) -> None:
    invoke = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": arn(aws, echo), "Payload": {"in.$": "$", "execution.$": "$$.Execution.Id"}},
        "Next": "Direct",
    }
    direct = {"Type": "Task", "Resource": arn(aws, echo), "End": True}
    ended, history = run(aws, state_machine(aws, {"Optimised": invoke, "Direct": direct}), traceHeader=HEADER)

    assert [event["type"] for event in history] == [
        *("ExecutionStarted", "TaskStateEntered", "TaskScheduled", "TaskStarted", "TaskSucceeded", "TaskStateExited"),
        *("TaskStateEntered", "LambdaFunctionScheduled", "LambdaFunctionStarted", "LambdaFunctionSucceeded"),
        *("TaskStateExited", "ExecutionSucceeded"),
    ]
    assert [event["previousEventId"] for event in history] == list(range(12))
    assert history[2]["taskScheduledEventDetails"]["resource"] == "invoke"
    assert history[2]["taskScheduledEventDetails"]["resourceType"] == "lambda"
    first, second = seen(aws, echo, 2)
    output = json.loads(history[4]["taskSucceededEventDetails"]["output"])
    assert output["SdkResponseMetadata"]["RequestId"] == first["request_id"]
    assert output["SdkHttpMetadata"]["HttpHeaders"]["x-amzn-RequestId"] == first["request_id"]
    assert first["event"] == {"in": {"run": "r-1"}, "execution": ended["executionArn"]}
    assert f"Root={ROOT};" in first["trace"]
    assert f"Root={ROOT};" in second["trace"]


def test_a_retry_is_a_second_schedule(aws: Aws, echo: str) -> None:
    retry = [{"ErrorEquals": ["ValueError"], "IntervalSeconds": 1, "MaxAttempts": 1}]
    task = {"Type": "Task", "Resource": arn(aws, echo), "Parameters": {"boom": 1}, "Retry": retry, "End": True}
    ended, history = run(aws, state_machine(aws, {"Only": task}))

    assert ended["status"] == "FAILED"
    attempt = ["LambdaFunctionScheduled", "LambdaFunctionStarted", "LambdaFunctionFailed"]
    assert [event["type"] for event in history][2:-1] == attempt * 2
    assert history[4]["lambdaFunctionFailedEventDetails"]["error"] == "ValueError"


@pytest.mark.parametrize(
    ("level", "data", "types"),
    [
        (
            "ALL",
            True,
            ["ExecutionStarted", "PassStateEntered", "PassStateExited", "FailStateEntered", "ExecutionFailed"],
        ),
        ("ERROR", True, ["ExecutionFailed"]),
        ("FATAL", False, ["ExecutionFailed"]),
        ("OFF", False, []),
    ],
)
def test_an_execution_is_logged(aws: Aws, level: str, data: bool, types: list[str]) -> None:
    group = f"/aws/vendedlogs/states/{uuid.uuid4().hex[:8]}"
    aws.client("logs").create_log_group(logGroupName=group)
    place = f"arn:aws:logs:{aws.sandbox.region}:{aws.sandbox.account}:log-group:{group}:*"
    logging = {
        "level": level,
        "includeExecutionData": data,
        "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": place}}] if level != "OFF" else [],
    }
    states = {"One": {"Type": "Pass", "Next": "Two"}, "Two": {"Type": "Fail", "Error": "E", "Cause": "why"}}
    ended, history = run(aws, state_machine(aws, states, loggingConfiguration=logging))

    records = [json.loads(message) for message in aws.messages(group)]

    assert [record["type"] for record in records] == types
    assert {record["execution_arn"] for record in records} <= {ended["executionArn"]}
    by_id = {str(event["id"]): event for event in history}
    for record in records:
        event = by_id[record["id"]]
        assert record["previous_event_id"] == str(event["previousEventId"])
        assert abs(int(record["event_timestamp"]) / 1000 - event["timestamp"].timestamp()) < 0.01
        assert ("input" in record["details"]) == (
            data and record["type"] in ("ExecutionStarted", "PassStateEntered", "FailStateEntered")
        )


def test_an_express_workflow_is_seen_in_its_logs_and_answer_only(aws: Aws) -> None:
    machine = state_machine(aws, {"Only": {"Type": "Pass", "End": True}}, "EXPRESS")
    states = aws.client("stepfunctions")
    execution = states.start_execution(stateMachineArn=machine)["executionArn"]

    with pytest.raises(states.exceptions.InvalidArn):
        states.describe_execution(executionArn=execution)
    with pytest.raises(states.exceptions.InvalidArn):
        states.get_execution_history(executionArn=execution)
    with pytest.raises(states.exceptions.StateMachineTypeNotSupported):
        states.list_executions(stateMachineArn=machine)


# what becomes of an asynchronous invocation


def send_async(aws: Aws, function: str, event: Any) -> str:
    answer = aws.client("lambda").invoke(FunctionName=function, InvocationType="Event", Payload=json.dumps(event))
    return str(answer["ResponseMetadata"]["RequestId"])


@pytest.mark.parametrize(
    ("event", "outcome", "condition", "count"),
    [({"boom": 1}, "OnFailure", "RetriesExhausted", 2), ({"fine": 1}, "OnSuccess", "Success", 1)],
)
def test_a_destination_gets_the_record(
    aws: Aws, echo: str, event: dict[str, int], outcome: str, condition: str, count: int
) -> None:
    url, queue = aws.queue()
    aws.client("lambda").put_function_event_invoke_config(
        FunctionName=echo, MaximumRetryAttempts=1, DestinationConfig={outcome: {"Destination": queue}}
    )
    request_id = send_async(aws, echo, event)

    record = json.loads(received(aws, url)["Body"])

    assert record["requestContext"] == {
        "requestId": request_id,
        "functionArn": arn(aws, echo) + ":$LATEST",
        "condition": condition,
        "approximateInvokeCount": count,
    }
    assert record["requestPayload"] == event
    assert ("functionError" in record["responseContext"]) == (outcome == "OnFailure")
    assert record["responsePayload"].get("statusCode") == (200 if outcome == "OnSuccess" else None)


def test_a_dead_letter_queue_gets_the_event(aws: Aws) -> None:
    url, queue = aws.queue()
    function = aws.deploy(ECHO, DeadLetterConfig={"TargetArn": queue})
    aws.client("lambda").put_function_event_invoke_config(FunctionName=function, MaximumRetryAttempts=0)
    request_id = send_async(aws, function, {"boom": 1})

    message = received(aws, url)

    assert json.loads(message["Body"]) == {"boom": 1}
    found = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
    assert found == {"RequestID": request_id, "ErrorCode": "200", "ErrorMessage": "boom"}


# what is not there


def test_agentcore_runs_nothing(aws: Aws) -> None:
    core = aws.client("bedrock-agentcore")
    runtime = f"arn:aws:bedrock-agentcore:{aws.sandbox.region}:{aws.sandbox.account}:runtime/shop-abcdefghij"
    with pytest.raises(core.exceptions.ResourceNotFoundException):
        core.invoke_agent_runtime(agentRuntimeArn=runtime, runtimeSessionId="s" * 40, payload=b"{}")
