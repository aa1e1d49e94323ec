"""OTLP/JSON: one `ExportTraceServiceRequest` on one line, as OpenTelemetry's collector, Jaeger and others take it.

The JSON mapping is protobuf's, but for ids, which are hex: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from itk.model.run import RedactedRun, RunResult
from itk.ports import Artifact
from itk.renderers import files, json_form
from itk.renderers.export import attributes, spans
from itk.renderers.export.attributes import Attributes, Value
from itk.renderers.export.spans import Exported

KINDS = {"INTERNAL": 1, "SERVER": 2, "CLIENT": 3, "PRODUCER": 4, "CONSUMER": 5}
UNSET, OK, ERROR = 0, 1, 2


class OtlpJson:
    """One resource for each component, one scope: ITK, which saw nothing itself but what the evidence says."""

    name = "otlp"

    def render(self, run: RedactedRun) -> Sequence[Artifact]:
        return (Artifact(path=files.OTLP, content=json_form.line(request(run.result)) + b"\n"),)


def request(result: RunResult) -> dict[str, Any]:
    trace_id = spans.trace_id(result.trace)
    scope = {"name": "itk", "version": result.environment.itk_version}
    return {
        "resourceSpans": [
            {
                "resource": {
                    "attributes": _pairs(attributes.of_component(group[0].span.component, result.environment))
                },
                "scopeSpans": [{"scope": scope, "spans": [_span(each, trace_id) for each in group]}],
            }
            for group in spans.by_component(spans.exported(result))
        ]
    }


def _span(each: Exported, trace_id: str) -> dict[str, Any]:
    span = each.span
    parent = {"parentSpanId": each.parent_id} if each.parent_id else {}
    return {
        "traceId": trace_id,
        "spanId": each.span_id,
        **parent,
        "name": span.name or span.operation or "(no name)",
        "kind": KINDS[span.kind],
        "startTimeUnixNano": str(each.bound.start_ns),
        "endTimeUnixNano": str(each.bound.end_ns),
        "attributes": _pairs(each.attributes),
        "events": [
            {"timeUnixNano": str(event.time_ns), "name": event.name, "attributes": _pairs(event.attributes)}
            for event in each.events
        ],
        "links": [
            {"traceId": trace_id, "spanId": other, "attributes": _pairs(attributes.of_link(link))}
            for other, link in each.links
        ],
        "status": _status(each),
    }


def _status(each: Exported) -> dict[str, Any]:
    """Nobody said how it ended: unset."""
    if not each.failed:
        return {"code": OK if each.span.status == "ok" else UNSET}
    return {"code": ERROR, "message": (each.span.error.message if each.span.error else "") or each.span.status}


def _pairs(found: Attributes) -> list[dict[str, Any]]:
    return [{"key": key, "value": _any(value)} for key, value in found.items()]


def _any(value: Value) -> dict[str, Any]:
    if isinstance(value, list):
        return {"arrayValue": {"values": [_any(item) for item in value]}}
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    return {"doubleValue": value} if isinstance(value, float) else {"stringValue": value}
