"""What Lambda itself, and the SDK in a function, would send to X-Ray: recorded while the sandbox runs the function."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from itk.sandbox.server.functions.environment import Outcome, error_of
from itk.sandbox.server.functions.platform_lines import Trace
from itk.sandbox.server.operations import Call
from itk.sandbox.server.xray import aws_calls
from itk.sandbox.server.xray.documents import Document, Header, new_id, new_trace_id, parse_header
from itk.sandbox.server.xray.store import XRayStore

# Their pollers begin a trace of their own; a link says where a message came from.
_POLLED = ("aws:sqs", "aws:dynamodb", "aws:kinesis")


@dataclass(slots=True)
class Recording:
    """One invocation while it runs. Not sampled, it has a trace header and nothing more."""

    trace: Trace
    request_id: str
    function: Mapping[str, Any]  # its configuration
    received_at: float
    caller: str  # the segment that called, "" = nobody
    attempt: int  # of an asynchronous invocation; 0 = synchronous
    links: list[dict[str, Any]]
    calls: dict[str, Document] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TracedCall:
    """A call from a recorded invocation; `header` is what the service behind it sees."""

    header: str
    _recorder: Recorder
    _parent: str
    _key: str

    def answered(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self._recorder.call_answered(self._parent, self._key, status, headers, body)


class Recorder:
    """`open` an invocation, give its trace to the function, watch its calls, `close` it with its outcome."""

    def __init__(self, store: XRayStore, account: str) -> None:
        self._store = store
        self._account = account
        self._lock = threading.Lock()
        self._running: dict[str, Recording] = {}
        self._tried: dict[str, Recording] = {}  # asynchronous invocations that failed, by request id
        self._traces = 0
        self._decided: set[str] = set()  # roots of traces that a function of ours was part of

    def open(
        self, config: Mapping[str, Any], request_id: str, header: str, event: Any, *, asynchronous: bool
    ) -> Recording:
        """Continue the caller's trace, or begin one: what a poller read is only linked."""
        received_at = time.time()
        records = _records(event)
        polled = bool(records) and records[0].get("eventSource") in _POLLED
        sent = [parse_header(_trace_header_of(record)) for record in records] if polled else []
        asked = Header() if polled else parse_header(header)
        sampled = self._is_sampled(config, sent or [asked])
        trace = Trace(asked.root or new_trace_id(), new_id(), sampled, parent=new_id())
        links = [_link(origin) for origin in sent if origin.root]
        recording = Recording(trace, request_id, config, received_at, asked.parent, int(asynchronous), links)
        if asynchronous:
            recording = self._next_attempt(recording)
        with self._lock:
            self._decided.add(recording.trace.root)
            if recording.trace.sampled:
                self._running[recording.trace.parent] = recording
        return recording

    def close(self, recording: Recording, outcome: Outcome) -> None:
        """Send the segments of an invocation that is over."""
        with self._lock:
            self._running.pop(recording.trace.parent, None)
            if recording.attempt and outcome.error:
                self._tried[recording.request_id] = recording
            else:
                self._tried.pop(recording.request_id, None)
        if recording.trace.sampled:
            region = str(recording.function["FunctionArn"]).split(":")[3]
            for document in (
                _service_segment(recording, outcome),
                _function_segment(recording, outcome, self._account),
            ):
                self._store.put(document, region)

    # the calls of a function

    def call_began(self, call: Call, headers: Mapping[str, str], body: bytes) -> TracedCall | None:
        """A call that a recorded invocation makes, or None. All attempts of one call are one subsegment."""
        header = parse_header(headers.get("x-amzn-trace-id", ""))
        key = headers.get("amz-sdk-invocation-id") or new_id()
        with self._lock:
            recording = self._running.get(header.parent)
            if recording is None or call.service == "xray" or not call.operation:
                return None
            if key in recording.calls:
                recording.calls[key]["aws"]["retries"] += 1
            else:
                recording.calls[key] = aws_calls.began(call, headers, body, time.time(), self._account)
            onward = Header(recording.trace.root, recording.calls[key]["id"], sampled=True)
        return TracedCall(str(onward), self, header.parent, key)

    def call_answered(self, parent: str, key: str, status: int, headers: Mapping[str, str], body: bytes) -> None:
        with self._lock:
            recording = self._running.get(parent)
            if recording is not None:
                recording.calls[key] = aws_calls.ended(recording.calls[key], status, headers, body, time.time())

    # decisions

    def _is_sampled(self, config: Mapping[str, Any], asked: list[Header]) -> bool:
        """The caller's decision counts, for a batch that of any message; without one it is made here."""
        habits = self._store.habits
        if habits.mode == "off" or (config.get("TracingConfig") or {}).get("Mode") != "Active":
            return False
        with self._lock:
            counts = [h for h in asked if h.sampled is not None and (habits.inherit or h.root in self._decided)]
            if counts:
                return any(header.sampled for header in counts)
            number, self._traces = self._traces, self._traces + 1
        return habits.mode == "on" or number % habits.every_nth == 0

    def _next_attempt(self, recording: Recording) -> Recording:
        """Lambda tries again in the same trace, under the same service segment."""
        with self._lock:
            before = self._tried.get(recording.request_id)
        if before is None:
            return recording
        trace = replace(before.trace, parent=recording.trace.parent)
        return replace(before, trace=trace, attempt=before.attempt + 1, calls={})


