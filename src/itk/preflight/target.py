"""Is the target there, readable, and where the caller is?"""

from __future__ import annotations

from itk.aws.session import Aws
from itk.errors import AwsError
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
from itk.model.run import Finding
from itk.preflight.agent import check_agent
from itk.preflight.agent_runtime import check_agent_runtime
from itk.preflight.api import check_api
from itk.preflight.bucket import check_bucket
from itk.preflight.bus import check_bus
from itk.preflight.found import Found
from itk.preflight.function import check_function
from itk.preflight.queue import check_queue
from itk.preflight.state_machine import check_state_machine
from itk.preflight.topic import check_topic
from itk.reading.idtext import run_ids


def check_target(aws: Aws, stimulus: Stimulus, account: str) -> Found:
    """Read what the stimulus goes to, and what that leads to, as far as the caller may."""
    try:
        return _check(aws, stimulus, account)
    except AwsError as error:
        where = f" ({error.where})" if error.where else ""
        return (Finding(check=_kind(stimulus), ok=False, what=error.what + where, fix=error.fix),), None


def target_key(stimulus: Stimulus) -> tuple[str, ...]:
    """Equal for stimuli about whose target `check_target` asks, and finds out, the same."""
    kind = _kind(stimulus)
    match stimulus:
        case SqsEvent(mode="publish_sqs"):
            return (kind, stimulus.queue_url)
        case SqsEvent() | LambdaInvoke():
            return (kind, stimulus.function_name, stimulus.qualifier)
        case BedrockInvokeAgent():
            return (kind, stimulus.agent_id, stimulus.agent_alias_id)
        case Http():
            return (kind, stimulus.url, stimulus.sign_for)
        case EventBridgeEvent():
            return (kind, stimulus.bus)
        case SnsMessage():
            return (kind, stimulus.topic_arn)
        case S3Object():
            return (kind, stimulus.bucket, stimulus.file, "names the run" if run_ids(stimulus.key) else "")
        case StepFunctionsExecution():
            return (kind, stimulus.state_machine_arn, "sync" if stimulus.sync else "")
        case BedrockAgentCoreInvoke():
            return ("agent_runtime", stimulus.agent_runtime_arn, stimulus.qualifier)


def _check(aws: Aws, stimulus: Stimulus, account: str) -> Found:
    match stimulus:
        case SqsEvent(mode="publish_sqs"):
            return check_queue(aws, stimulus.queue_url, account)
        case SqsEvent() | LambdaInvoke():
            return check_function(aws, stimulus.function_name, stimulus.qualifier, account)
        case BedrockInvokeAgent():
            return check_agent(aws, stimulus, account)
        case Http():
            return check_api(aws, stimulus)
        case EventBridgeEvent():
            return check_bus(aws, stimulus.bus, account)
        case SnsMessage():
            return check_topic(aws, stimulus.topic_arn, account)
        case S3Object():
            return check_bucket(aws, stimulus, account)
        case StepFunctionsExecution():
            return check_state_machine(aws, stimulus, account)
        case BedrockAgentCoreInvoke():
            return check_agent_runtime(aws, stimulus, account)


def _kind(stimulus: Stimulus) -> str:
    """What the finding is about, in one word."""
    match stimulus:
        case SqsEvent(mode="publish_sqs"):
            return "queue"
        case SqsEvent() | LambdaInvoke():
            return "function"
        case BedrockInvokeAgent() | BedrockAgentCoreInvoke():
            return "agent"
        case Http():
            return "api"
        case EventBridgeEvent():
            return "bus"
        case SnsMessage():
            return "topic"
        case S3Object():
            return "bucket"
        case StepFunctionsExecution():
            return "state_machine"
