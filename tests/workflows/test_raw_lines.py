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
from tests.stitch.lines import M1, R1, RUN, Log
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
