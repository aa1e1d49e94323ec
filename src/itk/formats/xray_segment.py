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
from msgspec.structs import replace

from itk.model.evidence import ErrorFact, Evidence, LogEvent, TracedSpan
from itk.model.ids import Id
from itk.reading.aws.segments import (
    attributes_of,
    component_of,
    exceptions_of,
    ids_of,
    kind_of,
    lambda_request_of,
    links_of,
    nanoseconds,
    stack_of,
)
from itk.reading.idtext import run_ids
from itk.reading.jsontext import DEPTH_MAX, compact, document
from itk.reading.logfields import as_dict, evidence, text_of, whole
from itk.reading.tracetext import span_id_of, trace_id_of, xray_root_of

SPANS_MAX = 1_000  # of one record; a segment document holds 64 KB, an answer of BatchGetTraces five traces

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
        segments, marked = _segments(_exact(event.message) or body), "itk-" in event.message
        for segment in segments:
            spans.extend(_Document(segment, seen, marked).spans(SPANS_MAX - len(spans)))
            if len(spans) >= SPANS_MAX:
                break
        left = sum(1 for _ in segments)
        if left:
            spans[0] = replace(spans[0], attributes={**spans[0].attributes, "itk.segments_left_out": left})
        return tuple(spans)


class _Part(NamedTuple):
    """A segment or subsegment, its parent within the document, and how deep it lies."""

    found: dict[str, Any]
    parent: str | None
    depth: int


class _Document:
    """One segment with all that lies in it."""

    def __init__(self, segment: dict[str, Any], seen: Evidence, marked: bool) -> None:
        self.segment, self.seen, self.marked = segment, seen, marked
        self.trace_id = trace_id_of(segment.get("trace_id"))
        self.service = text_of(segment.get("name"))
        self.exceptions: dict[str, dict[str, Any]] = {}

    def spans(self, most: int) -> Iterator[TracedSpan]:
        parts, left = self._parts(most)
        for part in parts:
            for exception in exceptions_of(part.found):
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
        aws = as_dict(found.get("aws"))
        operation = text_of(aws.get("operation"))
        about = component_of(found, aws, operation, part.depth == 0)
        status_code = whole(as_dict(as_dict(found.get("http")).get("response")).get("status"))
        status, error = self._outcome(found, status_code)
        attributes = attributes_of(found, aws, status_code)
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
            kind=kind_of(found, operation, part.depth == 0),
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
            request_id=lambda_request_of(found, aws),
            ids=ids_of(found, aws, about),
            line_ids=(*self._markers(found), xray_root_of(self.trace_id)),
            links=tuple(links_of(found)),
        )

    def _markers(self, found: dict[str, Any]) -> tuple[Id, ...]:
        """Run ids in what this segment says of itself, its subsegments left aside."""
        if not self.marked:
            return ()
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
            stack=stack_of(cause),
            origin="service" if cause.get("remote") is True or found.get("namespace") == "aws" else "app",
            retryable=True if throttled else None,
        )
        return ("throttled" if throttled else "error"), error

    def _cause(self, cause: Any) -> dict[str, Any]:
        """The exception, here or where the pointer leads within the document."""
        if isinstance(cause, str):
            return self.exceptions.get(cause, {"message": f"exception {cause}, which this document does not hold"})
        exceptions = exceptions_of({"cause": cause})
        if exceptions:
            return exceptions[0]
        message = as_dict(cause).get("message")
        return {"message": message} if isinstance(message, str) else {}


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
    return [trace for trace in traces if isinstance(trace, dict) and _is_list(trace.get("Segments"))]


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


FORMAT = XraySegment()
