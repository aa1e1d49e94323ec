"""Files in every form people have: found by content, the same records from each, nothing dropped without a word."""

from __future__ import annotations

import base64
import gzip
import json
import tempfile
import tracemalloc
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itk.errors import UsageError
from itk.model.evidence import LogEvent
from itk.sources.files import FileReading, read_file

T = 1_763_796_662_120  # 2025-11-22T07:31:02.120Z
ISO = "2025-11-22T07:31:02"
STREAM = "2025/11/22/[$LATEST]3f9c0d4e"
LINES = ["START RequestId: 8a0c1f7e-0000-4000-8000-000000000001 Version: $LATEST", "a line", "of two\nlines"]


def _event(n: int, message: str, **more: Any) -> dict[str, Any]:
    return {"timestamp": T + n, "message": message, **more}


def _rows() -> list[list[dict[str, str]]]:
    shown = [("@timestamp", "2025-11-22 07:31:02.{ms}"), ("@message", "{m}"), ("@logStream", STREAM), ("@ptr", "p{n}")]
    return [
        [
            {"field": f, "value": v.replace("{m}", m).replace("{n}", str(n)).replace("{ms}", str(120 + n))}
            for f, v in shown
        ]
        for n, m in enumerate(LINES)
    ]


_FILTERED = {"events": [_event(n, m, logStreamName=STREAM, eventId=str(n)) for n, m in enumerate(LINES)]}
_PAYLOAD = {
    "messageType": "DATA_MESSAGE",
    "logGroup": "intake",
    "logStream": STREAM,
    "logEvents": [_event(n, m, id=str(n)) for n, m in enumerate(LINES)],
}
_LAMBDA = {"awslogs": {"data": base64.b64encode(gzip.compress(json.dumps(_PAYLOAD).encode())).decode()}}
# Each holds the same three records.
LOG_FORMS = {
    "filter-log-events": json.dumps(_FILTERED, indent=4),
    "filter-log-events in one line": json.dumps(_FILTERED),
    "get-log-events": json.dumps(
        {"events": [_event(n, m, ingestionTime=T) for n, m in enumerate(LINES)], "nextForwardToken": "f/1"}, indent=4
    ),
    "insights": json.dumps({"results": _rows(), "status": "Complete", "statistics": {}}, indent=4),
    "insights rows of the console": json.dumps([{c["field"]: c["value"] for c in row} for row in _rows()], indent=1),
    "one event a line": "\n".join(json.dumps(_event(n, m, logGroupName="intake")) for n, m in enumerate(LINES)),
    "subscription": json.dumps(_PAYLOAD),
    "subscription as firehose writes it": "".join(
        json.dumps({**_PAYLOAD, "logEvents": [event]}) for event in _PAYLOAD["logEvents"]
    ),
    "subscription as lambda gets it": json.dumps(_LAMBDA, indent=2),
    "tail": "\n".join(f"{ISO}.{120 + n}000+00:00 {STREAM} {m}" for n, m in enumerate(LINES)),
    "sam logs": "\n".join(f"{STREAM} {ISO}.{120 + n}000 {m}" for n, m in enumerate(LINES)),
}


def reading(tmp_path: Path, content: str | bytes, name: str = "intake.json") -> FileReading:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_file(path)


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("form", LOG_FORMS)
def test_every_form_of_logs_gives_the_same_records(form: str, packed: bool, tmp_path: Path) -> None:
    content = LOG_FORMS[form].encode()
    found = reading(tmp_path, gzip.compress(content) if packed else content, "intake.json" + ".gz" * packed)
    events = list(found)
    assert [(event.message, event.time_ms, event.group) for event in events] == [
        (message, T + n, "intake") for n, message in enumerate(LINES)
    ]
    assert {event.source for event in events} == {"cloudwatch_logs"}
    assert len({event.event_id for event in events}) == len(LINES)
    assert found.notes == ()


