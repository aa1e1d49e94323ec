"""An OpenTelemetry span, whichever way it was written, as what it proves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from itk.model.evidence import ErrorFact, Evidence, SpanLink, TracedEvent, TracedSpan
from itk.model.ids import Id, IdKind
from itk.reading.aws.resources import Resource, resource, service_key, short_name
from itk.reading.idtext import is_uuid, run_ids, typed
from itk.reading.jsontext import compact
from itk.reading.logfields import first, text_of, whole
from itk.reading.otel import genai
from itk.reading.tracetext import xray_root_of

Kind = Literal["SERVER", "CLIENT", "PRODUCER", "CONSUMER", "INTERNAL"]
Status = Literal["ok", "error", "throttled", "unknown"]

_EVENTS_MAX = 1_000
_HTTP_STATUS = ("http.response.status_code", "http.status_code")
_RETRIES = ("retry_attempts", "aws.retry_attempts", "http.request.resend_count")
_METHOD = ("aws.remote.operation", "rpc.method", "aws.operation")
_COLD = ("faas.coldstart", "faas.cold_start")
# Attributes that a field of the span holds already.
_TAKEN = frozenset(("session.id", "aws.request_id", *_RETRIES, "gen_ai.input.messages", "gen_ai.output.messages"))


class RawSpan(NamedTuple):
    """The parts of a span, each in one form."""

    trace_id: str
    span_id: str
    parent: str
    name: str
    kind: Kind
    start_ns: int | None
    end_ns: int | None
    said: dict[str, Any]  # its attributes
    resource: dict[str, Any]
    scope: str
    code: Literal["", "OK", "ERROR"]
    message: str
    events: tuple[TracedEvent, ...]
    links: tuple[SpanLink, ...]


def traced_span(raw: RawSpan, seen: Evidence, text: str) -> TracedSpan:
    """What a span proves of itself. `text` is the record that it stands in."""
    said = raw.said
    about = _component(raw)
    status, error = _outcome(raw)
    request_id = _lambda_request(raw)
    return TracedSpan(
        evidence=seen,
        system="otel",
        trace_id=raw.trace_id,
        span_id=raw.span_id,
        parent_span_id=raw.parent or None,
        name=raw.name or "span",
        kind=raw.kind,
        start_ns=raw.start_ns,
        end_ns=raw.end_ns,
        status=status,
        error=error,
        component_type=about.type,
        component_name=about.name,
        component_id=about.id,
        operation=_operation(raw),
        service=text_of(raw.resource.get("service.name")),
        origin=text_of(said.get("aws.xray.origin")) or raw.scope,
        retries=whole(first(said, _RETRIES)),
        model_id=genai.model_id(said),
        usage=genai.usage(said),
        cold_start=next((said[key] for key in _COLD if isinstance(said.get(key), bool)), None),
        request=genai.request(said),
        response=genai.response(said),
        attributes={key: value for key, value in said.items() if key not in _TAKEN},
        request_id=request_id,
        ids=tuple(_ids(raw, about, request_id)),
        line_ids=tuple(_line_ids(raw, "itk-" in text)),
        links=raw.links,
        events=raw.events[:_EVENTS_MAX],
    )


def _component(raw: RawSpan) -> Resource:
    said = raw.said
    if (intelligent := genai.component(said)) is not None:
        return intelligent
    method = text_of(first(said, _METHOD))
    if raw.kind in ("CLIENT", "PRODUCER"):
        service = next(filter(None, map(text_of, map(said.get, ("rpc.service", "aws.remote.service")))), "")
        if said.get("messaging.system") in ("aws_sqs", "aws.sqs", "AmazonSQS"):
            service = "SQS"
        if service or method:
            return resource(service or "unknown", method, said)
    return _served_by(raw)


def _served_by(raw: RawSpan) -> Resource:
    """Who did the work: the function, the agent on AgentCore, or whatever service the resource names."""
    name, arn = text_of(raw.resource.get("service.name")), text_of(raw.resource.get("cloud.resource_id"))
    platform = text_of(raw.resource.get("cloud.platform"))
    if raw.kind == "INTERNAL":
        return Resource("", "")
    if platform == "aws_lambda" or "faas.invocation_id" in raw.said:
        function = text_of(raw.resource.get("faas.name")) or (short_name(arn) if arn else "") or name
        return Resource("lambda", function or "unknown", arn)
    if platform == "aws_bedrock_agentcore":
        return Resource("agent", _agentcore_name(arn) or name or "unknown", arn)
    return Resource("service", name or "unknown")


def _agentcore_name(arn: str) -> str:
    """`desk` of `arn:aws:bedrock-agentcore:eu-west-1:1:runtime/desk-Ux9OE986P4/runtime-endpoint/DEFAULT:DEFAULT`."""
    runtime = arn.partition(":runtime/")[2].partition("/")[0]
    return runtime.rpartition("-")[0] or runtime


def _operation(raw: RawSpan) -> str:
    told = text_of(raw.said.get("gen_ai.operation.name"))
    return told or (text_of(first(raw.said, _METHOD)) if raw.kind in ("CLIENT", "PRODUCER") else "")


def _outcome(raw: RawSpan) -> tuple[Status, ErrorFact | None]:
    """What failed, however deep it is hidden: a tool that failed within an OK span, a refused call left UNSET."""
    code = whole(first(raw.said, _HTTP_STATUS))
    refused = code is not None and code >= (400 if raw.kind in ("CLIENT", "PRODUCER") else 500)
    tool = genai.tool_failed(raw.said)
    if raw.code != "ERROR" and not refused and not tool:
        return ("ok" if raw.end_ns is not None else "unknown"), None
    thrown = next((event.attributes for event in raw.events if event.name == "exception"), {})
    kind = text_of(thrown.get("exception.type")) or text_of(raw.said.get("error.type"))
    fallback = "ToolError" if tool else f"HTTP {code}" if refused else "Error"
    error = ErrorFact(
        type=kind or fallback,
        message=text_of(thrown.get("exception.message")) or raw.message or ("the tool failed" if tool else ""),
        stack=text_of(thrown.get("exception.stacktrace")),
        origin="service" if refused and raw.kind == "CLIENT" else "app",
        retryable=True if code == 429 else None,
    )
    return ("throttled" if code == 429 else "error"), error


def _lambda_request(raw: RawSpan) -> str | None:
    request = first(raw.said, ("faas.invocation_id", "faas.execution"))
    return str(request) if is_uuid(request) else None


def _ids(raw: RawSpan, about: Resource, request_id: str | None) -> Iterator[Id]:
    said = raw.said
    kinds: list[tuple[IdKind, Any]] = [("aws_request_id", said.get("aws.request_id"))]
    if raw.kind in ("SERVER", "CONSUMER") and request_id:
        kinds.append(("lambda_request_id", request_id))
    elif service_key(text_of(said.get("rpc.service"))) == "lambda" and raw.kind == "CLIENT":
        kinds.append(("lambda_request_id", said.get("aws.request_id")))
    message = said.get("messaging.message.id")
    if about.type == "topic":
        kinds.append(("sns_message_id", message))
    elif is_uuid(message) and service_key(text_of(said.get("messaging.system"))) in ("sqs", "awssqs", "amazonsqs", ""):
        kinds.append(("sqs_message_id", message))
    yield from dict.fromkeys(i for kind, value in kinds if (i := typed(kind, value)) is not None)


def _line_ids(raw: RawSpan, marked: bool) -> Iterator[Id]:
    """Whom the span serves: run ids in what it says, the session, and its trace as headers name it."""
    if marked:
        yield from run_ids(compact(raw.said))
    session = typed("session_id", raw.said.get("session.id"))
    if session is not None:
        yield session
    yield xray_root_of(raw.trace_id)
