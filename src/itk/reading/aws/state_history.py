"""The history of a state machine's execution: what one entry of it says, in the log's spelling or in the API's.

The log has `details`, numbers as text, and `previous_event_id`; GetExecutionHistory has one key for each kind of
details, and real numbers. What a task called is named in its output: `SdkHttpMetadata` holds the answer's headers.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from itk.model.evidence import ErrorFact, Evidence, StateEvent
from itk.model.ids import Id
from itk.reading.idtext import is_uuid, run_ids, typed
from itk.reading.jsontext import compact, inner
from itk.reading.logfields import text_of, whole

_INVOCATION = re.compile(r"RequestId: ([0-9a-f]{8}-[0-9a-f-]{27})|Z ([0-9a-f]{8}-[0-9a-f-]{27}) Task timed out")
_FAILURES = ("Failed", "TimedOut", "ExecutionAborted")
_EVENT_KEYS = ("detail-type", "source", "detail", "id")


class Entry(NamedTuple):
    """Where an entry stands in its history."""

    execution_arn: str
    history_id: int
    previous_id: int
    event_type: str
    time_ns: int
    redrive_count: int | None = None


def state_event(entry: Entry, details: dict[str, Any], evidence: Evidence, text: str) -> StateEvent:
    """One entry with its details; `text` is the whole record, in which a run id counts wherever it stands."""
    resource = text_of(details.get("resource"))
    kind = text_of(details.get("resourceType")) or _kind_of(entry.event_type, resource)
    output = inner(details.get("output"))
    asked = details.get("input") if details.get("parameters") is None else details.get("parameters")
    asked = inner(asked)
    return StateEvent(
        evidence=evidence,
        time_ns=entry.time_ns,
        execution_arn=entry.execution_arn,
        history_id=entry.history_id,
        previous_id=entry.previous_id,
        event_type=entry.event_type,
        name=text_of(details.get("name")),
        resource_type=kind,
        resource=resource,
        input=asked,
        output=output,
        truncated=_cut(details, "inputDetails") or _cut(details, "outputDetails"),
        error=_error(entry.event_type, details),
        redrive_count=entry.redrive_count,
        ids=tuple(dict.fromkeys(_called(kind, entry.event_type, output, details.get("cause")))),
        line_ids=(*run_ids(text), *_caused_by(entry.event_type, asked)),
    )


def _kind_of(event_type: str, resource: str) -> str:
    return "lambda" if event_type.startswith("LambdaFunction") or ":lambda:" in resource else ""


def _cut(details: dict[str, Any], key: str) -> bool:
    about = details.get(key)
    return isinstance(about, dict) and about.get("truncated") is True


def _error(event_type: str, details: dict[str, Any]) -> ErrorFact | None:
    """The error and its cause; a function's own error is told as JSON within the cause."""
    if not (event_type.endswith(_FAILURES) or "error" in details or "cause" in details):
        return None
    cause = inner(details.get("cause"))
    kind = text_of(details.get("error")) or event_type
    if isinstance(cause, dict) and ("errorMessage" in cause or "errorType" in cause):
        message, stack = text_of(cause.get("errorMessage")), cause.get("stackTrace")
        lines = "\n".join(map(str, stack[:200])) if isinstance(stack, list) else ""
        return ErrorFact(type=text_of(cause.get("errorType")) or kind, message=message, stack=lines)
    return ErrorFact(type=kind, message="" if cause is None else compact(cause), origin="service")


def _called(kind: str, event_type: str, output: Any, cause: Any) -> list[Id]:
    """Ids of what a task called. A state's exit repeats its task's output, and proves nothing new."""
    if event_type.endswith(("StateExited", "StateEntered")) or event_type.startswith("Execution"):
        return []
    found: list[Id | None] = []
    if isinstance(output, dict):
        found += [*_named(kind, output), *_headers(kind, output)]
    failed = inner(cause)
    if isinstance(failed, dict):
        found.append(typed("execution_arn", failed.get("ExecutionArn")))
        if kind == "lambda" and is_uuid(failed.get("requestId")):
            found.append(Id("lambda_request_id", failed["requestId"]))
    if kind == "lambda" and (said := _INVOCATION.search(text_of(cause))):
        found.append(Id("lambda_request_id", said[1] or said[2]))
    return [one for one in found if one is not None]


def _named(kind: str, output: dict[str, Any]) -> list[Id | None]:
    """What the answer of a service names: a message, a topic's message, events, an execution."""
    if kind == "states":
        return [typed("execution_arn", output.get("ExecutionArn") or output.get("executionArn"))]
    if kind in ("sqs", "sns"):
        return [typed("sqs_message_id" if kind == "sqs" else "sns_message_id", output.get("MessageId"))]
    entries = output.get("Entries")
    if kind == "events" and isinstance(entries, list):
        return [typed("eventbridge_event_id", e.get("EventId")) for e in entries[:10] if isinstance(e, dict)]
    return []


def _headers(kind: str, output: dict[str, Any]) -> list[Id | None]:
    metadata = output.get("SdkHttpMetadata")
    headers = metadata.get("HttpHeaders") if isinstance(metadata, dict) else None
    if not isinstance(headers, dict):
        return []
    lower = {key.lower(): value for key, value in headers.items() if isinstance(key, str)}
    request = lower.get("x-amzn-requestid")
    named = typed("lambda_request_id" if kind == "lambda" else "aws_request_id", request) if is_uuid(request) else None
    return [named, typed("xray_root", lower.get("x-amzn-trace-id"))]


def _caused_by(event_type: str, asked: Any) -> tuple[Id, ...]:
    """The EventBridge event that a rule started the execution with."""
    if event_type != "ExecutionStarted" or not isinstance(asked, dict) or any(k not in asked for k in _EVENT_KEYS):
        return ()
    event = typed("eventbridge_event_id", asked["id"])
    return () if event is None else (event,)


def number(value: Any) -> int | None:
    """An id of the history: a number, or digits."""
    found = whole(value)
    return None if found is None or found < 0 else found
