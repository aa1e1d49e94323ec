"""What an `entrypoint:` may be: one file a type, with its form and how it is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from itk.casefile.forms import Form
from itk.casefile.stimuli import (
    bedrock_agentcore_invoke,
    bedrock_invoke_agent,
    eventbridge_event,
    http,
    lambda_invoke,
    s3_object,
    sns_message,
    sqs_event,
    stepfunctions_execution,
)
from itk.casefile.written import Written
from itk.model.case import Stimulus


class Kind(NamedTuple):
    """One type: its form, how the filled form becomes a stimulus, and which key of `payload` a bare text fills."""

    form: type[Form]
    read: Callable[[Any, Written], Stimulus | None]
    shorthand: str = ""


KINDS: dict[str, Kind] = {
    "sqs_event": Kind(sqs_event.SqsEntrypoint, sqs_event.read),
    "lambda_invoke": Kind(lambda_invoke.LambdaEntrypoint, lambda_invoke.read),
    "bedrock_invoke_agent": Kind(bedrock_invoke_agent.BedrockEntrypoint, bedrock_invoke_agent.read, "input_text"),
    "http": Kind(http.HttpEntrypoint, http.read, "body"),
    "eventbridge_event": Kind(eventbridge_event.EventBridgeEntrypoint, eventbridge_event.read),
    "sns_message": Kind(sns_message.SnsEntrypoint, sns_message.read),
    "s3_object": Kind(s3_object.S3Entrypoint, s3_object.read, "body"),
    "stepfunctions_execution": Kind(stepfunctions_execution.StepFunctionsEntrypoint, stepfunctions_execution.read),
    "bedrock_agentcore_invoke": Kind(bedrock_agentcore_invoke.AgentCoreEntrypoint, bedrock_agentcore_invoke.read),
}