def test_tail_in_short_form_has_no_stream(tmp_path: Path) -> None:
    found = list(reading(tmp_path, f"{ISO} START RequestId: 1\n\n{ISO} [ERROR] boom\nTraceback\n  File x\n"))
    assert [event.message for event in found] == ["START RequestId: 1", "[ERROR] boom\nTraceback\n  File x"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_what_a_windows_shell_redirected_is_read(encoding: str, tmp_path: Path) -> None:
    content = LOG_FORMS["filter-log-events"].replace("a line", "größe").replace("\n", "\r\n").encode(encoding)
    assert len(list(reading(tmp_path, content))) == 3


SPAN = {"traceId": "5b8efff798038103d269b633813fc60c", "spanId": "eee19b7ec3c1b174", "name": "work"}
OTLP = {
    "resourceSpans": [
        {
            "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "intake"}}]},
            "scopeSpans": [
                {"scope": {"name": "s"}, "spans": [{**SPAN, "startTimeUnixNano": str(T * 1_000_000 + 113)}]}
            ],
        }
    ]
}
DOCUMENT = '{"trace_id":"1-5f29ab21-d4ebf299219a65bd5c31d6da","id":"88ad1df59cd7a7be","start_time":1.763796662120E9}'
XRAY = {
    "Traces": [
        {"Id": "1-5f29ab21-d4ebf299219a65bd5c31d6da", "Segments": [{"Id": "88ad1df59cd7a7be", "Document": DOCUMENT}]}
    ]
}
JAEGER = {
    "data": [
        {
            "traceID": SPAN["traceId"],
            "spans": [{"traceID": SPAN["traceId"], "spanID": SPAN["spanId"], "startTime": T * 1000, "processID": "p1"}],
            "processes": {"p1": {"serviceName": "intake"}},
        }
    ]
}
HISTORY = {
    "events": [
        {"timestamp": "2025-11-22T09:31:02.120000+02:00", "type": "ExecutionStarted", "id": 1, "previousEventId": 0},
        {"timestamp": T / 1000 + 1, "type": "ExecutionSucceeded", "id": 2, "previousEventId": 1},
    ]
}
PART = {
    "agentId": "AGENT00001",
    "agentAliasId": "ALIAS00001",
    "sessionId": "s",
    "eventTime": "2025-11-22T07:31:02.120000000Z",
    "trace": {"orchestrationTrace": {"rationale": {"text": "x", "traceId": "d7a3f421-997f-4a7d-8f2f-f2ef032f1154-0"}}},
}
OTHER_FORMS: dict[str, tuple[Any, str, str, str]] = {
    "otlp": (OTLP, "otlp", SPAN["traceId"], SPAN["spanId"]),
    "flat spans": ({**SPAN, "startTimeUnixNano": T * 1_000_000}, "otlp", SPAN["traceId"], SPAN["spanId"]),
    "jaeger": (JAEGER, "otlp", SPAN["traceId"], SPAN["spanId"]),
    "xray": (XRAY, "xray", "1-5f29ab21-d4ebf299219a65bd5c31d6da", "88ad1df59cd7a7be"),
    "segment": (json.loads(DOCUMENT), "xray", "1-5f29ab21-d4ebf299219a65bd5c31d6da", "88ad1df59cd7a7be"),
    "history": (HISTORY, "stepfunctions", "intake", "1"),
    "agent part": (PART, "agent_stream", "d7a3f421-997f-4a7d-8f2f-f2ef032f1154", "00000001"),
}


@pytest.mark.parametrize("indent", [None, 2], ids=["a line", "many lines"])
@pytest.mark.parametrize("form", OTHER_FORMS)
def test_forms_of_other_sources(form: str, indent: int | None, tmp_path: Path) -> None:
    document, source, stream, event_id = OTHER_FORMS[form]
    first = next(iter(reading(tmp_path, json.dumps(document, indent=indent))))
    assert (first.source, first.stream, first.event_id, first.time_ms) == (source, stream, event_id, T)


def test_a_segment_document_stays_letter_by_letter(tmp_path: Path) -> None:
    """A float that is parsed and written again is another number."""
    (event,) = reading(tmp_path, json.dumps(XRAY))
    assert event.message == DOCUMENT


def test_times_of_a_history_are_written_alike(tmp_path: Path) -> None:
    """The CLI writes them by its own settings: with a zone, or as seconds."""
    events = list(reading(tmp_path, json.dumps(HISTORY)))
    told = [json.loads(event.message)["timestamp"] for event in events]
    assert told == ["2025-11-22T07:31:02.120Z", "2025-11-22T07:31:03.120Z"]


def test_a_decoded_agent_stream_is_one_turn(tmp_path: Path) -> None:
    def frame(kind: str, payload: Any) -> str:
        return json.dumps({"headers": {":event-type": kind, ":message-type": "event"}, "payload": payload})

    failed = {":message-type": "exception", ":exception-type": "throttlingException"}
    lines = [
        frame("trace", PART),
        frame("chunk", {"bytes": "WW91"}),
        json.dumps({"headers": failed, "payload": {"message": "m"}}),
    ]
    events = list(reading(tmp_path, "\n".join(lines)))
    assert {(e.group, e.stream) for e in events} == {
        ("bedrock-agent/AGENT00001/ALIAS00001", "d7a3f421-997f-4a7d-8f2f-f2ef032f1154")
    }
    assert json.loads(events[2].message) == {"error": {"type": "throttlingException", "message": "m"}}


@pytest.mark.parametrize("part", [{"chunk": {"bytes": "WW91"}}, {"returnControl": {}}, {"files": {}}, {"news": {}}])
def test_every_frame_of_a_stream_is_a_record_of_it(part: dict[str, Any], tmp_path: Path) -> None:
    """Also of a kind that nobody has heard of: its format says that it cannot read it. Without a trace, the file's name
    stands in for the request id.
    """
    [(kind, payload)] = part.items()
    frame = {"headers": {":event-type": kind, ":message-type": "event"}, "payload": payload}
    [event] = reading(tmp_path, json.dumps(frame))
    assert (event.source, event.stream, json.loads(event.message)) == ("agent_stream", "intake", part)


ROW = {"timestamp": "2025-11-22 07:31:02.120"}


@pytest.mark.parametrize("text", [False, True], ids=["object", "text"])
def test_rows_of_agentcores_toolkit_are_what_they_hold(text: bool, tmp_path: Path) -> None:
    log = {**SPAN, "timeUnixNano": T * 1_000_000, "body": "hello"}
    said = {"timestamp": "x", "level": "INFO", "message": "done", "logger": "bedrock_agentcore.app", "requestId": "r"}
    inside = [{**SPAN, "startTimeUnixNano": T * 1_000_000}, log, said]
    rows = [{**ROW, "raw_otel_json": json.dumps(each) if text else each} for each in inside]
    events = list(reading(tmp_path, "\n".join(map(json.dumps, rows))))
    assert [json.loads(event.message) for event in events] == inside
    assert [event.source for event in events] == ["otlp", "otlp", "cloudwatch_logs"]
    assert {event.time_ms for event in events} == {T}


def test_a_subscription_may_be_packed_by_zlib(tmp_path: Path) -> None:
    packed = base64.b64encode(zlib.compress(json.dumps(_PAYLOAD).encode())).decode()
    assert [e.message for e in reading(tmp_path, json.dumps({"awslogs": {"data": packed}}))] == LINES


def test_raw_text_is_a_record_a_line(tmp_path: Path) -> None:
    """A line without a time has that of the line above; those at the beginning that of the first that has one."""
    text = "no time\n[INFO]\t2025-11-22T07:31:02.120Z\tid\tmsg\n\n[still no time]\n2025-11-22 07:31:03,000 later\n"
    found = reading(tmp_path, text, "intake.log")
    events = list(found)
    assert [event.time_ms - T for event in events] == [0, 0, 0, 880]
    assert {(event.source, event.group) for event in events} == {("file", "intake")}
    assert found.notes == ()


@pytest.mark.parametrize(
    "text", ['{"level":"INFO","message":"m"}\ntext between\n{"level":"INFO"}\n', "{'a': 1}\n{'a': 2}\nx"]
)
def test_an_applications_own_lines_are_raw_text(text: str, tmp_path: Path) -> None:
    """JSON that is no known form of a file is somebody's log line: formats read it, not sources."""
    found = reading(tmp_path, text)
    assert [event.message for event in found] == text.strip().split("\n")
    assert found.notes == ("intake.json: line without any time, shown at 1970: 3",)


@pytest.mark.parametrize(
    ("content", "note"),
    [
        (json.dumps({**_FILTERED, "nextToken": "more"}), "one page of several"),
        (json.dumps({"results": _rows(), "status": "Running"}), "the query was Running: its rows are a part"),
        (json.dumps({"results": [[{"field": "count", "value": "7"}]]}), "a row without @message and @timestamp"),
        (json.dumps({**XRAY, "UnprocessedTraceIds": ["1-2-3"]}), "did not process"),
        (json.dumps({**OTLP, "resourceMetrics": []}), "skipped, metrics"),
        (json.dumps({**_PAYLOAD, "messageType": "CONTROL_MESSAGE"}), "a control message"),
        (json.dumps(_FILTERED) + '\n{"other": 1}', "JSON of another form than the lines above"),
        (json.dumps([_event(1, "m", id="1"), 7]), "JSON of another form than its neighbours"),
        (b"2025-11-22 07:31:02 \xff\n", "bytes that are no text in its encoding"),
    ],
)
def test_what_a_file_lacks_is_said(content: str | bytes, note: str, tmp_path: Path) -> None:
    found = reading(tmp_path, content)
    list(found)
    assert any(note in each for each in found.notes), found.notes


@pytest.mark.parametrize(
    ("content", "place", "what"),
    [
        ('{"logGroupName": "g", "timestamp": 1, "message": "m"}\n{"logGroupName": "g", "times', ":2", "is no JSON"),
        ('{"logGroupName": 7}', ":1", "logGroupName is no text"),
        ('{"logGroupName": "g", "message": "m"}', ":1", "timestamp is no whole number"),
        ('\n{\n "some": "thing",\n "else": 1}', ":2", "JSON of no form that ITK reads (some, else)"),
        (
            json.dumps({"results": [[{"field": "@timestamp", "value": "x"}, {"field": "@message", "value": "m"}]]}),
            ":1",
            "no time",
        ),
        (json.dumps({"Traces": [{"Id": "1", "Segments": [{"Id": "1", "Document": {}}]}]}), ":1", "Document is no text"),
        (gzip.compress(b'{"a": 1}\n' * 1000, mtime=0)[:-9], ":", "damaged gzip"),
    ],
)
def test_what_is_wrong_names_its_line(content: str | bytes, place: str, what: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=what.replace("(", r"\(").replace(")", r"\)")) as caught:
        list(reading(tmp_path, content))
    assert place in caught.value.where


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot read: No such file"):
        list(read_file(tmp_path / "none.json"))


KEYS = (
    "events results Traces data spans resourceSpans scopeSpans logEvents logGroup awslogs timestamp message id type "
    "trace traceId startTimeUnixNano headers :message-type payload @message @timestamp Segments Id itk"
)
ANYTHING = st.recursive(
    st.none() | st.integers() | st.text(max_size=5) | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS.split()), inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300) | ANYTHING.map(lambda value: json.dumps(value).encode()))
def test_no_file_makes_the_reader_fail_otherwise(content: bytes) -> None:
    """Whatever stands in a file: records, or an error that names the file."""
    with tempfile.TemporaryDirectory() as directory:
        path, where = Path(directory) / "any", str(Path(directory) / "any")
        path.write_bytes(content)
        try:
            assert all(isinstance(event, LogEvent) for event in read_file(path))
        except UsageError as error:
            where = error.where
        assert str(path) in where


def _lines(kind: str, n: int) -> Iterable[str]:
    for i in range(n):
        line = {"logGroupName": "g", "timestamp": T + i, "message": f"line {i} " + "x" * 200}
        yield (json.dumps(line) if kind == "jsonl" else f"{ISO} line {i} " + "x" * 200) + "\n"


@pytest.mark.parametrize("kind", ["jsonl", "text"])
def test_lines_are_read_in_bounded_memory(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "big"
    with path.open("w") as file:
        file.writelines(_lines(kind, 20_000))
    tracemalloc.start()
    try:
        assert sum(1 for _ in read_file(path)) == 20_000
        assert tracemalloc.get_traced_memory()[1] < path.stat().st_size / 10
    finally:
        tracemalloc.stop()
