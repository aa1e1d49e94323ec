"""OpenTelemetry spans: records of the log group `aws/spans`, and OTLP/JSON, one span or a whole export in one record.

    {"resource":{"attributes":{"service.name":"desk"}},"scope":{"name":"strands.telemetry.tracer"},
     "traceId":"6747b2f6...","spanId":"53995c3f42cd8ad8","parentSpanId":"...","name":"chat","kind":"INTERNAL",
     "startTimeUnixNano":1795332662120000000,"endTimeUnixNano":...,"attributes":{"gen_ai.operation.name":"chat",...}}
    {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"desk"}}]},
     "scopeSpans":[{"scope":{},"spans":[{"traceId":"...","startTimeUnixNano":"1795332662120000000",...}]}]}]}

Nanoseconds are numbers or digits in text, kinds and status codes numbers or names, ids hex or base64. An agent and the
model that it asked report the same tokens, up to three times: they are counted once, where spans are joined.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, Literal

from msgspec.structs import replace

from itk.model.evidence import LogEvent, SpanLink, TracedEvent, TracedSpan
from itk.reading.jsontext import document
from itk.reading.logfields import as_dict, evidence, first, text_of, whole
from itk.reading.otel.attributes import attributes
from itk.reading.otel.spans import Kind, RawSpan, traced_span
from itk.reading.timetext import MS
from itk.reading.tracetext import span_id_of, trace_id_of

SPANS_MAX = 1_000
_LINKS_MAX = 200
_KINDS: dict[Any, Kind] = {1: "INTERNAL", 2: "SERVER", 3: "CLIENT", 4: "PRODUCER", 5: "CONSUMER"}
_KINDS |= {name: name for name in tuple(_KINDS.values())} | {f"SPAN_KIND_{name}": name for name in _KINDS.values()}
_CODES: dict[Any, Literal["OK", "ERROR"]] = {1: "OK", 2: "ERROR", "OK": "OK", "ERROR": "ERROR"}
_CODES |= {"STATUS_CODE_OK": "OK", "STATUS_CODE_ERROR": "ERROR"}
_SPAN_KEYS = ("startTimeUnixNano", "endTimeUnixNano", "durationNano", "kind", "parentSpanId")


class OtelSpan:
    """Spans in CloudWatch's flat form and in OTLP/JSON."""

    name = "otel_span"
    begins = "{"
    keys = ("spanId", "resourceSpans")

    def read(self, event: LogEvent) -> tuple[TracedSpan, ...] | None:
        if '"spanId"' not in event.message:
            return None
        body = document(event.message)
        if not isinstance(body, dict) or not (_is_span(body) or isinstance(body.get("resourceSpans"), list)):
            return None
        seen, raws = evidence(event, self.name), _raw_spans(body)
        spans = [traced_span(raw, seen, event.message) for raw in islice(raws, SPANS_MAX)]
        left = sum(1 for _ in raws)
        if left:
            spans[-1] = replace(spans[-1], attributes={**spans[-1].attributes, "itk.spans_left_out": left})
        return tuple(spans)


def _is_span(body: dict[str, Any]) -> bool:
    named = bool(trace_id_of(body.get("traceId")) and span_id_of(body.get("spanId")))
    return named and isinstance(body.get("name"), str) and "body" not in body and any(k in body for k in _SPAN_KEYS)


def _raw_spans(body: dict[str, Any]) -> Iterator[RawSpan]:
    if _is_span(body):
        yield _raw(body, as_dict(body.get("resource")), as_dict(body.get("scope")))
        return
    for exported in _dicts(body.get("resourceSpans")):
        scopes = first(exported, ("scopeSpans", "instrumentationLibrarySpans"))
        for scoped in _dicts(scopes):
            scope = as_dict(first(scoped, ("scope", "instrumentationLibrary")))
            for span in _dicts(scoped.get("spans")):
                if trace_id_of(span.get("traceId")) and span_id_of(span.get("spanId")):
                    yield _raw(span, as_dict(exported.get("resource")), scope)


def _raw(span: dict[str, Any], resource: dict[str, Any], scope: dict[str, Any]) -> RawSpan:
    status = as_dict(span.get("status"))
    said = attributes(span.get("attributes"))
    start_ns, end_ns = _nanos(span.get("startTimeUnixNano")), _nanos(span.get("endTimeUnixNano"))
    took = whole(span.get("durationNano"))
    if end_ns is None and start_ns is not None and took is not None:
        end_ns = start_ns + took
    return RawSpan(
        trace_id=trace_id_of(span.get("traceId")),
        span_id=span_id_of(span.get("spanId")),
        parent=span_id_of(span.get("parentSpanId")),
        name=text_of(span.get("name")),
        kind=_KINDS.get(_hashable(span.get("kind")), "INTERNAL"),
        start_ns=start_ns,
        end_ns=end_ns,
        said=said if took is None or start_ns is not None else {**said, "itk.duration_ms": took / MS},
        resource=attributes(resource.get("attributes")),
        scope=text_of(scope.get("name")),
        code=_CODES.get(_hashable(status.get("code")), ""),
        message=text_of(status.get("message")),
        events=tuple(_events(span.get("events"))),
        links=tuple(islice(_links(span.get("links")), _LINKS_MAX)),
    )


def _nanos(value: Any) -> int | None:
    """Zero says that nobody knows."""
    return whole(value) or None


def _hashable(value: Any) -> Any:
    return value if isinstance(value, str | int) else None


def _events(value: Any) -> Iterator[TracedEvent]:
    for event in _dicts(value):
        time_ns = _nanos(event.get("timeUnixNano"))
        if time_ns is not None:
            said = attributes(event.get("attributes"))
            yield TracedEvent(time_ns=time_ns, name=text_of(event.get("name")) or "event", attributes=said)


def _links(value: Any) -> Iterator[SpanLink]:
    for link in _dicts(value):
        trace_id = trace_id_of(link.get("traceId"))
        if trace_id:
            yield SpanLink(trace_id, span_id_of(link.get("spanId")))


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


FORMAT = OtelSpan()
