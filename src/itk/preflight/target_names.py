"""The names that a stimulus is aimed at, as they are written: those that a forbidden word may hide in."""

from __future__ import annotations

from urllib.parse import urlsplit

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


def names_of(stimulus: Stimulus) -> tuple[str, ...]:
    """Names of resources; of a URL its host and path, where a stage such as `prod` stands, but not its query."""
    match stimulus:
        case SqsEvent():
            return (stimulus.function_name, stimulus.queue_url.rsplit("/", 1)[-1])
        case LambdaInvoke():
            return (stimulus.function_name,)
        case BedrockInvokeAgent():
            return (stimulus.agent_id, stimulus.agent_alias_id)
        case Http():
            parts = urlsplit(stimulus.url)
            return (parts.hostname or "", parts.path)
        case EventBridgeEvent():
            return (_last(stimulus.bus), stimulus.source)
        case SnsMessage():
            return (_last(stimulus.topic_arn),)
        case S3Object():
            return (stimulus.bucket, stimulus.key)
        case StepFunctionsExecution():
            return (stimulus.state_machine_arn.split(":stateMachine:")[-1],)
        case BedrockAgentCoreInvoke():
            return (_last(stimulus.agent_runtime_arn), stimulus.qualifier)


def _last(arn: str) -> str:
    return arn.replace("/", ":").rsplit(":", 1)[-1]