# what a poller read


def _records(event: Any) -> list[dict[str, Any]]:
    records = event.get("Records") if isinstance(event, dict) else None
    return [r for r in records if isinstance(r, dict)] if isinstance(records, list) else []


def _trace_header_of(record: Mapping[str, Any]) -> str:
    return str((record.get("attributes") or {}).get("AWSTraceHeader") or "")


def _link(origin: Header) -> dict[str, Any]:
    attributes = {"aws.xray.reserved.reference_type": "parent"}
    return {"trace_id": origin.root, "id": origin.parent or "0" * 16, "attributes": attributes}


# the segments of Lambda


def _service_segment(recording: Recording, outcome: Outcome) -> Document:
    """`AWS::Lambda`: from the request to the answer, with the RequestId that the log lines carry."""
    segment: Document = {
        "id": recording.trace.segment,
        "trace_id": recording.trace.root,
        "name": recording.function["FunctionName"],
        "origin": "AWS::Lambda",
        "start_time": recording.received_at,
        "end_time": outcome.ended,
        "http": {"response": {"status": 202 if recording.attempt else 200}},
        "aws": {"request_id": recording.request_id},
        "resource_arn": recording.function["FunctionArn"],
    }
    optional = {"parent_id": recording.caller, "links": recording.links, "fault": outcome.error}
    return segment | {name: value for name, value in optional.items() if value}


def _function_segment(recording: Recording, outcome: Outcome, account: str) -> Document:
    """`AWS::Lambda::Function`: the work. Initialization lies before its own parent, as on AWS."""
    handled = min(outcome.started + outcome.duration_ms / 1000, outcome.ended)
    invocation = _part("Invocation", outcome.started, handled) | {"id": recording.trace.parent}
    if calls := sorted(recording.calls.values(), key=lambda call: call["start_time"]):
        invocation["subsegments"] = calls
    failure: Document = {}
    if outcome.error:
        kind, message = error_of(outcome.payload)
        failure = {"fault": True, "cause": {"exceptions": [{"id": new_id(), "type": kind, "message": message}]}}
    parts = [_part("Initialization", *outcome.init)] if outcome.init else []
    config = recording.function
    group = (config.get("LoggingConfig") or {}).get("LogGroup") or f"/aws/lambda/{config['FunctionName']}"
    return {
        "id": new_id(),
        "trace_id": recording.trace.root,
        "parent_id": recording.trace.segment,
        "name": config["FunctionName"],
        "origin": "AWS::Lambda::Function",
        "start_time": outcome.started,
        "end_time": outcome.ended,
        "aws": {
            "account_id": account,
            "function_arn": config["FunctionArn"],
            "resource_names": [config["FunctionName"]],
            "cloudwatch_logs": [{"log_group": group}],
        },
        "subsegments": [*parts, invocation | failure, _part("Overhead", handled, outcome.ended)],
        **failure,
    }


def _part(name: str, start: float, end: float) -> Document:
    return {"id": new_id(), "name": name, "start_time": start, "end_time": end}
