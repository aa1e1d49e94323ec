"""Files that people have, without ITK's receipt: each is read as one run."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from itk import formats
from itk.model.evidence import Unread
from itk.model.trace import Trace
from itk.sources.recorded import read_recording
from itk.stitch import stitch
from itk.workflows.raw_lines import receipt_of
from tests.stitch.lines import M1, R1, R2, RUN, Log
from tests.stitch.traffic import BASE_MS

INVOCATION = "d7a3f421-997f-4a7d-8f2f-f2ef032f1154"


def drawn(tmp_path: Path, content: str | bytes) -> Trace:
    path = tmp_path / "recorded.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    recording = read_recording(path)
    receipt = receipt_of(recording, "recorded", "itk-offline")
    read = [formats.read(event) for event in recording.events]
    return stitch(receipt, [entry for found in read if not isinstance(found, Unread) for entry in found])


def cloudwatch(log: Log) -> list[dict[str, Any]]:
    return [
        {"logStreamName": e.stream, "timestamp": e.time_ms, "message": e.message, "eventId": e.event_id}
        for e in log.events
    ]


@pytest.mark.parametrize("run", [RUN, ""], ids=["names its run", "names no run"])
def test_an_export_of_a_group_is_a_run(run: str, tmp_path: Path) -> None:
    log = Log().start(0, R1).receive(1, R1, M1, run=run).end(2, R1)
    trace = drawn(tmp_path, gzip.compress(json.dumps({"events": cloudwatch(log)}, indent=2).encode()))
    assert trace.run_id == (run or "itk-offline")
    assert trace.missing == ()
    assert any(span.ids.get("lambda_request_id") == R1 for span in trace.spans)


def test_a_stream_that_somebody_wrote_down_is_a_turn_of_that_agent(tmp_path: Path) -> None:
    def part(trace: dict[str, Any]) -> str:
        around = {"agentId": "AGENT00001", "agentAliasId": "ALIAS00001", "sessionId": "s", "agentVersion": "1"}
        return json.dumps(
            {**around, "eventTime": "2025-11-22T07:31:02.120000000Z", "trace": {"orchestrationTrace": trace}}
        )

    times = {"startTime": "2025-11-22T07:31:02Z", "endTime": "2025-11-22T07:31:03Z", "operationTotalTimeMs": 1000}
    final = {"finalResponse": {"text": "x", "metadata": times}, "traceId": f"{INVOCATION}-0", "type": "FINISH"}
    lines = [part({"rationale": {"text": "why", "traceId": f"{INVOCATION}-0"}}), part({"observation": final})]
    trace = drawn(tmp_path, "\n".join([*lines, json.dumps({"chunk": {"bytes": "WW91"}})]))
    assert trace.foreign == 0
    assert trace.spans[0].component.type == "agent"
    assert trace.spans[0].ids["aws_request_id"] == INVOCATION


def test_a_line_without_a_time_is_not_when_the_run_began(tmp_path: Path) -> None:
    path = tmp_path / "recorded.jsonl"
    lines = [
        json.dumps({"chunk": {"bytes": "WW91"}}),
        json.dumps({"logGroupName": "g", "timestamp": BASE_MS, "message": "m"}),
    ]
    path.write_text("\n".join(lines))
    assert receipt_of(read_recording(path), "recorded", "itk-offline").sent_ns == BASE_MS * 1_000_000


def test_everything_in_a_recording_is_of_its_run_if_no_line_names_one(tmp_path: Path) -> None:
    """Lines without any id, and what the platform says of environments that served nobody, are shown, not foreign."""
    log = Log().at(0, "a line of nobody").at(1, "RESTORE_REPORT Restore Duration: 9.00 ms\tStatus: error\n")
    trace = drawn(tmp_path, json.dumps({"events": cloudwatch(log)}))
    assert (trace.foreign, trace.shared) == (0, 0)
    assert [event.text for event in trace.unplaced] == ["a line of nobody", "init_report: error"]
    assert [event.level for event in trace.unplaced] == [None, "ERROR"]


def test_what_names_another_run_is_foreign_in_a_recording_that_names_one(tmp_path: Path) -> None:
    log = Log().start(0, R1).receive(1, R1, M1, run=RUN).end(2, R1).at(3, "a line of nobody")
    trace = drawn(tmp_path, json.dumps({"events": cloudwatch(log)}))
    assert trace.foreign == 1


SPAN = {"traceId": "6747b2f63f1c2d4e5a6b7c8d9e0f1a2b", "spanId": "5" * 16, "parentSpanId": "4" * 16, "name": "POST /"}
SPAN |= {"kind": "SERVER", "startTimeUnixNano": str(BASE_MS * 1_000_000), "endTimeUnixNano": str(BASE_MS * 1_000_001)}
EVENTS = ("ExecutionStarted", "ExecutionSucceeded")
HISTORY = {
    "events": [{"timestamp": BASE_MS / 1000 + n, "type": kind, "id": n} for n, kind in enumerate(EVENTS, 1)],
    "executionArn": "arn:aws:states:eu-west-1:111122223333:execution:orders:one",
}
RECORD = {"messageId": M1, "body": "{}", "eventSource": "aws:sqs", "attributes": {"ApproximateReceiveCount": "1"}}
DUMPED = {"Records": [{**RECORD, "eventSourceARN": "arn:aws:sqs:eu-west-1:111122223333:orders"}]}
CALLED = {"schemaType": "ModelInvocationLog", "requestId": M1, "operation": "Converse", "modelId": "nova"}
MODEL = Log().at(0, CALLED)
ONE, TWO = Log().start(0, R1).end(2, R1), Log().start(0, R1).end(2, R1).start(3, R2).end(4, R2)


@pytest.mark.parametrize(
    ("content", "label", "below"),
    [
        pytest.param({"events": cloudwatch(ONE)}, "lambda:recorded", [], id="one invocation"),
        pytest.param({"events": cloudwatch(TWO)}, "client:recorded", ["recording", "recording"], id="two"),
        pytest.param(HISTORY, "state_machine:orders", [], id="an execution"),
        pytest.param(SPAN, "client:recorded", ["recording"], id="a trace"),
        pytest.param({"events": cloudwatch(MODEL)}, "client:recorded", ["recording"], id="a model's invocation log"),
        pytest.param({"chunk": {"bytes": "WW91"}}, "agent:recorded", [], id="an agent's answer"),
        pytest.param({"events": cloudwatch(Log().at(0, DUMPED))}, "queue:orders", None, id="a message"),
    ],
)
def test_a_recording_came_in_by_what_its_records_say(
    content: dict[str, Any], label: str, below: list[str] | None, tmp_path: Path
) -> None:
    """Of several calls nobody says which was first: a client made them all, which is no guess about their parent."""
    root, *others = drawn(tmp_path, json.dumps(content)).spans
    assert root.component.label == label
    if below is not None:
        assert [(s.join.rule, s.join.tier) for s in others if s.join] == [(rule, "structural") for rule in below]


def test_logs_that_name_a_trace_without_spans_are_of_the_run(tmp_path: Path) -> None:
    said = {"timeUnixNano": BASE_MS * 1_000_000, "traceId": SPAN["traceId"], "spanId": SPAN["spanId"], "body": "hello"}
    trace = drawn(tmp_path, json.dumps({**said, "attributes": {"event.name": "gen_ai.user.message"}}))
    assert trace.foreign == 0
    assert [event.text for event in trace.unplaced] == ["hello"]
