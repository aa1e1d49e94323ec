"""`benchmarks/formats.py` on a small invented corpus: what it counts, what it lists, and what it calls broken."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from benchmarks import formats as benchmark
from benchmarks.claim import Claim

from tests.corpus import sample, single_lines

TURN = "d7a3f421-997f-4a7d-8f2f-f2ef032f1154"
HELPER = "0a6ddb3d-46e9-4c8f-8838-1174bd35109e"
REQUEST = "2ea49a23-ff39-4bf5-8761-439f99b7c5f6"
TRACE = "691bb6a875f4b80435ad36816864e7c2"


def times(start_s: float, end_s: float, **more: Any) -> dict[str, Any]:
    at = [f"2026-11-22T07:31:{second:09.6f}Z" for second in (start_s, end_s)]
    return {"startTime": at[0], "endTime": at[1], "totalTimeMs": round((end_s - start_s) * 1000), **more}


def part(turn: str, agent: str, **step: Any) -> str:
    payload = {"agentId": agent, "agentAliasId": "ALIAS", "sessionId": "s", "eventTime": "2026-11-22T07:31:09Z"}
    body = {name: {"traceId": f"{turn}-0", **value} for name, value in step.items()}
    frame = {"headers": {":event-type": "trace", ":message-type": "event"}, "payload": payload}
    payload["trace"] = {"orchestrationTrace": body}
    return json.dumps(frame)


def stream() -> list[str]:
    """An agent that asked a model, then a collaborator, which failed at a tool and answered all the same."""
    caller = {"agentCollaboratorName": "helper"}
    tool = {"codeInterpreterInvocationOutput": {"executionError": "ZeroDivisionError", "metadata": times(4, 5)}}
    return [
        part(TURN, "AGENT1", modelInvocationInput={"text": "?", "type": "ORCHESTRATION"}),
        part(TURN, "AGENT1", modelInvocationOutput={"metadata": times(1, 2, usage={"inputTokens": 7})}),
        part(TURN, "AGENT1", invocationInput={"agentCollaboratorInvocationInput": caller}),
        part(HELPER, "AGENT2", invocationInput={"codeInterpreterInvocationInput": {"code": "1/0"}}),
        part(HELPER, "AGENT2", observation=tool),
        part(HELPER, "AGENT2", observation={"finalResponse": {"metadata": times(3, 6, operationTotalTimeMs=3000)}}),
        part(TURN, "AGENT1", observation={"agentCollaboratorInvocationOutput": {
            **caller, "metadata": times(2.9, 6.1, clientRequestId=HELPER)}}),
        part(TURN, "AGENT1", observation={"finalResponse": {"metadata": times(0, 7, operationTotalTimeMs=7000)}}),
        json.dumps({"headers": {":event-type": "chunk", ":message-type": "event"}, "payload": {"bytes": "WW91"}}),
        json.dumps({"headers": {":event-type": "news", ":message-type": "event"}, "payload": {"of": "tomorrow"}}),
    ]  # fmt: skip


def span(span_id: str, parent: str, name: str, code: str = "OK", **said: Any) -> str:
    row = {"traceId": TRACE, "spanId": span_id * 16, "parentSpanId": parent * 16, "name": name, "kind": "INTERNAL"}
    row |= {"startTimeUnixNano": 1_795_332_662_000_000_000, "endTimeUnixNano": 1_795_332_663_000_000_000}
    row |= {"attributes": said, "status": {"code": code}}
    return json.dumps({"timestamp": "2026-11-22 07:31:02.120", "raw_otel_json": row})


def green_tree() -> list[str]:
    """A tool that failed; every span above it is content, and three of them report the same tokens."""
    tokens = {"gen_ai.usage.input_tokens": 21_245, "gen_ai.usage.output_tokens": 56}
    tool = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "lookup", "gen_ai.tool.status": "error"}
    return [
        span("2", "1", "invoke_agent desk", **tokens, **{"gen_ai.operation.name": "invoke_agent"}),
        span("3", "2", "chat", **tokens, **{"gen_ai.operation.name": "chat"}),
        span("4", "3", "chat nova", **tokens, **{"gen_ai.operation.name": "chat", "gen_ai.request.model": "nova"}),
        span("5", "2", "execute_tool lookup", **tool),
    ]


KILLED = {
    "messageType": "DATA_MESSAGE",
    "logGroup": "/aws/lambda/intake",
    "logStream": "s",
    "logEvents": [
        {"id": str(n), "timestamp": 1_795_332_662_120 + n, "message": message}
        for n, message in enumerate(
            (
                f"START RequestId: {REQUEST} Version: $LATEST\n",
                f"REPORT RequestId: {REQUEST}\tDuration: 90.00 ms\tMemory Size: 128 MB\tMax Memory Used: 128 MB\t\n",
                f"RequestId: {REQUEST} Error: Runtime exited with error: signal: killed\nRuntime.ExitError\n",
            )
        )
    ],
}
DIED = f"RequestId: {REQUEST} Error: Runtime exited without providing a reason"
ANSWER = {"FunctionError": "Unhandled", "Payload": {"errorType": "Runtime.ExitError", "errorMessage": DIED}}
SNAPSHOT = {"recorded-content": {"failed": ANSWER}}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    files = {
        "agents/turn.jsonl": "\n".join(stream()),
        "otel/spans.jsonl": "\n".join(green_tree()),
        "functions/killed.json": json.dumps(KILLED, indent=1),
        "functions/snapshot.json": json.dumps(SNAPSHOT),
        "functions/init.jsonl": '"INIT_REPORT Init Duration: 9.00 ms\\tPhase: invoke\\tStatus: timeout"',
        "unheard_of/app.log": "[INFO]\t2026-11-22T07:31:02.120Z\tdone\n",
        "unheard_of/broken.json": '{"resourceSpans": 5}',
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_what_holds_is_said_with_its_cases(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = benchmark.main([str(corpus)])

    shown = capsys.readouterr().out
    held = [line.split(maxsplit=4) for line in shown.splitlines() if line.startswith("  ok ")]
    cases = {what[4]: f"{what[1]} {what[2]} {what[3]}" for what in held if what[2] == "of"}
    assert "FAIL" not in shown
    assert code == 0
    for words in ("one root", "inside their agent", "totalTimeMs", "tool calls", "by clientRequestId", "count once",
                  "failed tools", "init failure", "out of memory", "crash is"):  # fmt: skip
        assert [seen for what, seen in cases.items() if words in what], f"{words}\n{shown}"
    assert 'turn.jsonl 00000010: the stream of an agent never looks like this: \'{"news":' in shown
    assert "unheard_of/broken.json: the whole file: resourceSpans is no list of objects" in shown


def test_a_broken_claim_is_named_and_ends_badly(
    corpus: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(benchmark, "claims", lambda read: [Claim("two and two is five", 2, ("here",))])

    assert benchmark.main([str(corpus)]) == 1

    shown = capsys.readouterr().out
    assert "FAIL           1 of 2  two and two is five" in shown
    assert shown.rstrip().endswith("here")


def test_a_directory_that_is_not_there(tmp_path: Path) -> None:
    assert benchmark.main([str(tmp_path / "nowhere")]) == 2


def test_lines_that_sources_md_calls_literals_are_samples_by_themselves(tmp_path: Path) -> None:
    rows = ["| file | note |", "|---|---|", "| a.jsonl | string literals of the tests |", "| b.json | recorded |"]
    (tmp_path / "SOURCES.md").write_text("\n".join(rows))
    assert single_lines(tmp_path) == {"a.jsonl"}


def test_http_of_a_model_is_what_its_invocation_log_would_say(tmp_path: Path) -> None:
    refused = {"uri": "https://bedrock-runtime.x.amazonaws.com/model/nova%3A0/converse", "status": {"code": 400},
               "response_headers": {"x-amzn-requestid": "r1"}, "request_body": "{}", "response_body": "{}"}  # fmt: skip
    (tmp_path / "f").mkdir()
    (tmp_path / "f" / "cassettes.jsonl").write_text(json.dumps(refused))

    [event] = sample(tmp_path / "f" / "cassettes.jsonl", tmp_path).events

    said = json.loads(event.message)
    assert (said["requestId"], said["modelId"], said["operation"]) == ("r1", "nova:0", "Converse")
    assert said["errorCode"] == "ValidationException"
