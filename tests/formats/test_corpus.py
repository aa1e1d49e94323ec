"""Real lines, recorded or published by others, kept outside the project: every one is understood."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from itk import formats
from itk.model.evidence import AgentStep, LambdaFact, Line, MessageReceived, TracedMessage, TracedSpan
from tests.formats.reading import corpus, documents, event, read, recorded


def test_platform_lines_of_real_functions() -> None:
    seen: Counter[str] = Counter()
    lines = [each for one in recorded("lambda_platform") for each in one.events]
    for line in lines:
        for found in read(line.message, time_ms=line.time_ms):
            seen[f"{found.phase}" if isinstance(found, LambdaFact) else "line"] += 1
            if line.message.startswith(("START RequestId: ", "END RequestId: ", "REPORT RequestId: ")):
                assert isinstance(found, LambdaFact)

    assert {"start", "end", "report", "init_start", "init_report", "timeout", "runtime_done", "logs_dropped"} <= set(
        seen
    )
    assert seen["timeout"] == 3


def test_powertools_of_every_language() -> None:
    formats = Counter[str]()
    for name, value in documents("powertools"):
        [line] = read(json.dumps(value))
        assert isinstance(line, Line), name
        formats[line.evidence.format] += 1
        if line.evidence.format == "emf":
            assert "_aws" in value
            continue
        assert line.level or "level" not in value
        assert line.text or not any(k in value for k in ("message", "Message"))
        if request_id := value.get("function_request_id"):
            assert line.request_id == request_id
        if value.get("exception_name"):
            assert line.error is not None
            assert line.error.type == value["exception_name"]

    assert set(formats) == {"emf", "powertools"}, formats


@pytest.mark.parametrize("folder", ["lambda_platform", "powertools", "app_logs", "cloudwatch_api"])
def test_files_read_line_by_line_are_read_whole(folder: str) -> None:
    """A pretty-printed document is one record of many events; nothing is unread, and no event is lost."""
    for path in sorted(corpus(folder).glob("*.[jt][sx]*")):
        text = path.read_text(encoding="utf-8")
        lines = text.splitlines()
        events = [event(line, source="file", event_id=f"{at:06}") for at, line in enumerate(lines)]

        found = formats.read_all(events)

        named = {i for seen in found.observations for i in (seen.evidence.event_id, *seen.evidence.parts)}
        assert found.unread == ()
        assert len(named) + found.silent == len(events)
        if path.suffix == ".json" and len(lines) > 1:
            assert {len(seen.evidence.parts) for seen in found.observations} == {len(text.strip().splitlines()) - 1}


def test_sqs_events_of_every_sdk() -> None:
    received = Counter[str]()
    for name, value in documents("events"):
        expected = [r for r in value.get("Records", []) if r.get("eventSource") == "aws:sqs"]
        found = [o for o in read(json.dumps(value)) if isinstance(o, MessageReceived)]
        if expected:
            assert [o.message_id for o in found] == [r["messageId"] for r in expected], name
            assert all(o.batch_size == len(value["Records"]) for o in found)
            assert found == [
                o for o in read(json.dumps({"level": "INFO", "message": value})) if isinstance(o, MessageReceived)
            ]
            received[name] += len(found)

    assert sum(received.values()) >= 15


@pytest.mark.parametrize("wrap", ["plain", "stream event", "powertools message", "text in text", "repr"])
def test_agent_parts_are_the_same_however_they_were_logged(wrap: str) -> None:
    count = 0
    for one in recorded("bedrock_agent", "invoke_agent_streams"):
        for part in (json.loads(each.message) for each in one.events):
            if "trace" not in part:
                continue
            message = {
                "plain": json.dumps(part),
                "stream event": json.dumps({"trace": part}),
                "powertools message": json.dumps({"level": "INFO", "service": "s", "timestamp": "x", "message": part}),
                "text in text": json.dumps({"message": json.dumps({"event": {"trace": part}})}),
                "repr": repr({"trace": part}),
            }[wrap]
            [step] = read(message, source="cloudwatch_logs")
            assert isinstance(step, AgentStep)
            assert step.invocation_id
            assert step.event_time_ns
            count += 1

    assert count >= 100


@pytest.mark.parametrize("name", ["raw_otel_strands_bedrock_spans.jsonl", "raw_otel_langchain_spans.jsonl"])
def test_spans_of_agentcore(name: str) -> None:
    types = Counter[str]()
    for _, row in documents("otel", name):
        [span] = read(json.dumps(row), group="aws/spans")
        assert isinstance(span, TracedSpan)
        assert (span.trace_id, span.span_id) == (row["traceId"], row["spanId"])
        assert (span.start_ns, span.end_ns) == (row["startTimeUnixNano"], row["endTimeUnixNano"])
        assert span.status == "ok"
        tokens = row["attributes"].get("gen_ai.usage.input_tokens")
        assert (span.usage.input_tokens if span.usage else None) == tokens
        types[span.component_type] += 1

    assert types["agent"] >= 2
    assert types["model"] >= 2


@pytest.mark.parametrize("path", ["strands_bedrock", "langchain", "langchain_tool"])
def test_runtime_logs_of_agentcore(path: str) -> None:
    roles = Counter[str]()
    for _, row in documents("otel", f"raw_otel_{path}_runtime_logs.jsonl"):
        found = read(json.dumps(row), group="/aws/bedrock-agentcore/runtimes/desk-1-DEFAULT")
        for one in found:
            assert isinstance(one, TracedMessage | Line)
            if isinstance(one, TracedMessage):
                assert (one.trace_id, one.span_id) == (row["traceId"], row["spanId"])
                roles[one.role] += 1
            else:
                assert one.request_id is None
                assert {i.kind for i in one.ids} >= {"aws_request_id", "session_id"}

    assert roles["request"]
    assert roles["response"]


def test_xray_segments() -> None:
    segments = [each for one in recorded("xray") for each in one.events if each.source == "xray"]
    spans = [one for segment in segments for one in read(segment.message)]
    retried = next(one for one in spans if isinstance(one, TracedSpan) and one.component_name == "does_not_exist")

    assert len(spans) == 6
    assert retried.status == "error"
    assert retried.attributes["http.response.status_code"] == 400
    assert retried.start_ns == 1596566305587424500
