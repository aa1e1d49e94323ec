"""A test case, as read from a file, with every `${...}` resolved."""

from __future__ import annotations

from typing import Any, Literal

import msgspec


class Where(msgspec.Struct, frozen=True):
    """A place in a file a person wrote; line and column count from 1."""

    path: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}" if self.line else self.path


Severity = Literal["error", "warn"]


class ExpectedFailure(msgspec.Struct, frozen=True, kw_only=True):
    """A failure that is known: why, and the last day on which it is expected."""

    reason: str
    until: str  # ISO date, included


class CheckSpec(msgspec.Struct, frozen=True, kw_only=True):
    """One item of `expect:`: name, validated parameters, modifiers, and where it was asked for."""

    name: str
    params: dict[str, Any] = {}
    where: Where
    title: str = ""  # what the author calls it; empty: the check's name says it
    severity: Severity = "error"  # `warn`: a failure makes the run a warning
    xfail: ExpectedFailure | None = None
    turn: int = 0  # of a conversation, from 1: judges that turn alone; 0: the whole run


class Wait(msgspec.Struct, frozen=True, kw_only=True):
    """How long to wait for evidence. `None` means: as the settings say."""

    timeout_s: float | None = None
    quiet_s: float | None = None


class SqsEvent(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="sqs_event"):
    """A message for an SQS queue, or the event that its consumer would get."""

    mode: Literal["publish_sqs", "invoke_lambda"]
    queue_url: str = ""
    function_name: str = ""
    qualifier: str = ""
    body: str
    attributes: dict[str, str] = {}
    message_group_id: str = ""
    message_deduplication_id: str = ""


class LambdaInvoke(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="lambda_invoke"):
    """A direct call of a Lambda function."""

    function_name: str
    qualifier: str = ""
    invocation_type: Literal["RequestResponse", "Event"] = "RequestResponse"
    payload: Any = None


class BedrockInvokeAgent(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="bedrock_invoke_agent"):
    """One turn with a Bedrock agent, with its trace switched on."""

    agent_id: str
    agent_alias_id: str
    input_text: str
    session_id: str = ""  # empty: made from the run id
    session_attributes: dict[str, str] = {}
    prompt_session_attributes: dict[str, str] = {}


class Http(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="http"):
    """One HTTP request: an API Gateway, a function URL, or anything that speaks HTTP. Redirects are not followed."""

    url: str  # with its query
    method: str = "GET"
    headers: dict[str, str] = {}
    body: str | None = None
    sign_for: str = ""  # the service that SigV4 signs for: execute-api, lambda; empty: not signed
    sign_region: str = ""  # empty: the session's
    timeout_s: float = 30.0


class EventBridgeEvent(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="eventbridge_event"):
    """One event for an EventBridge bus."""

    bus: str  # name or ARN
    source: str
    detail_type: str
    detail: dict[str, Any] = {}
    resources: tuple[str, ...] = ()


class SnsMessage(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="sns_message"):
    """One message for an SNS topic."""

    topic_arn: str
    message: str
    subject: str = ""
    attributes: dict[str, str] = {}
    message_group_id: str = ""
    message_deduplication_id: str = ""


class S3Object(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="s3_object"):
    """One object for a bucket, whose arrival starts the work."""

    bucket: str
    key: str
    body: str = ""
    file: str = ""  # path of the content, instead of `body`
    content_type: str = ""
    metadata: dict[str, str] = {}
    tags: dict[str, str] = {}
    overwrite: bool = False


class StepFunctionsExecution(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="stepfunctions_execution"
):
    """One execution of a state machine; with `sync`, ITK waits for its output (express workflows only)."""

    state_machine_arn: str
    input: dict[str, Any] = {}
    sync: bool = False


class BedrockAgentCoreInvoke(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="bedrock_agentcore_invoke"
):
    """One request to an agent on AgentCore Runtime."""

    agent_runtime_arn: str
    qualifier: str = "DEFAULT"  # name of an endpoint
    session_id: str = ""  # empty: made from the run id
    body: str
    content_type: str = "application/json"
    accept: str = ""
    user_id: str = ""
    timeout_s: float = 900.0
    turn: int = 1  # of a conversation: each begins a trace of its own


Stimulus = (
    SqsEvent
    | LambdaInvoke
    | BedrockInvokeAgent
    | Http
    | EventBridgeEvent
    | SnsMessage
    | S3Object
    | StepFunctionsExecution
    | BedrockAgentCoreInvoke
)


OnFail = Literal["stop", "continue"]


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """One turn of a conversation: what is sent, and whether a later one is sent after it failed."""

    stimulus: BedrockInvokeAgent | BedrockAgentCoreInvoke
    on_fail: OnFail = "stop"
    where: Where


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """What to send, how long to wait, and what must hold."""

    id: str
    name: str
    path: str
    tags: tuple[str, ...] = ()
    stimulus: Stimulus  # of a conversation: its first turn
    turns: tuple[Turn, ...] = ()  # of a conversation, in order; empty: one stimulus is all
    expect: tuple[CheckSpec, ...] = ()
    wait: Wait = Wait()
    fixture: str = ""  # path of recorded evidence, for dev-fixtures
    skip: str = ""  # why a suite leaves it out; empty: it does not
    notes: str = ""
