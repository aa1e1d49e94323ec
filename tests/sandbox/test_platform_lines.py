"""What Lambda writes around an invocation, read back through FilterLogEvents."""

from __future__ import annotations

import base64
import json
import re
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import pytest

from tests.sandbox.support import Aws, wait_for, zipped

NOISY = """
    import logging, os, time
    logging.getLogger().setLevel("INFO")

    def handler(event, context):
        print("before")
        time.sleep(0.15)
        logging.info("after %s", "a while")
        print("two\\nlines")
        if event.get("boom"):
            raise ValueError("boom")
        if event.get("exit") is not None:
            os._exit(event["exit"])
        time.sleep(event.get("sleep", 0))
        return {"group": context.log_group_name, "stream": context.log_stream_name}
"""


@pytest.fixture(scope="module")
def text_function(itk_sandbox: Any) -> str:
    return Aws(itk_sandbox).deploy(NOISY, name="noisy-text", Timeout=1, TracingConfig={"Mode": "Active"})


@pytest.fixture(scope="module")
def json_function(itk_sandbox: Any) -> str:
    return Aws(itk_sandbox).deploy(
        NOISY, name="noisy-json", Timeout=1, LoggingConfig={"LogFormat": "JSON", "ApplicationLogLevel": "INFO"}
    )


def of_request(aws: Aws, function: str, answer: dict[str, Any]) -> list[dict[str, Any]]:
    """The events of one invocation, from START to REPORT in its stream."""
    request_id = answer["ResponseMetadata"]["RequestId"]
    events = aws.events(function)
    [start] = [e for e in events if request_id in e["message"] and re.search(r"START|platform\.start", e["message"])]
    stream = [e for e in events if e["logStreamName"] == start["logStreamName"]]
    after = stream[stream.index(start) :]
    report = next(i for i, e in enumerate(after) if re.search(r"^REPORT|platform\.report", e["message"]))
    return after[: report + 1]


def test_text_lines_of_a_cold_and_a_warm_invocation(aws: Aws) -> None:
    function = aws.deploy(NOISY, TracingConfig={"Mode": "Active"})

    cold, warm = aws.invoke(function), aws.invoke(function)

    messages = aws.messages(function)
    first = cold["ResponseMetadata"]["RequestId"]
    assert re.fullmatch(r"INIT_START Runtime Version: python:3\.\d+\.v\d+\tRuntime Version ARN: arn:\S+\n", messages[0])
    assert messages[1] == f"START RequestId: {first} Version: $LATEST\n"
    assert messages[2] == "before\n"
    assert re.fullmatch(rf"\[INFO\]\t[\d-]+T[\d:.]+Z\t{first}\tafter a while\n\n", messages[3])
    assert messages[4:6] == ["two\n", "lines\n"]
    assert messages[6] == f"END RequestId: {first}\n"
    assert re.fullmatch(
        rf"REPORT RequestId: {first}\tDuration: \d+\.\d\d ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\t"
        r"Max Memory Used: \d+ MB\tInit Duration: \d+\.\d\d ms\t\n"
        r"XRAY TraceId: 1-[0-9a-f]{8}-[0-9a-f]{24}\tSegmentId: [0-9a-f]{16}\tSampled: true\t\n",
        messages[7],
    )
    assert "Init Duration" not in messages[-1]
    assert (
        cold["Payload"]
        == warm["Payload"]
        == {"group": f"/aws/lambda/{function}", "stream": _only_stream(aws, function)}
    )


def _only_stream(aws: Aws, function: str) -> str:
    [stream] = {str(event["logStreamName"]) for event in aws.events(function)}
    assert re.fullmatch(r"\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}", stream)
    return stream


def test_every_line_has_its_own_time(aws: Aws, text_function: str) -> None:
    lines = of_request(aws, text_function, aws.invoke(text_function))
    at = {event["message"].split("\t")[-1].strip(): event["timestamp"] for event in lines}

    assert 140 <= at["after a while"] - at["before"] <= 900
    duration = float(re.search(r"\tDuration: ([\d.]+) ms", lines[-1]["message"])[1])  # type: ignore[index]
    assert abs((lines[-1]["timestamp"] - lines[0]["timestamp"]) - duration) < 250


def test_event_ids_grow_and_ingestion_follows(aws: Aws, text_function: str) -> None:
    aws.invoke(text_function)
    events = aws.events(text_function)

    assert all(len(event["eventId"]) == 56 for event in events)
    assert all(int(one["eventId"]) < int(two["eventId"]) for one, two in pairwise(events))
    assert all(event["ingestionTime"] >= event["timestamp"] for event in events)


