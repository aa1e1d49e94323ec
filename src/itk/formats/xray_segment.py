"""X-Ray segment documents, as BatchGetTraces gives them, one line of a file, or a whole answer of BatchGetTraces.

    {"trace_id":"1-6747b2f6-...","id":"53995c3f42cd8ad8","name":"intake","start_time":1.79533266212E9,"end_time":...,
     "origin":"AWS::Lambda","aws":{"request_id":"7f0c2a52-..."},"subsegments":[{"id":"...","name":"DynamoDB",...}]}
    {"Traces":[{"Id":"1-6747b2f6-...","Segments":[{"Id":"53995c3f42cd8ad8","Document":"{...}"}]}]}

Times are seconds as floats, in E-notation too: they are read digit by digit, since a float is off by 113 ns. `error`,
`throttle` and `fault` may all be true; SDKs say `fault` of a 400 too, so the status code is kept beside it. `cause` is
an object, or the id of an exception that another subsegment of the document holds.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Literal, NamedTuple

import msgspec

from itk.model.evidence import ErrorFact, Evidence, LogEvent, SpanLink, TracedSpan
from itk.model.ids import Id
from itk.reading.awsresource import Resource, resource, sends, service_key, short_name
from itk.reading.idtext import is_uuid, run_ids, typed
from itk.reading.jsontext import DEPTH_MAX, compact, document
from itk.reading.logfields import decimal, evidence, text_of, whole
from itk.reading.tracetext import span_id_of, trace_id_of, xray_root_of

SPANS_MAX = 1_000  # of one record; a segment document holds 64 KB, an answer of BatchGetTraces five traces
_TRACES_MAX = 100
_FRAMES_MAX = 50
_NANOS = Decimal(1_000_000_000)
_FLAGS = ("error", "throttle", "fault")
_OWN_FIELDS = frozenset(
    ("name", "id", "trace_id", "parent_id", "type", "start_time", "end_time", "in_progress", "subsegments", "links")
) | {"origin", "namespace", "inferred", "resource_arn", "aws", "http", "annotations", "metadata", "cause", *_FLAGS}
_AWS_FIELDS = frozenset(("operation", "request_id", "retries", "message_id"))

Kind = Literal["SERVER", "CLIENT", "PRODUCER", "INTERNAL"]
Status = Literal["ok", "error", "throttled", "unknown"]


class XraySegment:
    """Segments and subsegments, one span each."""

    name = "xray_segment"
    begins = "{"
    keys = ("start_time", "Traces", "Segments")

    def read(self, event: LogEvent) -> tuple[TracedSpan, ...] | None:
        if '"start_time"' not in event.message and '"Segments"' not in event.message:
            return None
        body = document(event.message)
        if not isinstance(body, dict) or not (_is_segment(body) or _traces(body)):
            return None
        seen = evidence(event, self.name)
        spans: list[TracedSpan] = []
        for segment in _segments(_exact(event.message) or body):
            spans.extend(_Document(segment, seen).spans(SPANS_MAX - len(spans)))
            if len(spans) >= SPANS_MAX:
                break
        return tuple(spans)


class _Part(NamedTuple):
    """A segment or subsegment, its parent within the document, and how deep it lies."""

    found: dict[str, Any]
    parent: str | None
    depth: int


class _Document:
    """One segment with all that lies in it."""

    def __init__(self, segment: dict[str, Any], seen: Evidence) -> None:
        self.segment, self.seen = segment, seen
        self.trace_id = trace_id_of(segment.get("trace_id"))
        self.service = text_of(segment.get("name"))
        self.exceptions: dict[str, dict[str, Any]] = {}

    def spans(self, most: int) -> Iterator[TracedSpan]:
        parts, left = self._parts(most)
        for part in parts:
            for exception in _exceptions(part.found):
                self.exceptions.setdefault(text_of(exception.get("id")), exception)
        for n, part in enumerate(parts):
            yield self._span(part, left if n == 0 else 0)

    def _parts(self, most: int) -> tuple[list[_Part], int]:
        """Breadth first, so that a limit takes the innermost; and how many subsegments were left out."""
        parent = span_id_of(self.segment.get("parent_id")) or None
        waiting = deque([_Part(self.segment, parent, 0)])
        parts: list[_Part] = []
        left = 0
        while waiting:
            part = waiting.popleft()
            if len(parts) >= most:
                left += 1
                continue
            parts.append(part)
            own = span_id_of(part.found.get("id"))
            inside = part.found.get("subsegments")
            below = [sub for sub in inside if isinstance(sub, dict)] if isinstance(inside, list) else []
            known = [sub for sub in below if span_id_of(sub.get("id")) and part.depth < DEPTH_MAX]
            left += len(below) - len(known)
            waiting.extend(_Part(sub, own, part.depth + 1) for sub in known)
        return parts, left

    def _span(self, part: _Part, left: int) -> TracedSpan:
        found = part.found
        aws = _dict(found.get("aws"))
        operation = text_of(aws.get("operation"))
        about = _component(found, aws, operation, part.depth == 0)
        status_code = whole(_dict(_dict(found.get("http")).get("response")).get("status"))
        status, error = self._outcome(found, status_code)
        attributes = _attributes(found, aws, status_code)
        if left:
            attributes["itk.subsegments_left_out"] = left
        end_ns = nanoseconds(found.get("end_time"))
        return TracedSpan(
            evidence=self.seen,
            system="xray",
            trace_id=self.trace_id,
            span_id=span_id_of(found.get("id")),
            parent_span_id=part.parent,
            name=text_of(found.get("name")) or "segment",
            kind=_kind(found, operation, part.depth == 0),
            start_ns=nanoseconds(found.get("start_time")),
            end_ns=end_ns,
            status=status if status != "ok" or end_ns is not None else "unknown",
            error=error,
            component_type=about.type,
            component_name=about.name,
            component_id=about.id or text_of(found.get("resource_arn")),
            operation=operation,
            service=self.service,
            origin=text_of(found.get("origin")),
            inferred=found.get("inferred") is True,
            retries=whole(aws.get("retries")),
            attributes=attributes,
            request_id=_lambda_request(found, aws),
            ids=_ids(found, aws, about),
            line_ids=(*self._markers(found), xray_root_of(self.trace_id)),
            links=tuple(_links(found)),
        )

    def _markers(self, found: dict[str, Any]) -> tuple[Id, ...]:
        """Run ids in what this segment says of itself, its subsegments left aside."""
        return run_ids(compact({key: value for key, value in found.items() if key != "subsegments"}))

    def _outcome(self, found: dict[str, Any], status_code: int | None) -> tuple[Status, ErrorFact | None]:
        throttled = found.get("throttle") is True or status_code == 429
        failed = throttled or any(found.get(flag) is True for flag in ("error", "fault"))
        if not failed:
            return "ok", None
        cause = self._cause(found.get("cause"))
        kind = text_of(cause.get("type")) or (f"HTTP {status_code}" if status_code else "")
        kind = kind or next((name for name in ("throttle", "fault", "error") if found.get(name) is True), "error")
        error = ErrorFact(
            type=kind,
            message=text_of(cause.get("message")),
            stack=_stack(cause),
            origin="service" if cause.get("remote") is True or found.get("namespace") == "aws" else "app",
            retryable=True if throttled else None,
        )
        return ("throttled" if throttled else "error"), error

    def _cause(self, cause: Any) -> dict[str, Any]:
        """The exception, here or where the pointer leads within the document."""
        if isinstance(cause, str):
            return self.exceptions.get(cause, {"message": f"exception {cause}, which this document does not hold"})
        exceptions = _exceptions({"cause": cause})
        if exceptions:
            return exceptions[0]
        message = _dict(cause).get("message")
        return {"message": message} if isinstance(message, str) else {}


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


def _exact(text: str) -> dict[str, Any] | None:
    """The document with every float as `Decimal`. Documents within it are texts, and read when their turn comes."""
    try:
        value = _DECODER.decode(text.strip())
    except (msgspec.DecodeError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _decimal(text: str) -> Decimal | str:
    return Decimal(text) if len(text) <= 64 else text


_DECODER = msgspec.json.Decoder(float_hook=_decimal)


def _is_segment(body: dict[str, Any]) -> bool:
    named = bool(span_id_of(body.get("id")) and trace_id_of(body.get("trace_id")))
    return named and isinstance(body.get("name"), str) and "start_time" in body


def _traces(body: dict[str, Any]) -> list[dict[str, Any]]:
    """The traces of an answer of BatchGetTraces, or the one trace that the record is."""
    traces = body.get("Traces", [body])
    if not isinstance(traces, list):
        return []
    return [trace for trace in traces[:_TRACES_MAX] if isinstance(trace, dict) and _is_list(trace.get("Segments"))]


def _segments(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if _is_segment(body):
        yield body
        return
    for trace in _traces(body):
        for segment in trace["Segments"]:
            text = segment.get("Document") if isinstance(segment, dict) else None
            inside = document(text) if isinstance(text, str) else None
            if isinstance(text, str) and isinstance(inside, dict) and _is_segment(inside):
                yield _exact(text) or inside


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _kind(found: dict[str, Any], operation: str, top: bool) -> Kind:
    if sends(operation):
        return "PRODUCER"
    if found.get("namespace") in ("aws", "remote"):
        return "CLIENT"
    return "SERVER" if top and found.get("type") != "subsegment" else "INTERNAL"


def _component(found: dict[str, Any], aws: dict[str, Any], operation: str, top: bool) -> Resource:
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


def _lambda_request(found: dict[str, Any], aws: dict[str, Any]) -> str | None:
    request = text_of(aws.get("request_id"))
    return request if text_of(found.get("origin")).startswith("AWS::Lambda") and is_uuid(request) else None


def _ids(found: dict[str, Any], aws: dict[str, Any], about: Resource) -> tuple[Id, ...]:
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


def _links(found: dict[str, Any]) -> Iterator[SpanLink]:
    links = found.get("links")
    for link in links if isinstance(links, list) else ():
        trace_id = trace_id_of(_dict(link).get("trace_id"))
        if trace_id:
            yield SpanLink(trace_id, span_id_of(_dict(link).get("id")))


def _attributes(found: dict[str, Any], aws: dict[str, Any], status_code: int | None) -> dict[str, Any]:
    """What has no field of its own, under OpenTelemetry's names where it has one."""
    http = _dict(found.get("http"))
    request = _dict(http.get("request"))
    named = {
        "http.request.method": request.get("method"),
        "url.full": request.get("url"),
        "http.response.status_code": status_code,
        "http.response.body.size": _dict(http.get("response")).get("content_length"),
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


def _exceptions(found: dict[str, Any]) -> list[dict[str, Any]]:
    exceptions = _dict(found.get("cause")).get("exceptions")
    return [each for each in exceptions if isinstance(each, dict)] if isinstance(exceptions, list) else []


def _stack(exception: dict[str, Any]) -> str:
    frames = exception.get("stack")
    if not isinstance(frames, list):
        return text_of(frames)
    told = [frame for frame in frames[:_FRAMES_MAX] if isinstance(frame, dict)]
    return "\n".join(
        f"{text_of(frame.get('path'))}:{compact(plain(frame.get('line')))} {text_of(frame.get('label'))}".rstrip()
        for frame in told
    )


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


FORMAT = XraySegment()
