"""One span of a Jaeger JSON file, its process merged in (`data[].spans[]` and `data[].processes`).

    {"jaeger":{"traceID":"6747b2f6...","spanID":"53995c3f42cd8ad8","operationName":"chat","references":[
      {"refType":"CHILD_OF","traceID":"6747b2f6...","spanID":"..."}],"startTime":1795332662120000,"duration":412000,
      "tags":[{"key":"span.kind","type":"string","value":"client"}],"logs":[{"timestamp":1795332662130000,"fields":[]}],
      "process":{"serviceName":"desk","tags":[]}}}

Times are microseconds. A reference to another trace, and every reference that is not `CHILD_OF`, is a link.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from itk.model.evidence import LogEvent, SpanLink, TracedEvent, TracedSpan
from itk.reading.jsontext import document
from itk.reading.logfields import evidence, text_of, whole
from itk.reading.otel.spans import Kind, RawSpan, traced_span
from itk.reading.tracetext import span_id_of, trace_id_of

_US = 1_000
_KINDS: dict[str, Kind] = {
    "client": "CLIENT",
    "server": "SERVER",
    "producer": "PRODUCER",
    "consumer": "CONSUMER",
    "internal": "INTERNAL",
}


class JaegerSpan:
    """Objects under the key `jaeger`."""

    name = "jaeger_span"
    begins = "{"
    keys = ("jaeger",)

    def read(self, event: LogEvent) -> tuple[TracedSpan, ...] | None:
        if not event.message.lstrip().startswith('{"jaeger"'):
            return None
        body = document(event.message)
        span = body.get("jaeger") if isinstance(body, dict) else None
        if not isinstance(span, dict) or not (_trace(span.get("traceID")) and _span(span.get("spanID"))):
            return None
        return (traced_span(_raw(span), evidence(event, self.name), event.message),)


def _raw(span: dict[str, Any]) -> RawSpan:
    process = span.get("process")
    process = process if isinstance(process, dict) else {}
    said = _tags(span.get("tags"))
    start, took = whole(span.get("startTime")), whole(span.get("duration"))
    trace_id = _trace(span.get("traceID"))
    parent, links = _references(span.get("references"), trace_id)
    return RawSpan(
        trace_id=trace_id,
        span_id=_span(span.get("spanID")),
        parent=parent,
        name=text_of(span.get("operationName")),
        kind=_KINDS.get(text_of(said.get("span.kind")).lower(), "INTERNAL"),
        start_ns=start * _US if start else None,
        end_ns=(start + took) * _US if start and took is not None else None,
        said=said,
        resource={**_tags(process.get("tags")), "service.name": text_of(process.get("serviceName"))},
        scope=text_of(said.get("otel.scope.name")) or text_of(said.get("otel.library.name")),
        code=_code(said),
        message=text_of(said.get("otel.status_description")),
        events=tuple(_logs(span.get("logs"))),
        links=links,
    )


def _trace(value: Any) -> str:
    """Jaeger leaves out leading zeros, and has 64-bit trace ids too."""
    return trace_id_of(value.rjust(32, "0")) if isinstance(value, str) else ""


def _span(value: Any) -> str:
    return span_id_of(value.rjust(16, "0")) if isinstance(value, str) else ""


def _code(said: dict[str, Any]) -> Literal["", "OK", "ERROR"]:
    if said.get("error") in (True, "true") or said.get("otel.status_code") == "ERROR":
        return "ERROR"
    return "OK" if said.get("otel.status_code") == "OK" else ""


def _tags(value: Any) -> dict[str, Any]:
    pairs = value if isinstance(value, list) else []
    return {text_of(pair.get("key")): pair.get("value") for pair in pairs if isinstance(pair, dict)}


def _references(value: Any, trace_id: str) -> tuple[str, tuple[SpanLink, ...]]:
    parent, links = "", list[SpanLink]()
    for reference in value if isinstance(value, list) else ():
        if not isinstance(reference, dict):
            continue
        other, span_id = _trace(reference.get("traceID")), _span(reference.get("spanID"))
        if other == trace_id and reference.get("refType") == "CHILD_OF" and not parent:
            parent = span_id
        elif other:
            links.append(SpanLink(other, span_id))
    return parent, tuple(links)


def _logs(value: Any) -> Iterator[TracedEvent]:
    for log in value if isinstance(value, list) else ():
        time = whole(log.get("timestamp")) if isinstance(log, dict) else None
        if time:
            fields = _tags(log.get("fields"))
            name = text_of(fields.pop("event", "")) or text_of(fields.pop("name", "")) or "log"
            yield TracedEvent(time_ns=time * _US, name=name, attributes=fields)


FORMAT = JaegerSpan()