def test_an_uncaught_error_is_one_event_and_the_environment_lives_on(aws: Aws, text_function: str) -> None:
    before = aws.invoke(text_function)
    failed = aws.invoke(text_function, {"boom": True})
    after = aws.invoke(text_function)

    assert failed["FunctionError"] == "Unhandled"
    assert failed["Payload"]["errorType"] == "ValueError"
    assert failed["Payload"]["requestId"] == failed["ResponseMetadata"]["RequestId"]
    assert 'File "/var/task/app.py"' in failed["Payload"]["stackTrace"][-1]
    [error] = [e["message"] for e in of_request(aws, text_function, failed) if "ERROR" in e["message"]]
    assert error.startswith("[ERROR] ValueError: boom\nTraceback (most recent call last):\n\u00a0\u00a0File")
    assert before["Payload"]["stream"] == after["Payload"]["stream"]


def test_a_timeout_kills_the_environment(aws: Aws, text_function: str) -> None:
    late = aws.invoke(text_function, {"sleep": 5})
    request_id = late["ResponseMetadata"]["RequestId"]

    assert late["Payload"] == {
        "errorType": "Sandbox.Timedout",
        "errorMessage": f"RequestId: {request_id} Error: Task timed out after 1.00 seconds",
    }
    told, end, report = [event["message"] for event in of_request(aws, text_function, late)][-3:]
    assert re.fullmatch(rf"[\d-]+T[\d:.]+Z {request_id} Task timed out after 1\.00 seconds\n\n", told)
    assert end == f"END RequestId: {request_id}\n"
    assert "\tStatus: timeout\t" in report
    lost = of_request(aws, text_function, late)[0]["logStreamName"]
    assert aws.invoke(text_function)["Payload"]["stream"] != lost


@pytest.mark.parametrize(("code", "reason"), [(1, "with error: exit status 1"), (0, "without providing a reason")])
def test_a_runtime_that_exits(aws: Aws, text_function: str, code: int, reason: str) -> None:
    gone = aws.invoke(text_function, {"exit": code})
    said = f"RequestId: {gone['ResponseMetadata']['RequestId']} Error: Runtime exited {reason}"

    assert gone["Payload"] == {"errorType": "Runtime.ExitError", "errorMessage": said}
    messages = [event["message"] for event in of_request(aws, text_function, gone)]
    assert f"{said}\nRuntime.ExitError\n" in messages
    assert "\tStatus: error\tError Type: Runtime.ExitError\t" in messages[-1]


def test_a_module_that_cannot_be_imported(aws: Aws) -> None:
    function = aws.deploy("import nowhere_to_be_found")

    failed = aws.invoke(function)

    assert failed["Payload"]["errorType"] == "Runtime.ImportModuleError"
    messages = aws.messages(function)
    assert messages[0].startswith("INIT_START ")
    assert any(m.startswith("[ERROR] Runtime.ImportModuleError: Unable to import module 'app'") for m in messages)
    assert any(re.search(r"INIT_REPORT .*Status: error\tError Type: Runtime.ImportModuleError", m) for m in messages)
    assert aws.invoke(function)["Payload"]["errorType"] == "Runtime.ImportModuleError"


def test_json_log_format(aws: Aws, json_function: str) -> None:
    answer = aws.invoke(json_function, {"boom": True})
    request_id = answer["ResponseMetadata"]["RequestId"]

    raw = [event["message"] for event in of_request(aws, json_function, answer)]
    assert raw[1] == "before\n"  # print is not wrapped by the Python runtime
    lines = [json.loads(message) for message in raw if message.startswith("{")]
    start, info, error, done, report = lines
    assert (start["type"], start["record"]) == ("platform.start", {"requestId": request_id, "version": "$LATEST"})
    assert (info["level"], info["message"], info["requestId"]) == ("INFO", "after a while", request_id)
    assert (error["errorType"], error["errorMessage"]) == ("ValueError", "boom")
    assert (done["type"], done["record"]["status"]) == ("platform.runtimeDone", "error")
    assert report["record"]["status"] == "error"
    assert {"durationMs", "billedDurationMs", "memorySizeMB", "maxMemoryUsedMB"} <= set(report["record"]["metrics"])
    [init, *_] = [json.loads(m) for m in aws.messages(json_function, filterPattern='"platform.initStart"')]
    assert init["record"]["functionName"] == json_function


def test_json_timeout_is_told_by_the_report_alone(aws: Aws, json_function: str) -> None:
    late = aws.invoke(json_function, {"sleep": 5})
    messages = [event["message"] for event in of_request(aws, json_function, late)]

    assert not any("Task timed out" in message for message in messages)
    assert json.loads(messages[-1])["record"]["status"] == "timeout"


