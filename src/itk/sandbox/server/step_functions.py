"""Step Functions, where ministack's answers differ from AWS's: histories, logs, `lambda:invoke`, express workflows."""

from __future__ import annotations

import contextvars
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from itk.sandbox.server.aws_error import AwsAnswerError
from itk.sandbox.server.logs.store import LogStore
from itk.sandbox.server.ministack_names import Ministack

Event = dict[str, Any]

_INTEGRATION = "arn:aws:states:::"
_NOT_FOR_EXPRESS = ("DescribeExecution", "GetExecutionHistory", "ListExecutions", "StopExecution")
_LEVELS = {
    "ALL": ("",),
    "ERROR": ("Failed", "TimedOut", "Aborted"),
    "FATAL": ("ExecutionFailed", "ExecutionTimedOut", "ExecutionAborted"),
}

# RequestIds of the functions that one task ran; the pool adds to it.
INVOKED: contextvars.ContextVar[list[str] | None] = contextvars.ContextVar("itk_invoked", default=None)


def install(ministack: Ministack, logs: LogStore) -> None:
    ministack.wrap_task(_with_metadata)
    ministack.wrap_history_event(lambda add: _as_aws_writes(add, ministack, logs))


def check(operation: str, body: dict[str, Any], machine_type: Callable[[str], str]) -> None:
    """Refuse for an express workflow what AWS has for standard ones only."""
    if operation not in _NOT_FOR_EXPRESS:
        return
    machine = str(body.get("stateMachineArn") or machine_of(str(body.get("executionArn") or "")))
    if machine_type(machine) == "EXPRESS":
        raise AwsAnswerError(
            "StateMachineTypeNotSupported" if operation == "ListExecutions" else "InvalidArn",
            f"{operation} is not supported for EXPRESS state machines: {machine}",
        )


def machine_of(execution_arn: str) -> str:
    """`arn:...:execution:NAME:RUN` -> `arn:...:stateMachine:NAME`."""
    parts = execution_arn.split(":")
    return ":".join([*parts[:5], "stateMachine", parts[6]]) if len(parts) > 6 else ""


# tasks


def _with_metadata(invoke: Callable[..., Any]) -> Callable[..., Any]:
    """The optimised Lambda integration answers with the metadata of the SDK call, RequestId among it."""

    def invoke_resource(resource: str, input_data: Any) -> Any:
        ids: list[str] = []
        token = INVOKED.set(ids)
        try:
            result = invoke(resource, input_data)
        finally:
            INVOKED.reset(token)
        if not resource.startswith(_INTEGRATION + "lambda:invoke") or not ids:
            return result
        headers = {"x-amzn-RequestId": ids[-1], "X-Amz-Executed-Version": "$LATEST", "Content-Type": "application/json"}
        every = {name: [value] for name, value in headers.items()}
        metadata = {"AllHttpHeaders": every, "HttpHeaders": headers, "HttpStatusCode": 200}
        ours = {"SdkHttpMetadata": metadata, "SdkResponseMetadata": {"RequestId": ids[-1]}}
        return {"ExecutedVersion": "$LATEST", **result, **ours}

    return invoke_resource


# history


def _as_aws_writes(add: Callable[..., Event], ministack: Ministack, logs: LogStore) -> Callable[..., Event]:
    def add_event(execution: dict[str, Any], kind: str, details: Event | None = None) -> Event:
        events = execution["events"]
        first = not any("previousEventId" in event for event in events)
        kind, details = _renamed(kind, details or {})
        added: list[Event] = [*(events if first else ()), add(execution, kind, details)]
        if kind in ("TaskScheduled", "LambdaFunctionScheduled"):
            started = kind.replace("Scheduled", "Started")
            added.append(add(execution, started, _started(details) if kind == "TaskScheduled" else {}))
        for event in added:
            event["previousEventId"] = event["id"] - 1
            _log(event, execution, ministack, logs)
        return added[-1]

    return add_event


def _renamed(kind: str, details: Event) -> tuple[str, Event]:
    """`arn:aws:states:::sqs:sendMessage` is the resource sendMessage of sqs; a function's ARN has events of its own."""
    if not kind.startswith("Task") or kind.startswith("TaskState"):
        return kind, details
    [(name, task)] = details.items()
    resource = str(task.get("resource", ""))
    if resource.startswith(_INTEGRATION):
        service, _, action = resource.removeprefix(_INTEGRATION).partition(":")
        return kind, {name: {**task, "resourceType": service, "resource": action}}
    if ":function:" not in resource:
        return kind, details
    kept = {field: value for field, value in task.items() if field != "resourceType"}
    if kind != "TaskScheduled":
        kept.pop("resource")
    renamed = kind.replace("Task", "LambdaFunction")
    return renamed, {f"lambdaFunction{kind.removeprefix('Task')}EventDetails": kept}


def _started(scheduled: Event) -> Event:
    [task] = scheduled.values()
    return {"taskStartedEventDetails": {name: task[name] for name in ("resourceType", "resource") if name in task}}


# logs


def _log(event: Event, execution: dict[str, Any], ministack: Ministack, logs: LogStore) -> None:
    """One record in the group that the state machine's logging configuration names, in the form of vended logs."""
    arn = str(execution["stateMachineArn"])
    wish = ministack.logging_of(arn)
    kinds = _LEVELS.get(str(wish.get("level", "OFF")), ())
    if not any(event["type"].endswith(kind) for kind in kinds):
        return
    at_ms = _milliseconds(event["timestamp"])
    record = {
        "id": str(event["id"]),
        "type": event["type"],
        "details": _details(event, keep_data=bool(wish.get("includeExecutionData"))),
        "redrive_count": "0",
        "previous_event_id": str(event["previousEventId"]),
        "event_timestamp": str(at_ms),
        "execution_arn": execution["executionArn"],
    }
    for destination in wish.get("destinations") or ():
        group = destination["cloudWatchLogsLogGroup"]["logGroupArn"].split(":log-group:")[1].removesuffix(":*")
        name = arn.rpartition(":")[2]
        stream = f"states/{name}/{time.strftime('%Y-%m-%d-%H-%M', time.gmtime(at_ms / 1000))}/sandbox"
        logs.write(arn.split(":")[3], group, stream, at_ms, json.dumps(record, separators=(",", ":")))


def _details(event: Event, *, keep_data: bool) -> Event:
    found: Event = next((dict(value) for name, value in event.items() if name.endswith("EventDetails")), {})
    for name in ("input", "output"):
        if name in found and not keep_data:
            del found[name]
        elif name in found:
            found[f"{name}Details"] = {"truncated": False}
    return found


def _milliseconds(timestamp: Any) -> int:
    if isinstance(timestamp, int | float):
        return int(timestamp * 1000)
    return int(datetime.fromisoformat(str(timestamp).replace("Z", "+00:00")).astimezone(UTC).timestamp() * 1000)
