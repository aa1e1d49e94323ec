"""Ways in: one file each. Each injects the run id where the receiver can log it, and returns what sending returned."""

from __future__ import annotations

from collections.abc import Callable

from itk.aws.session import Aws
from itk.entrypoints.bedrock_invoke_agent import BedrockInvokeAgentEntrypoint
from itk.entrypoints.lambda_invoke import LambdaInvokeEntrypoint
from itk.entrypoints.sqs_event import SqsEventEntrypoint
from itk.model.case import BedrockInvokeAgent, LambdaInvoke, SqsEvent, Stimulus
from itk.ports import Entrypoint

__all__ = ["entrypoint_for"]


def entrypoint_for(stimulus: Stimulus, aws: Aws, trace_id_attribute: str, now_ns: Callable[[], int]) -> Entrypoint:
    match stimulus:
        case SqsEvent():
            return SqsEventEntrypoint(stimulus, aws, trace_id_attribute, now_ns)
        case LambdaInvoke():
            return LambdaInvokeEntrypoint(stimulus, aws, trace_id_attribute, now_ns)
        case BedrockInvokeAgent():
            return BedrockInvokeAgentEntrypoint(stimulus, aws, trace_id_attribute, now_ns)
