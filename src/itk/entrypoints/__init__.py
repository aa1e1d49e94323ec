"""Ways in: one file each. Each injects the run id where the receiver can log it, and returns what sending returned."""

from __future__ import annotations

from collections.abc import Callable

from itk.aws.session import Aws
from itk.entrypoints.bedrock_agentcore_invoke import BedrockAgentCoreInvokeEntrypoint
from itk.entrypoints.bedrock_invoke_agent import BedrockInvokeAgentEntrypoint
from itk.entrypoints.eventbridge_event import EventBridgeEventEntrypoint
from itk.entrypoints.http import HttpEntrypoint
from itk.entrypoints.lambda_invoke import LambdaInvokeEntrypoint
from itk.entrypoints.s3_object import S3ObjectEntrypoint
from itk.entrypoints.sns_message import SnsMessageEntrypoint
from itk.entrypoints.sqs_event import SqsEventEntrypoint
from itk.entrypoints.stepfunctions_execution import StepFunctionsExecutionEntrypoint
from itk.model.case import (
    BedrockAgentCoreInvoke,
    BedrockInvokeAgent,
    EventBridgeEvent,
    Http,
    LambdaInvoke,
    S3Object,
    SnsMessage,
    SqsEvent,
    StepFunctionsExecution,
    Stimulus,
)
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
        case Http():
            return HttpEntrypoint(stimulus, aws, trace_id_attribute, now_ns)
        case EventBridgeEvent():
            return EventBridgeEventEntrypoint(stimulus, aws, trace_id_attribute, now_ns)
        case SnsMessage():
            return SnsMessageEntrypoint(stimulus, aws, trace_id_attribute, now_ns)
        case S3Object():
            return S3ObjectEntrypoint(stimulus, aws, trace_id_attribute, now_ns)
        case StepFunctionsExecution():
            return StepFunctionsExecutionEntrypoint(stimulus, aws, trace_id_attribute, now_ns)
        case BedrockAgentCoreInvoke():
            return BedrockAgentCoreInvokeEntrypoint(stimulus, aws, trace_id_attribute, now_ns)