def test_the_tail_of_the_log_comes_with_the_answer(aws: Aws, text_function: str) -> None:
    answer = aws.invoke(text_function, LogType="Tail")
    tail = base64.b64decode(answer["LogResult"]).decode()

    assert tail.startswith(f"START RequestId: {answer['ResponseMetadata']['RequestId']}")
    assert "after a while" in tail
    assert "REPORT RequestId" in tail


def test_the_client_context_reaches_the_handler(aws: Aws) -> None:
    function = aws.deploy("def handler(event, context):\n    return context.client_context.custom")
    context = base64.b64encode(json.dumps({"custom": {"itk": "run-1"}}).encode()).decode()

    assert aws.invoke(function, ClientContext=context)["Payload"] == {"itk": "run-1"}


def test_concurrent_invocations_never_share_a_stream(aws: Aws) -> None:
    function = aws.deploy(NOISY)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: aws.invoke(function), range(8)))

    streams: dict[str, list[str]] = {}
    for event in aws.events(function):
        streams.setdefault(event["logStreamName"], []).append(event["message"])
    assert len(streams) > 1
    for messages in streams.values():
        order = [m.split()[0] for m in messages if m.startswith(("START", "END", "REPORT"))]
        assert order == ["START", "END", "REPORT"] * (len(order) // 3)


def test_an_asynchronous_invocation_keeps_its_request_id_when_it_is_retried(aws: Aws) -> None:
    """Unlike a poller's retry: two START blocks, one RequestId."""
    function = aws.deploy("def handler(event, context):\n    raise ValueError('again')")

    accepted = aws.invoke(function, InvocationType="Event")

    assert accepted["StatusCode"] == 202
    start = f"START RequestId: {accepted['ResponseMetadata']['RequestId']}"
    assert wait_for(lambda: len(_found(aws, function, f'"{start}"')) >= 2)


def _found(aws: Aws, function: str, pattern: str) -> list[str]:
    try:
        return aws.messages(function, filterPattern=pattern)
    except aws.client("logs").exceptions.ResourceNotFoundException:
        return []


def test_the_function_sees_nothing_of_the_host(aws: Aws) -> None:
    function = aws.deploy(
        "import os\ndef handler(event, context):\n    return dict(os.environ)",
        Environment={"Variables": {"MINE": "1", "AWS_ENDPOINT_URL_SQS": "https://sqs.eu-west-1.amazonaws.com"}},
    )

    seen = aws.invoke(function)["Payload"]

    assert seen["MINE"] == "1"
    assert seen["AWS_ENDPOINT_URL"] == aws.sandbox.endpoint
    assert seen["AWS_REGION"] == aws.sandbox.region
    ours = {"MINE", "PATH", "HOME", "TMPDIR", "LANG", "TZ", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "LC_CTYPE"}
    assert [k for k in seen if k not in ours and not k.startswith(("AWS_", "_HANDLER", "LAMBDA_", "_X_AMZN"))] == []
    assert not {"AWS_PROFILE", "AWS_ENDPOINT_URL_SQS", "LOG_LEVEL", "AWS_SESSION_TOKEN"} & set(seen)


def test_only_python_functions_run(aws: Aws) -> None:
    function = aws.deploy("", name="not-python")
    aws.client("lambda").update_function_configuration(FunctionName=function, Runtime="nodejs22.x")

    assert aws.invoke(function)["Payload"]["errorType"] == "Sandbox.NotEmulated"


def test_new_code_gets_a_new_environment(aws: Aws) -> None:
    function = aws.deploy("def handler(event, context):\n    return 1")
    assert aws.invoke(function)["Payload"] == 1

    aws.client("lambda").update_function_code(FunctionName=function, ZipFile=zipped("def handler(e, c):\n    return 2"))

    assert aws.invoke(function)["Payload"] == 2
    assert len({event["logStreamName"] for event in aws.events(function)}) == 2


def test_the_code_of_a_layer_can_be_imported(aws: Aws) -> None:
    layer = aws.client("lambda").publish_layer_version(
        LayerName="greeting", Content={"ZipFile": zipped("WORD = 'hello'", "python/greeting.py")}
    )
    function = aws.deploy(
        "import greeting\ndef handler(event, context):\n    return greeting.WORD", Layers=[layer["LayerVersionArn"]]
    )

    assert aws.invoke(function)["Payload"] == "hello"


def test_reserved_concurrency_is_a_limit(aws: Aws) -> None:
    function = aws.deploy("import time\ndef handler(event, context):\n    time.sleep(2)")
    client = aws.client("lambda", attempts=1)
    client.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=1)

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(client.invoke, FunctionName=function)
        wait_for(lambda: _found(aws, function, "START"))
        with pytest.raises(client.exceptions.TooManyRequestsException):
            client.invoke(FunctionName=function)
    assert running.result()["StatusCode"] == 200
