"""One execution of a state machine. The run id is its name, and a key of its input."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from itk.aws import stepfunctions
from itk.aws.session import Aws
from itk.entrypoints.sending import Reply, answered, begun
from itk.entrypoints.trace_headers import trace_header, xray_root
from itk.model.case import StepFunctionsExecution
from itk.model.evidence import ErrorFact
from itk.model.run import Receipt, TargetType
from itk.ports import Cleared


class StepFunctionsExecutionEntrypoint:
    """`$$.Execution.Name` is the run id; `input[ITK_TRACE_ID]` reaches the states that keep it."""

    target_type: TargetType = "state_machine"

    def __init__(
        self, stimulus: StepFunctionsExecution, aws: Aws, trace_id_attribute: str, now_ns: Callable[[], int]
    ) -> None:
        self._stimulus, self._aws, self._attribute, self._now_ns = stimulus, aws, trace_id_attribute, now_ns
        self.operation = "StartSyncExecution" if stimulus.sync else "StartExecution"

    def send(self, cleared: Cleared, run_id: str) -> Receipt:
        sent_ns = self._now_ns()
        data = {**self._stimulus.input, self._attribute: run_id}
        receipt = begun(
            "stepfunctions_execution", self.operation, self.target_type, cleared, run_id, sent_ns,
            {"name": run_id, "input": data}, carried=(("xray_root", xray_root(run_id, sent_ns)),),
        )  # fmt: skip
        return answered(receipt, lambda: self._start(run_id, data, trace_header(run_id, sent_ns)), self._now_ns)

    def _start(self, run_id: str, data: dict[str, Any], header: str) -> Reply:
        start = stepfunctions.start_sync if self._stimulus.sync else stepfunctions.start
        started = start(self._aws, self._stimulus.state_machine_arn, run_id, data, header)
        return Reply(
            ids=(("execution_arn", started.execution_arn), ("aws_request_id", started.meta.request_id)),
            response=_response(started),
            error=_error(started),
            retries=started.meta.retries,
        )


def _response(started: stepfunctions.Started) -> dict[str, Any]:
    if not started.status:
        return {"executionArn": started.execution_arn}
    told = {"status": started.status, "output": started.output, "error": started.error, "cause": started.cause}
    return {name: value for name, value in told.items() if value not in (None, "")}


def _error(started: stepfunctions.Started) -> ErrorFact | None:
    if started.status in ("", "SUCCEEDED"):
        return None
    return ErrorFact(type=started.error or started.status, message=started.cause or started.status, origin="app")
