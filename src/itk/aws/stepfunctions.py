"""Step Functions: state machines, and starting one execution."""

from __future__ import annotations

from typing import Any

import msgspec

from itk.aws.bodies import json_or_text
from itk.aws.errors import translated
from itk.aws.replies import Meta, meta_of
from itk.aws.session import Aws


class StateMachine(msgspec.Struct, frozen=True, kw_only=True):
    """What DescribeStateMachine says. `log_level` is OFF where nothing is logged."""

    name: str
    arn: str
    type: str  # STANDARD, EXPRESS
    status: str
    log_level: str
    logs_data: bool


class Started(msgspec.Struct, frozen=True, kw_only=True):
    """An execution that runs, or, of a synchronous one, how it ended: `status` is empty while that is not known."""

    execution_arn: str
    meta: Meta
    status: str = ""
    output: Any = None
    error: str = ""
    cause: str = ""


def state_machine(aws: Aws, arn: str) -> StateMachine:
    """Read a state machine. IAM: `states:DescribeStateMachine`. Raises NotFound, AwsError."""
    with translated("states:DescribeStateMachine", arn):
        found = aws.client("stepfunctions").describe_state_machine(stateMachineArn=arn)
    logging = found.get("loggingConfiguration") or {}
    return StateMachine(
        name=str(found.get("name") or arn.split(":")[6]),
        arn=arn,
        type=str(found.get("type", "STANDARD")),
        status=str(found.get("status", "")),
        log_level=str(logging.get("level", "OFF")),
        logs_data=bool(logging.get("includeExecutionData")),
    )


def start(aws: Aws, arn: str, name: str, data: dict[str, Any], trace_header: str) -> Started:
    """Start an execution. IAM: `states:StartExecution`.

    Sent again by the SDK, a standard workflow is the same execution, because its name is.
    """
    with translated("states:StartExecution", arn):
        answer = aws.client("stepfunctions").start_execution(**_request(arn, name, data, trace_header))
    return Started(execution_arn=answer["executionArn"], meta=meta_of(answer))


def start_sync(aws: Aws, arn: str, name: str, data: dict[str, Any], trace_header: str) -> Started:
    """Run an express workflow and wait for it (5 minutes at most). IAM: `states:StartSyncExecution`."""
    with translated("states:StartSyncExecution", arn):
        answer = aws.client("stepfunctions").start_sync_execution(**_request(arn, name, data, trace_header))
    return Started(
        execution_arn=answer["executionArn"],
        meta=meta_of(answer),
        status=answer["status"],
        output=json_or_text(str(answer.get("output") or "").encode()),
        error=answer.get("error", ""),
        cause=answer.get("cause", ""),
    )


def _request(arn: str, name: str, data: dict[str, Any], trace_header: str) -> dict[str, str]:
    written = msgspec.json.encode(data).decode()
    return {"stateMachineArn": arn, "name": name, "input": written, "traceHeader": trace_header}
