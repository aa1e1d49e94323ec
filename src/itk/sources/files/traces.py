"""What tracing systems export: OTLP/JSON, Jaeger, CloudWatch's own span records, X-Ray; one record a span.

{"resourceSpans": [{"resource": {...}, "scopeSpans": [{"scope": {...}, "spans": [{"traceId": ...}]}]}]}
{"data": [{"traceID": "...", "spans": [{...}], "processes": {"p1": {...}}}]}
{"Traces": [{"Id": "1-...", "Segments": [{"Id": "...", "Document": "{...}"}]}], "UnprocessedTraceIds": []}
{"timestamp": "2026-11-22 07:31:02.120", "raw_otel_json": {...}}         a row of AgentCore's toolkit
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from itk.model.evidence import LogEvent
from itk.reading.jsontext import compact
from itk.reading.timetext import MS, unix_ns
from itk.sources.files.place import Json, NotInForm, Place, milliseconds, objects, text
from itk.sources.segments import segment_event

_OTLP = {"resourceSpans": ("scopeSpans", "spans"), "resourceLogs": ("scopeLogs", "logRecords")}


def otlp(document: Json, place: Place) -> Iterator[LogEvent] | None:
    """OTLP/JSON: traces and log records. Metrics are not evidence of work, and are skipped."""
    if not {"resourceSpans", "resourceLogs", "resourceMetrics"} & document.keys():
        return None
    if "resourceMetrics" in document:
        place.skip("metrics")
    return (event for name, inner in _OTLP.items() for event in _otlp(document.get(name) or [], name, inner, place))


def _otlp(resources: Any, name: str, inner: tuple[str, str], place: Place) -> Iterator[LogEvent]:
    scopes, leaves = inner
    for each in objects(resources, name):
        old = "instrumentationLibrarySpans"  # until OTLP 0.19
        for scope in objects(each.get(scopes) or each.get(old) or [], scopes):
            for leaf in objects(scope.get(leaves) or [], leaves):
                around = {"resource": each.get("resource") or {}, "scope": scope.get("scope") or {}}
                yield _span({**around, **leaf}, place)


def span_record(document: Json, place: Place) -> Iterator[LogEvent] | None:
    """A span or log record as CloudWatch keeps it in `aws/spans` and `otel-rt-logs`: flat, one object each."""
    if "traceId" not in document or not {"startTimeUnixNano", "timeUnixNano", "observedTimeUnixNano"} & document.keys():
        return None
    return iter((_span(document, place),))


def toolkit_row(document: Json, place: Place) -> Iterator[LogEvent] | None:
    """A row of AgentCore's starter toolkit: what `aws/spans` or the runtime's log group held, and when."""
    raw = document.get("raw_otel_json")
    inner = _object(raw)
    if inner is None or "timestamp" not in document:
        return None
    found = otlp(inner, place) or span_record(inner, place)
    return found if found is not None else iter((_printed(inner, document["timestamp"], place),))


def _object(value: Any) -> Json | None:
    if isinstance(value, str):
        try:
            value = msgspec.json.decode(value)
        except msgspec.DecodeError:
            return None
    return value if isinstance(value, dict) else None


def _printed(line: Json, timestamp: Any, place: Place) -> LogEvent:
    """What the runtime printed, which is no OpenTelemetry record."""
    time_ms = milliseconds(timestamp, "timestamp")
    return LogEvent(group=place.group, stream="", event_id=place.next_id(), time_ms=time_ms, message=compact(line))


def _span(span: Json, place: Place) -> LogEvent:
    is_span = "startTimeUnixNano" in span
    time = span.get("startTimeUnixNano") or span.get("timeUnixNano") or span.get("observedTimeUnixNano")
    return LogEvent(
        source="otlp",
        group=place.group,
        stream=str(span.get("traceId") or ""),
        event_id=str(span.get("spanId") or place.next_id()) if is_span else place.next_id(),
        time_ms=_start_ms(time),
        message=compact(span),
    )


def jaeger(document: Json, place: Place) -> Iterator[LogEvent] | None:
    """What Jaeger's UI and API give: `data[]`, each with its spans and the processes they ran in."""
    data = document.get("data")
    if (
        not isinstance(data, list)
        or not all(isinstance(trace, dict) and "spans" in trace for trace in data)
        or not data
    ):
        return None
    return (event for trace in data for event in _jaeger(trace, place))


def _jaeger(trace: Json, place: Place) -> Iterator[LogEvent]:
    processes = trace.get("processes") or {}
    for span in objects(trace["spans"], "spans"):
        yield LogEvent(
            source="otlp",
            group=place.group,
            stream=str(span.get("traceID") or trace.get("traceID") or ""),
            event_id=str(span.get("spanID") or place.next_id()),
            time_ms=_start_ms(span.get("startTime")),
            message=compact({"jaeger": {**span, "process": processes.get(span.get("processID"))}}),
        )


def xray(document: Json, place: Place) -> Iterator[LogEvent] | None:
    """`aws xray batch-get-traces` and `list-retrieved-traces`, or one trace of theirs."""
    traces = [document] if "Id" in document and {"Segments", "Spans"} & document.keys() else document.get("Traces")
    if not isinstance(traces, list):
        return None
    if unprocessed := document.get("UnprocessedTraceIds"):
        place.remarks["trace that X-Ray did not process (UnprocessedTraceIds)"] += len(unprocessed)
    if document.get("NextToken"):
        place.remarks["this is one page of several (it ends with a NextToken)"] += 1
    return (event for trace in objects(traces, "Traces") for event in _xray(trace, place))


def _xray(trace: Json, place: Place) -> Iterable[LogEvent]:
    if trace.get("LimitExceeded"):
        place.remarks["trace with more segments than X-Ray gives out (LimitExceeded)"] += 1
    for segment in objects(trace.get("Segments") or trace.get("Spans") or [], "Segments"):
        document = text(segment.get("Document"), "Document")
        yield segment_event(str(trace.get("Id") or ""), str(segment.get("Id") or place.next_id()), document)


def segment(document: Json, place: Place) -> Iterator[LogEvent] | None:
    """A segment document by itself, as an SDK sends it."""
    if not isinstance(document.get("trace_id"), str) or "start_time" not in document or "id" not in document:
        return None
    return iter((segment_event(document["trace_id"], str(document["id"]), compact(document)),))


def _start_ms(value: Any) -> int:
    ns = unix_ns(value)
    if ns is None:
        raise NotInForm(f"the start of a span is no time: {str(value)[:40]!r}")
    return ns // MS
