"""Recorded evidence of others, as a source would have delivered it: for tests and `benchmarks/formats.py`.

Most files are what people have, and `itk.sources.files` reads them. Some hold evidence within something else: a test's
snapshot, an HTTP cassette, a sample of a manual. What each is shows in its content, as SOURCES.md beside it says; times
that a snapshot has masked are counted on from a fixed moment.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from itk import formats
from itk.errors import UsageError
from itk.model.evidence import LogEvent, SourceName, Unread
from itk.model.run import Receipt
from itk.model.trace import Trace
from itk.sources.executions import history_event
from itk.sources.recorded import Recording, read_recording
from itk.stitch import stitch
from itk.workflows.raw_lines import receipt_of

BASE_MS = 1_795_332_662_120  # 2026-11-22T07:31:02.120Z
STATES_GROUP = "/aws/vendedlogs/states/recorded"
MODELS_GROUP = "/aws/bedrock/modelinvocations"
# The last part of a URL of Bedrock's runtime, and the operation of the model invocation log.
OPERATIONS = {
    "invoke": "InvokeModel",
    "invoke-with-response-stream": "InvokeModelWithResponseStream",
    "converse": "Converse",
    "converse-stream": "ConverseStream",
}
RUN_ID = "itk-0123456789abcdef0123"
_INFORMATION = ("SOURCES.md", "README.md", "LICENSE")
_SINGLE = re.compile(r"\b(literals|renderings|fences)\b")


class Sample(NamedTuple):
    """One file. `how` says what made events of it; `left` what it holds that is no evidence."""

    path: Path
    folder: str
    how: str
    events: tuple[LogEvent, ...]
    notes: tuple[str, ...] = ()
    left: str = ""
    receipt: Receipt | None = None  # of ITK's own recordings


class Told(NamedTuple):
    """One file, read and stitched: one trace, or one for each line where the lines have nothing to do with another."""

    sample: Sample
    unread: tuple[Unread, ...]
    traces: tuple[Trace, ...]
    lost: int  # events that are neither proof, nor understood, nor unread


def told(one: Sample, *, alone: bool) -> Told:
    """What becomes of a file. `alone`: each of its lines is a sample by itself."""
    found = formats.read_all(one.events)
    named = {i for seen in found.observations for i in (seen.evidence.event_id, *seen.evidence.parts)}
    lost = len(one.events) - found.silent - len(found.unread) - len(named)
    parts = [(event,) for event in one.events] if alone else [one.events]
    return Told(one, found.unread, tuple(stitched(part, one.path.stem, one.receipt) for part in parts if part), lost)


def stitched(events: Sequence[LogEvent], name: str, receipt: Receipt | None = None) -> Trace:
    """The trace of a run, most often one that nobody has a receipt of, as `--mode dev-fixtures` makes it."""
    recording = Recording(receipt=None, events=tuple(events))
    found = formats.read_all(events)
    return stitch(receipt or receipt_of(recording, name, RUN_ID), found.observations, unread=len(found.unread))


def single_lines(folder: Path) -> frozenset[str]:
    """The files whose lines SOURCES.md calls literals of tests, renderings or fences of a manual."""
    sources = folder / "SOURCES.md"
    rows = sources.read_text(encoding="utf-8").splitlines() if sources.is_file() else []
    cells = [[cell.strip() for cell in row.strip("| ").split("|")] for row in rows if row.startswith("|")]
    return frozenset(row[0] for row in cells if _SINGLE.search(row[-1]))


def files_of(root: Path) -> Iterator[Path]:
    """The files of a corpus, in order."""
    yield from (path for path in sorted(root.rglob("*")) if path.is_file() and path.name not in _INFORMATION)


def sample(path: Path, root: Path) -> Sample:
    """The events of one file. Raises UsageError where it is not what it began as."""
    folder = path.relative_to(root).parts[0] if path.parent != root else "."
    writer = _Writer(path.name.partition(".")[0])
    values = list(_values(path))
    for how, adapter in _ADAPTERS.items():
        events = adapter(values, writer) if values else None
        if events is not None:
            found = tuple(events)
            return Sample(path, folder, how, found, left="" if found else "no log and no message in it")
    try:
        found = read_recording(path)
        return Sample(path, folder, "file source", found.events, found.notes, receipt=found.receipt)
    except UsageError as error:
        if not values or not error.what.startswith("JSON of no form"):
            raise
    return Sample(path, folder, "a line that logs it", tuple(writer.line(value) for value in values))


class _Writer:
    """Writes events one after the other, a millisecond apart, as one function's log stream."""

    def __init__(self, name: str) -> None:
        self._name, self._numbers = name, count(1)

    def event(self, message: str, group: str = "", source: SourceName = "cloudwatch_logs") -> LogEvent:
        n = next(self._numbers)
        return LogEvent(
            source=source,
            group=group or f"/aws/lambda/{self._name}",
            stream="recorded",
            event_id=f"{n:08d}",
            time_ms=BASE_MS + n,
            message=message,
        )

    def line(self, value: Any) -> LogEvent:
        return self.event(value if isinstance(value, str) else json.dumps(value))

    def history(self, entry: dict[str, Any], execution: int) -> LogEvent:
        name = f"arn:aws:states:us-east-1:111122223333:execution:recorded:{self._name}-{execution}"
        time = entry["timestamp"]
        masked = {**entry, "timestamp": BASE_MS / 1000 + entry["id"]} if time in ("timestamp", "date") else entry
        return history_event(name, masked)


