"""What sources deliver, and what one record proves. Nothing here is joined or guessed.

These values hold JSON and one another, so they make no rings: `gc=False` spares the collector millions of them.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from itk.model.ids import Id

SourceName = Literal[
    "cloudwatch_logs",
    "agent_stream",
    "xray",  # one segment document of BatchGetTraces or ListRetrievedTraces
    "otlp",  # one OpenTelemetry or Jaeger span of a file
    "stepfunctions",  # one event of GetExecutionHistory
    "lambda_tail",  # LogResult of an Invoke: the last 4 KB of the invocation's log, without times
    "file",  # a line of a text file
]


class LogEvent(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One record as a source delivered it, before anybody read it.

    `time_ms` and `ingested_ms` are Unix milliseconds. A part of a Bedrock agent's stream is a record too: its
    `message` is the TracePart as JSON, its `stream` the request id of InvokeAgent.
    """

    source: SourceName = "cloudwatch_logs"
    group: str
    stream: str
    event_id: str
    time_ms: int
    ingested_ms: int | None = None
    message: str


# Sources whose records stand in log streams, one invocation after the other.
LOG_SOURCES: frozenset[SourceName] = frozenset(("cloudwatch_logs", "file"))


class Evidence(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Where a fact came from: enough to find the record again."""

    source: SourceName
    group: str
    stream: str
    event_id: str
    time_ms: int
    ingested_ms: int | None = None
    format: str
    parts: tuple[str, ...] = ()  # ids of the further records of the stream that this one was put together from


EventKey = tuple[str, str, str, str]  # source, group, stream, event id


def event_key(at: LogEvent | Evidence) -> EventKey:
    """What makes an event the same event, however often it is delivered."""
    return (at.source, at.group, at.stream, at.event_id)


class ErrorFact(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An error as somebody reported it."""

    type: str = ""
    message: str = ""
    stack: str = ""
    origin: Literal["platform", "app", "service", "guardrail", "client"] = "app"
    retryable: bool | None = None


class LambdaFact(msgspec.Struct, frozen=True, kw_only=True, tag="lambda", gc=False):
    """One platform line of AWS Lambda. `None` means that the line did not say."""

    evidence: Evidence
    phase: Literal[
        "init_start", "start", "end", "report", "runtime_done", "timeout", "crash", "init_report", "logs_dropped"
    ]
    time_ns: int
    request_id: str | None = None
    version: str | None = None
    duration_ms: float | None = None
    billed_ms: float | None = None
    memory_mb: int | None = None
    max_memory_mb: int | None = None
    init_ms: float | None = None
    init_phase: Literal["init", "invoke", "restore"] | None = None  # of an init: before START, within, or SnapStart's
    initialization_type: str = ""  # on-demand, provisioned-concurrency, snap-start, lambda-managed-instances
    status: Literal["success", "error", "failure", "timeout"] | None = None
    error: ErrorFact | None = None
    ids: tuple[Id, ...] = ()  # xray_root, xray_segment_id
    dropped_records: int | None = None


class Line(msgspec.Struct, frozen=True, kw_only=True, tag="line", gc=False):
    """A line that an application logged: an event of the invocation it belongs to, never a span of its own."""

    evidence: Evidence
    time_ns: int  # the line's own time where it has one, else that of the record
    level: str | None = None  # upper case: DEBUG INFO WARNING ERROR CRITICAL
    text: str = ""
    body: Any = None  # the JSON object or array that the line holds, if any
    request_id: str | None = None  # of the Lambda invocation that wrote it
    service: str | None = None  # what the logger calls itself (Powertools `service`)
    function_name: str | None = None
    error: ErrorFact | None = None
    ids: tuple[Id, ...] = ()  # every typed id that the line mentions


class SpanFact(msgspec.Struct, frozen=True, kw_only=True, tag="span", gc=False):
    """A span line of `docs/reference/logging-contract.md`: one boundary, timed by the application.

    `ids` belong to the boundary itself (the messageId that was sent, the request id of the call); `line_ids` to the
    line around it (the messageId that is being processed). The two must not be mixed up.
    """

    evidence: Evidence
    phase: Literal["start", "end", "whole"]
    name: str
    kind: Literal["SERVER", "CLIENT", "PRODUCER", "CONSUMER", "INTERNAL"]
    component_type: str
    component_name: str
    component_id: str | None = None
    operation: str = ""
    start_ns: int | None = None
    end_ns: int | None = None
    duration_ms: float | None = None
    status: Literal["ok", "error", "timeout", "throttled", "unknown"] = "unknown"
    error: ErrorFact | None = None
    attempt: int | None = None
    batch_size: int | None = None  # of a consumer: how many records its invocation got
    request: Any = None
    response: Any = None
    request_id: str | None = None  # of the Lambda invocation that wrote the line
    ids: tuple[Id, ...] = ()
    line_ids: tuple[Id, ...] = ()


class AgentCall(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What an agent asked for in one step."""

    type: Literal["action_group", "knowledge_base", "collaborator", "code_interpreter"]
    name: str  # action group, knowledge base id, collaborator name
    function: str = ""  # function, or `VERB path`
    execution_type: str = ""  # LAMBDA, RETURN_CONTROL
    input: Any = None
    collaborator_alias_arn: str = ""


class Usage(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Tokens as the service counted them.

    `counted` is false where another span of the trace holds the same tokens: sums leave it out.
    """

    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_read_tokens: int | None = None
    cache_write_tokens: int | None = None
    counted: bool = True


class AgentStep(msgspec.Struct, frozen=True, kw_only=True, tag="agent_step", gc=False):
    """One TracePart of a Bedrock agent's stream. Times are those of `metadata`; `event_time_ns` only breaks ties."""

    evidence: Evidence
    sequence: int  # position in the stream, or in the log stream
    stage: Literal["pre_processing", "orchestration", "post_processing", "routing", "guardrail", "failure", "custom"]
    step: Literal[
        "model_input",
        "model_output",
        "rationale",
        "call",
        "result",
        "final_response",
        "reprompt",
        "guardrail",
        "failure",
        "event",
    ]
    agent_id: str = ""
    agent_alias_id: str = ""
    agent_version: str = ""
    agent_name: str = ""  # only where a line says it; collaboratorName is no name (FORMATS 5)
    session_id: str = ""
    caller_chain: tuple[str, ...] = ()
    invocation_id: str = ""  # UUID prefix of traceId
    trace_id: str = ""  # native, `<uuid>-<phase or step>`
    event_time_ns: int | None = None
    start_ns: int | None = None
    end_ns: int | None = None
    total_ms: float | None = None
    operation_total_ms: float | None = None
    client_request_id: str | None = None
    call: AgentCall | None = None
    call_type: str = ""  # of a result: the observation's own type
    model_id: str = ""
    usage: Usage | None = None
    request: Any = None
    response: Any = None
    text: str = ""
    error: ErrorFact | None = None
    guardrail_action: str = ""
    request_id: str | None = None  # of the Lambda invocation whose line carried the part; None from our own stream
    ids: tuple[Id, ...] = ()


class AgentChunk(msgspec.Struct, frozen=True, kw_only=True, tag="agent_chunk", gc=False):
    """A piece of an agent's answer, or the way its stream ended."""

    evidence: Evidence
    time_ns: int
    text: str = ""
    ended: bool = False
    error: ErrorFact | None = None
    ids: tuple[Id, ...] = ()


class MessageReceived(msgspec.Struct, frozen=True, kw_only=True, tag="message_received", gc=False):
    """An SQS record as a Lambda function got it, logged by that function."""

    evidence: Evidence
    time_ns: int
    message_id: str
    queue_arn: str = ""
    dead_letter_of: str = ""  # ARN of the queue that gave the message up, if this is a dead-letter queue
    receive_count: int | None = None  # of every queue that it was in
    sent_ns: int | None = None
    batch_size: int | None = None  # how many records the dumped event held
    body: Any = None
    attributes: dict[str, str] = {}  # message attributes with a string value
    request_id: str | None = None
    ids: tuple[Id, ...] = ()  # run id, X-Ray root of AWSTraceHeader, ...


class SpanLink(msgspec.Struct, frozen=True, order=True, gc=False):
    """A span elsewhere that a traced span names. `trace_id` is 32 hex digits, `span_id` 16."""

    trace_id: str
    span_id: str


class TracedEvent(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Something that a tracing system recorded within a span: an exception, a prompt, a phase of Lambda."""

    time_ns: int
    name: str
    attributes: dict[str, Any] = {}


class TracedSpan(msgspec.Struct, frozen=True, kw_only=True, tag="traced_span", gc=False):
    """A span as a tracing system recorded it: an X-Ray segment or subsegment, or an OpenTelemetry span.

    X-Ray's trace ids are written in OpenTelemetry's form, 32 hex digits without dashes. `ids` belong to the boundary
    itself (request id of the call, messageId that was sent), `line_ids` to whom the span serves (a run id in an
    annotation, the session). The two must not be mixed up.
    """

    evidence: Evidence
    system: Literal["xray", "otel"]
    trace_id: str
    span_id: str
    parent_span_id: str | None = None
    name: str
    kind: Literal["SERVER", "CLIENT", "PRODUCER", "CONSUMER", "INTERNAL"]
    start_ns: int | None = None
    end_ns: int | None = None  # None: still in progress when it was recorded
    status: Literal["ok", "error", "timeout", "throttled", "unknown"] = "unknown"
    error: ErrorFact | None = None
    component_type: str = ""  # as in itk.model.trace.ComponentType; empty: not said
    component_name: str = ""
    component_id: str = ""
    operation: str = ""
    service: str = ""  # service.name, or the name of the X-Ray segment it belongs to
    origin: str = ""  # X-Ray `origin` (AWS::Lambda, AWS::Lambda::Function), else the instrumentation scope
    inferred: bool = False  # X-Ray made it up for a service that does not report itself
    retries: int | None = None  # of the SDK, within this one call
    model_id: str = ""
    usage: Usage | None = None
    cold_start: bool | None = None
    request: Any = None
    response: Any = None
    attributes: dict[str, Any] = {}  # what has no field of its own
    request_id: str | None = None  # of the Lambda invocation that it is, or happened in, where it says so
    ids: tuple[Id, ...] = ()
    line_ids: tuple[Id, ...] = ()
    links: tuple[SpanLink, ...] = ()
    events: tuple[TracedEvent, ...] = ()


class TracedMessage(msgspec.Struct, frozen=True, kw_only=True, tag="traced_message", gc=False):
    """A log record that names the OpenTelemetry span it belongs to: prompts and answers of AgentCore travel so."""

    evidence: Evidence
    time_ns: int
    trace_id: str
    span_id: str
    name: str = ""  # event.name: gen_ai.user.message, gen_ai.choice, ...
    role: Literal["request", "response", ""] = ""  # empty: a line that the application logged
    level: str | None = None
    text: str = ""
    body: Any = None
    error: ErrorFact | None = None
    ids: tuple[Id, ...] = ()


class StateEvent(msgspec.Struct, frozen=True, kw_only=True, tag="state_event", gc=False):
    """One entry of the history of a state machine's execution, from its log group or from GetExecutionHistory."""

    evidence: Evidence
    time_ns: int
    execution_arn: str
    history_id: int
    previous_id: int
    event_type: str  # as AWS names it: TaskScheduled, ChoiceStateEntered, ExecutionFailed, ...
    name: str = ""  # of the state, where the event says it
    resource_type: str = ""  # lambda, sqs, dynamodb, ...
    resource: str = ""
    input: Any = None
    output: Any = None
    truncated: bool = False
    error: ErrorFact | None = None
    redrive_count: int | None = None
    ids: tuple[Id, ...] = ()  # of what the event called: RequestId of a function, messageId of a queue
    line_ids: tuple[Id, ...] = ()  # whom it serves: a run id in the input


class ApiRequest(msgspec.Struct, frozen=True, kw_only=True, tag="api_request", gc=False):
    """What API Gateway logged of one request: an access log entry, or one line of its execution log."""

    evidence: Evidence
    time_ns: int
    api_request_id: str
    phase: Literal["access", "start", "detail", "integration_request", "integration_response", "end", "error"]
    api_id: str = ""
    stage: str = ""
    method: str = ""
    path: str = ""
    status_code: int | None = None
    start_ns: int | None = None
    start_precision_ns: int | None = None  # the smallest step that the time of the start could say
    latency_ms: float | None = None
    integration_latency_ms: float | None = None
    function_arn: str = ""
    lambda_request_id: str = ""
    request: Any = None
    response: Any = None
    text: str = ""
    truncated: bool = False
    error: ErrorFact | None = None
    ids: tuple[Id, ...] = ()


class ModelCall(msgspec.Struct, frozen=True, kw_only=True, tag="model_call", gc=False):
    """A call of a Bedrock model by its invocation log, which tells no trace, and of one moment only."""

    evidence: Evidence
    time_ns: int
    aws_request_id: str
    operation: str
    model_id: str
    usage: Usage | None = None
    latency_ms: float | None = None  # only the Converse API's own answer tells it
    request: Any = None
    response: Any = None
    truncated: bool = False
    error: ErrorFact | None = None
    ids: tuple[Id, ...] = ()


class EventReceived(msgspec.Struct, frozen=True, kw_only=True, tag="event_received", gc=False):
    """An SNS notification, EventBridge event or other envelope as somebody got it, perhaps within a queue's message."""

    evidence: Evidence
    time_ns: int
    service: Literal["sns", "eventbridge", "s3", "kinesis", "dynamodb", "api", "agent"]
    event_id: str  # MessageId of SNS, id of EventBridge, sequencer of S3; empty where it has none
    source_name: str = ""  # topic, source of the event, bucket, stream, table, api, agent
    sent_ns: int | None = None
    name: str = ""  # detail-type, eventName, subject, route, action group and function
    inside: str = ""  # messageId of the SQS record that carried it
    batch_size: int | None = None  # how many the dumped event held; None within a message
    body: Any = None
    attributes: dict[str, str] = {}
    request_id: str | None = None
    ids: tuple[Id, ...] = ()


class AsyncOutcome(msgspec.Struct, frozen=True, kw_only=True, tag="async_outcome", gc=False):
    """What Lambda wrote to a destination about an asynchronous invocation: the whole story in one document."""

    evidence: Evidence
    time_ns: int
    function_request_id: str
    function_arn: str = ""
    condition: str = ""  # Success, RetriesExhausted, EventAgeExceeded, ZeroReservedConcurrency
    attempts: int | None = None
    request: Any = None
    response: Any = None
    error: ErrorFact | None = None
    inside: str = ""  # messageId of the SQS record that carried it
    request_id: str | None = None  # of the invocation that logged it
    ids: tuple[Id, ...] = ()


class BatchResponse(msgspec.Struct, frozen=True, kw_only=True, tag="batch_response", gc=False):
    """What a function answered of a batch, logged by it: the messages that shall be delivered again.

    `whole`: the answer is not valid, so that Lambda takes the whole batch as failed.
    """

    evidence: Evidence
    time_ns: int
    failed: tuple[str, ...] = ()
    whole: bool = False
    request_id: str | None = None
    ids: tuple[Id, ...] = ()  # run ids alone: the messages that it names may be of other runs


AppObservation = (  # what an application, an agent or a service said; the platform speaks of the invocation itself
    Line
    | SpanFact
    | AgentStep
    | AgentChunk
    | MessageReceived
    | TracedSpan
    | TracedMessage
    | StateEvent
    | ApiRequest
    | ModelCall
    | EventReceived
    | AsyncOutcome
    | BatchResponse
)
Observation = LambdaFact | AppObservation


class Unread(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A record that no format could read, and why. Nothing is dropped."""

    evidence: Evidence
    reason: str
    preview: str
