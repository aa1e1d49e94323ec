"""A direct call of a Lambda function. The run id travels in the client context."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from itk.aws import lambda_
from itk.aws.session import Aws
from itk.entrypoints.sending import of_failure
from itk.errors import AwsError
from itk.model.case import LambdaInvoke
from itk.model.evidence import ErrorFact, LogEvent
from itk.model.ids import Id
from itk.model.run import Receipt, TargetType
from itk.ports import Cleared


class LambdaInvokeEntrypoint:
    """`context.client_context.custom[ITK_TRACE_ID]` holds the run id; asynchronous calls lose it, as AWS documents."""

    operation = "Invoke"
    target_type: TargetType = "lambda"

    def __init__(self, stimulus: LambdaInvoke, aws: Aws, trace_id_attribute: str, now_ns: Callable[[], int]) -> None:
        self._stimulus, self._aws, self._attribute, self._now_ns = stimulus, aws, trace_id_attribute, now_ns

    def send(self, cleared: Cleared, run_id: str) -> Receipt:
        stimulus, context = self._stimulus, {self._attribute: run_id}

        def call() -> lambda_.Answer:
            return lambda_.invoke(
                self._aws,
                stimulus.function_name,
                stimulus.payload,
                context,
                qualifier=stimulus.qualifier,
                asynchronous=stimulus.invocation_type == "Event",
            )

        receipt = invoked("lambda_invoke", cleared, run_id, self._now_ns(), stimulus.payload, call, self._now_ns)
        return replace(receipt, asynchronous=stimulus.invocation_type == "Event")


def invoked(
    entrypoint: str,
    cleared: Cleared,
    run_id: str,
    sent_ns: int,
    request: Any,
    call: Callable[[], lambda_.Answer],
    now_ns: Callable[[], int],
    *,
    carried: tuple[Id, ...] = (),
) -> Receipt:
    """The receipt of one Invoke. A call that AWS refused is a receipt too: the run says so, and nothing is lost."""
    answer, error = None, None
    try:
        answer = call()
    except AwsError as refused:
        error = of_failure(refused)
    if answer is not None and answer.function_error:
        told = answer.payload if isinstance(answer.payload, dict) else {}
        error = ErrorFact(
            type=str(told.get("errorType", answer.function_error)),
            message=str(told.get("errorMessage", "")),
            stack="\n".join(map(str, told.get("stackTrace") or ())),
        )
    return Receipt(
        run_id=run_id,
        entrypoint=entrypoint,
        operation="Invoke",
        target_type="lambda",
        target_name=cleared.target_name,
        target_id=cleared.target_id,
        sent_ns=sent_ns,
        answered_ns=now_ns(),
        ids=(Id("run_id", run_id), *carried, *([Id("lambda_request_id", answer.request_id)] if answer else [])),
        request=request,
        response=answer.payload if answer else None,
        error=error,
        sdk_retries=answer.retries if answer else 0,
        events=tail(answer, cleared.log_group or f"/aws/lambda/{cleared.target_name}", now_ns()) if answer else (),
    )


def tail(answer: lambda_.Answer, group: str, answered_ns: int) -> tuple[LogEvent, ...]:
    """The lines of `LogResult`. They have no times of their own, and the first may be cut."""
    return tuple(
        LogEvent(
            source="lambda_tail",
            group=group,
            stream=f"LogResult:{answer.request_id}",
            event_id=f"{n:06d}",
            time_ms=answered_ns // 1_000_000,
            message=line,
        )
        for n, line in enumerate(answer.log_tail.splitlines())
        if line.strip()
    )
