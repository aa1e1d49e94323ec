"""Failures of functions and executions: each is an error span with its reason."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from benchmarks.claim import Claim, judged
from msgspec.structs import replace

from itk.model.evidence import LogEvent
from itk.model.trace import Span, Trace
from tests.corpus import Told, stitched

OK = ("ok", "unknown")


class Failure(NamedTuple):
    """What one line of the platform says of an end that was none."""

    kind: str  # timeout, crash, out of memory, init
    request_id: str


_REQUEST = re.compile(r"^(?:(?:REPORT|END) )?RequestId: (\S+)|^\S+Z (\S+) Task timed out")
_TEXT: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("init failure", re.compile(r"^(INIT|RESTORE)_REPORT .*Status: (timeout|error|failure)")),
    ("out of memory", re.compile(r"signal: killed|Runtime\.OutOfMemory")),
    ("timeout", re.compile(r"Task timed out after \d|Status: timeout")),
    (
        "crash",
        re.compile(r"Runtime exited|Process exited before|Runtime\.ExitError|Task failed|Status: (error|failure)"),
    ),
)
_KINDS = tuple(name for name, _ in _TEXT)


def failure(event: LogEvent) -> Failure | None:
    """By the words of the line alone."""
    record = _platform(event.message)
    if record is not None:
        kind, told = record
        failed = told.get("status") in ("timeout", "error", "failure")
        if not failed:
            return None
        if kind.startswith(("platform.init", "platform.restore")):
            return Failure("init failure", "")
        memory = "OutOfMemory" in str(told.get("errorType"))
        name = "out of memory" if memory else "timeout" if told["status"] == "timeout" else "crash"
        return Failure(name, str(told.get("requestId", "")))
    found = next((name for name, words in _TEXT if words.search(event.message)), None)
    if found is None or event.message.lstrip().startswith(("{", "[")):
        return None
    request = _REQUEST.search(event.message)
    if found != "init failure" and request is None:
        return None
    return Failure(found, (request[1] or request[2]) if request else "")


def _platform(message: str) -> tuple[str, dict[str, Any]] | None:
    if not message.startswith("{") or '"platform.' not in message:
        return None
    try:
        body = json.loads(message)
    except ValueError:
        return None
    told = body.get("record")
    return (
        (body["type"], told) if isinstance(told, dict) and str(body.get("type", "")).startswith("platform.") else None
    )


def of_functions(read: Sequence[Told]) -> Iterator[Claim]:
    found: defaultdict[str, list[tuple[str, bool]]] = defaultdict(list)
    for one in read:
        for event in one.sample.events:
            if (seen := failure(event)) is not None:
                name = f"{one.sample.path.name} {event.event_id}: {event.message[:60]!r}"
                found[seen.kind].append((name, _is_error_span(one, event, seen)))
    for kind in _KINDS:
        yield judged(f"Lambda: each {kind} is an error span with its reason", found[kind])


def _is_error_span(one: Told, event: LogEvent, seen: Failure) -> bool:
    traces = one.traces if seen.request_id else (_next_invocation(event),)
    wanted = seen.request_id or NEXT
    spans = (span for trace in traces for span in trace.spans if span.ids.get("lambda_request_id") == wanted)
    return any(_failed(span, seen) for span in spans)


def _failed(span: Span, seen: Failure) -> bool:
    told = span.error is not None and bool(span.error.type or span.error.message)
    return told and (span.status == "timeout" if seen.kind == "timeout" else span.status not in OK)


NEXT = "00000000-0000-4000-8000-000000000001"


def _next_invocation(event: LogEvent) -> Trace:
    """An init names no invocation: what comes next on its stream, and reports no success, is the one that it failed."""
    start = replace(
        event, event_id="~1", time_ms=event.time_ms + 1, message=f"START RequestId: {NEXT} Version: $LATEST\n"
    )
    report = f"REPORT RequestId: {NEXT}\tDuration: 1.00 ms\tBilled Duration: 1 ms\tMemory Size: 128 MB\t\n"
    return stitched([event, start, replace(event, event_id="~2", time_ms=event.time_ms + 2, message=report)], "init")


def of_state_machines(read: Sequence[Told]) -> Iterator[Claim]:
    cases = []
    for one in read:
        failed = {arn for event in one.sample.events if (arn := _failed_execution(event))}
        spans = [span for trace in one.traces for span in trace.spans if span.component.type == "state_machine"]
        for arn in sorted(failed):
            shown = any(s.status not in OK and s.error is not None and s.ids.get("execution_arn") == arn for s in spans)
            cases.append((f"{one.sample.path.name} {arn}", shown))
    yield judged("Step Functions: executions that failed are error spans with their reason", cases)


def _failed_execution(event: LogEvent) -> str:
    if '"Execution' not in event.message:
        return ""
    try:
        body = json.loads(event.message)
    except ValueError:
        return ""
    if not isinstance(body, dict) or body.get("type") not in (
        "ExecutionFailed",
        "ExecutionTimedOut",
        "ExecutionAborted",
    ):
        return ""
    return str(body.get("execution_arn") or event.stream)
