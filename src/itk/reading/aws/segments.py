"""What one X-Ray segment or subsegment says, field by field."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Literal

from itk.model.evidence import SpanLink
from itk.model.ids import Id
from itk.reading.aws.resources import Resource, resource, sends, service_key, short_name
from itk.reading.idtext import is_uuid, typed
from itk.reading.jsontext import compact
from itk.reading.logfields import as_dict, decimal, text_of
from itk.reading.tracetext import span_id_of, trace_id_of

Kind = Literal["SERVER", "CLIENT", "PRODUCER", "INTERNAL"]

_FRAMES_MAX = 50
_NANOS = Decimal(1_000_000_000)
_FLAGS = ("error", "throttle", "fault")
_OWN_FIELDS = frozenset(
    ("name", "id", "trace_id", "parent_id", "type", "start_time", "end_time", "in_progress", "subsegments", "links")
) | {"origin", "namespace", "inferred", "resource_arn", "aws", "http", "annotations", "metadata", "cause", *_FLAGS}
_AWS_FIELDS = frozenset(("operation", "request_id", "retries", "message_id"))


def nanoseconds(seconds: Any) -> int | None:
    """Unix nanoseconds of seconds that were parsed as `Decimal`; what no clock shows is no time.

    >>> nanoseconds(Decimal("1.499473411677E9")), nanoseconds(Decimal("1e999"))
    (1499473411677000000, None)
    """
    if isinstance(seconds, float):
        seconds = Decimal(repr(seconds))
    if isinstance(seconds, bool) or not isinstance(seconds, Decimal | int):
        return None
    # Compared before it is scaled: a number with an exponent of a million digits must not become an integer.
    return int(seconds * _NANOS) if 0 < seconds < 10_000_000_000 else None


def kind_of(found: dict[str, Any], operation: str, top: bool) -> Kind:
    """A call, something sent, a request that was served, or work within one. `top`: a segment, no subsegment."""
    if sends(operation):
        return "PRODUCER"
    if found.get("namespace") in ("aws", "remote"):
        return "CLIENT"
    return "SERVER" if top and found.get("type") != "subsegment" else "INTERNAL"


def component_of(found: dict[str, Any], aws: dict[str, Any], operation: str, top: bool) -> Resource:
    """Who or what it is about; empty for work within a segment, which is the segment's own."""
    name, origin = text_of(found.get("name")), text_of(found.get("origin"))
    if origin.startswith("AWS::Lambda"):
        arn = text_of(found.get("resource_arn")) or text_of(aws.get("function_arn"))
        return Resource("lambda", short_name(arn) if arn else name, arn)
    if found.get("namespace") == "aws" or found.get("inferred") is True:
        return resource(_service(name, origin), operation, aws)
    if origin.startswith("AWS::ApiGateway"):
        return Resource("api", name)
    if origin.startswith("AWS::StepFunctions") and top:
        return Resource("state_machine", name)
    if top or found.get("namespace") == "remote":
        return Resource("service", name or "unknown")
    return Resource("", "")


def _service(name: str, origin: str) -> str:
    """Inferred segments are named after the table or queue; then the origin says what it is."""
    return origin if origin.startswith("AWS::") and service_key(origin) != service_key(name) else name


def lambda_request_of(found: dict[str, Any], aws: dict[str, Any]) -> str | None:
    """The RequestId of the invocation that Lambda's own segment is."""
    request = text_of(aws.get("request_id"))
    return request if text_of(found.get("origin")).startswith("AWS::Lambda") and is_uuid(request) else None


def ids_of(found: dict[str, Any], aws: dict[str, Any], about: Resource) -> tuple[Id, ...]:
    """Ids of the call: its request id, the message that it sent."""
    request, message = typed("aws_request_id", aws.get("request_id")), aws.get("message_id")
    call = found.get("namespace") == "aws"
    ids = [request] if call or about.type != "lambda" else []
    if request is not None and "lambda" in (about.type, service_key(text_of(found.get("name")))):
        ids.append(Id("lambda_request_id", request.value))  # of a call of Lambda, and of what Lambda says of it
    if service_key(text_of(found.get("name"))) == "sqs" or about.type == "queue":
        ids.append(typed("sqs_message_id", message))
    elif about.type == "topic":
        ids.append(typed("sns_message_id", message))
    return tuple(dict.fromkeys(i for i in ids if i is not None))


def links_of(found: dict[str, Any]) -> Iterator[SpanLink]:
    """Segments of other traces: the senders of a batch's messages."""
    links = found.get("links")
    for link in links if isinstance(links, list) else ():
        trace_id = trace_id_of(as_dict(link).get("trace_id"))
        if trace_id:
            yield SpanLink(trace_id, span_id_of(as_dict(link).get("id")))


def attributes_of(found: dict[str, Any], aws: dict[str, Any], status_code: int | None) -> dict[str, Any]:
    """What has no field of its own, under OpenTelemetry's names where it has one."""
    http = as_dict(found.get("http"))
    request = as_dict(http.get("request"))
    named = {
        "http.request.method": request.get("method"),
        "url.full": request.get("url"),
        "http.response.status_code": status_code,
        "http.response.body.size": as_dict(http.get("response")).get("content_length"),
        "aws.xray.fault": True if found.get("fault") is True else None,
        "aws.xray.in_progress": True if found.get("in_progress") is True else None,
        "aws.xray.annotations": found.get("annotations") or None,
        "aws.xray.metadata": found.get("metadata") or None,
    }
    told = {key: plain(value) for key, value in named.items() if value is not None}
    told |= {f"aws.{key}": plain(value) for key, value in aws.items() if key not in _AWS_FIELDS and value is not None}
    return told | {f"aws.xray.{key}": plain(value) for key, value in found.items() if key not in _OWN_FIELDS}


def plain(value: Any) -> Any:
    """`value` with floats again: outside of times nobody needs more digits."""
    if isinstance(value, Decimal):
        number = decimal(float(value))
        return str(value) if number is None else number
    if isinstance(value, list):
        return [plain(each) for each in value]
    return {key: plain(each) for key, each in value.items()} if isinstance(value, dict) else value


def exceptions_of(found: dict[str, Any]) -> list[dict[str, Any]]:
    """What `cause` tells, the outermost first."""
    exceptions = as_dict(found.get("cause")).get("exceptions")
    return [each for each in exceptions if isinstance(each, dict)] if isinstance(exceptions, list) else []


def stack_of(exception: dict[str, Any]) -> str:
    """The frames of an exception as text."""
    frames = exception.get("stack")
    if not isinstance(frames, list):
        return text_of(frames)
    told = [frame for frame in frames[:_FRAMES_MAX] if isinstance(frame, dict)]
    return "\n".join(
        f"{text_of(frame.get('path'))}:{compact(plain(frame.get('line')))} {text_of(frame.get('label'))}".rstrip()
        for frame in told
    )