def _values(path: Path) -> Iterator[Any]:
    """The JSON values of a file: of the whole, or of each line. None where it is text."""
    text = path.read_text(encoding="utf-8", errors="replace") if path.suffix in (".json", ".jsonl") else ""
    for part in ([text], text.splitlines()):
        try:
            yield from [json.loads(row) for row in part if row.strip()]
        except ValueError:
            continue
        return


def below(value: Any, key: str) -> Iterator[Any]:
    """Every value under `key`, however deep."""
    for name, inner in value.items() if isinstance(value, dict) else ():
        if name == key:
            yield inner
        yield from below(inner, key)
    for inner in value if isinstance(value, list) else ():
        yield from below(inner, key)


def _all_have(values: list[Any], *keys: str) -> bool:
    return all(isinstance(value, dict) and set(keys) <= value.keys() for value in values)


def _snapshots(values: list[Any], writer: _Writer) -> Iterable[LogEvent] | None:
    """LocalStack's snapshots of real AWS: logs, messages, histories and answers, among answers that are no evidence."""
    if not _all_have(values, "recorded-content"):
        return None
    return (event for value in values for event in _recorded(value["recorded-content"], writer))


def _recorded(value: Any, writer: _Writer) -> Iterator[LogEvent]:
    executions = count(1)
    for inner in _nodes(value):
        if isinstance(inner.get("events"), list) and _all_have(inner["events"], "type", "id", "timestamp"):
            number = next(executions)
            yield from (writer.history(entry, number) for entry in inner["events"])
        elif "message" in inner and {"timestamp", "ingestionTime"} <= inner.keys():
            yield writer.line(inner["message"])
        elif isinstance(inner.get("logs"), list) and all(isinstance(line, str) for line in inner["logs"]):
            yield from map(writer.line, inner["logs"])
        elif inner.get("FunctionError") and isinstance(inner.get("Payload"), dict):
            yield from map(writer.line, failed_invocation(inner["Payload"]))
        elif ("MessageId" in inner and "Body" in inner) or "detail-type" in inner:
            yield writer.line(inner)


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every object, outer before inner; not those within a message, which are its own."""
    if isinstance(value, dict):
        yield value
        if "Body" not in value and "detail-type" not in value:
            for inner in value.values():
                yield from _nodes(inner)
    for inner in value if isinstance(value, list) else ():
        yield from _nodes(inner)


def failed_invocation(payload: dict[str, Any]) -> Iterator[str]:
    """What Lambda answers of a runtime that died, it logs too: the same words, the type on a second line."""
    said, kind = str(payload.get("errorMessage", "")), str(payload.get("errorType", ""))
    request = said.partition("RequestId: ")[2].split(" ")[0] or "<request-id>"
    yield f"START RequestId: {request} Version: $LATEST\n"
    yield f"{said}\n{kind}\n" if kind.startswith(("Runtime.", "Sandbox.")) else f"[ERROR] {kind}: {said}\n"


def _state_logs(values: list[Any], writer: _Writer) -> Iterable[LogEvent] | None:
    """Rows of a test: `{"_test": ..., "event": <what the log group of a state machine held>}`."""
    if not _all_have(values, "_test", "event") or not _all_have([v["event"] for v in values], "execution_arn"):
        return None
    tests = {name: n for n, name in enumerate(dict.fromkeys(value["_test"] for value in values), 1)}
    return (_state_log(value["event"], tests[value["_test"]], writer) for value in values)


def _state_log(event: dict[str, Any], execution: int, writer: _Writer) -> LogEvent:
    """The tests are executions of their own, whose ARNs are masked alike."""
    arn = f"{event['execution_arn']}-{execution}" if "<" in event["execution_arn"] else event["execution_arn"]
    return writer.event(json.dumps({**event, "execution_arn": arn}), STATES_GROUP)


def _cassettes(values: list[Any], writer: _Writer) -> Iterable[LogEvent] | None:
    """Recorded HTTP: calls of models as their invocation log has them, anything else as a client would log it."""
    if not (
        _all_have(values, "uri", "response_headers", "request_body") or _all_have(values, "request_uri", "request_body")
    ):
        return None
    return (_exchange(value, writer) for value in values)


def _exchange(value: dict[str, Any], writer: _Writer) -> LogEvent:
    *_, model, operation = ("", *urlsplit(str(value.get("uri") or value["request_uri"])).path.split("/"))
    request, response = _inner(value.get("request_body")), _inner(value.get("response_body"))
    if operation not in OPERATIONS:
        return writer.line({"level": "INFO", "message": operation, "request": request, "response": response})
    headers = value.get("response_headers") or {}
    failed = int((value.get("status") or {}).get("code", 200)) >= 400
    log = {
        "schemaType": "ModelInvocationLog",
        "schemaVersion": "1.0",
        "requestId": headers.get("x-amzn-requestid", ""),
        "operation": OPERATIONS[operation],
        "modelId": unquote(model),
        "input": {"inputBodyJson": request},
        "output": {} if failed else {"outputBodyJson": _streamed(value.get("response_events")) or response},
    }
    error = {"errorCode": headers.get("x-amzn-errortype", "ValidationException").partition(":")[0]} if failed else {}
    return writer.event(json.dumps(log | error), MODELS_GROUP)


def _streamed(events: Any) -> list[Any]:
    return [_frame(event) for event in events or []]


def _frame(event: dict[str, Any]) -> Any:
    """A decoded frame of an event stream, as the invocation log lists it."""
    payload = event["payload"]
    if "bytes" not in payload:
        return {event["headers"][":event-type"]: payload}
    try:
        return json.loads(base64.b64decode(payload["bytes"]))
    except (binascii.Error, ValueError):
        return payload


def _inner(text: Any) -> Any:
    try:
        return json.loads(text) if isinstance(text, str) else text
    except ValueError:
        return text


def _literals(values: list[Any], writer: _Writer) -> Iterable[LogEvent] | None:
    """Lines as JSON strings: literals of a parser's own tests."""
    return map(writer.line, values) if all(isinstance(value, str) for value in values) else None


def _decoded_subscription(values: list[Any], writer: _Writer) -> Iterable[LogEvent] | None:
    """A subscription's payload whose messages somebody has parsed: CloudWatch has text alone."""
    if not _all_have(values, "logEvents"):
        return None
    messages = [event.get("message") for value in values for event in value["logEvents"]]
    return map(writer.line, messages) if not all(isinstance(message, str) for message in messages) else None


def _exchanges_of_streams(values: list[Any], writer: _Writer) -> Iterable[LogEvent] | None:
    """The HTTP request of a stream that stands in a file of its own."""
    return () if _all_have(values, "request", "response", "startedDateTime") else None


_ADAPTERS = {
    "snapshot of a test": _snapshots,
    "rows of a test": _state_logs,
    "HTTP cassette": _cassettes,
    "literals of a test": _literals,
    "decoded subscription": _decoded_subscription,
    "HTTP of a stream": _exchanges_of_streams,
}
