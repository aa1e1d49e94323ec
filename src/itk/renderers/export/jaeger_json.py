"""Jaeger's own JSON: what its page offers as a download and opens under "Upload", without a server that converts it.

Its times are integers of microseconds, so up to 999 ns of each are cut off: the digits are in the OTLP export.
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

_JS_SAFE = 2**53  # Jaeger's page reads numbers as JavaScript does


class JaegerJson:
    """One process for each component; doubts and bounds are warnings, which Jaeger marks in its timeline."""

    name = "jaeger"

    def render(self, run: RedactedRun) -> Sequence[Artifact]:
        return (Artifact(path=files.JAEGER, content=json_form.line(document(run.result)) + b"\n"),)


def document(result: RunResult) -> dict[str, Any]:
    trace_id = spans.trace_id(result.trace)
    found = spans.exported(result)
    groups = spans.by_component(found)
    process_of = {each.span_id: f"p{n}" for n, group in enumerate(groups, 1) for each in group}
    processes = {
        f"p{n}": _process(attributes.of_component(group[0].span.component, result.environment))
        for n, group in enumerate(groups, 1)
    }
    written = [_span(each, trace_id, process_of[each.span_id]) for each in found]
    return {"data": [{"traceID": trace_id, "spans": written, "processes": processes}]}


def _process(found: Attributes) -> dict[str, Any]:
    return {
        "serviceName": found["service.name"],
        "tags": _tags({k: v for k, v in found.items() if k != "service.name"}),
    }


def _span(each: Exported, trace_id: str, process: str) -> dict[str, Any]:
    span, start = each.span, each.bound.start_ns // 1000
    links: Attributes = {
        f"itk.link.{n}": f"{link.reason} {other}, {link.tier}" for n, (other, link) in enumerate(each.links, 1)
    }
    code: Attributes = {"otel.status_code": "ERROR", "error": True} if each.failed else {}
    return {
        "traceID": trace_id,
        "spanID": each.span_id,
        "operationName": span.name or span.operation or "(no name)",
        "references": _references(each, trace_id),
        "startTime": start,
        "duration": each.bound.end_ns // 1000 - start,
        "tags": _tags({"span.kind": span.kind.lower(), **code, **links, **each.attributes}),
        "logs": [
            {"timestamp": event.time_ns // 1000, "fields": _tags({"event": event.name, **event.attributes})}
            for event in each.events
        ],
        "processID": process,
        "warnings": list(each.warnings) or None,
    }


def _references(each: Exported, trace_id: str) -> list[dict[str, str]]:
    """Jaeger hangs a span under the first reference that it finds, of either type.

    So links follow a parent that is there, and are tags alone where none is: nobody is made a parent by a link.
    """
    parent = [("CHILD_OF", each.parent_id)] if each.parent_id else []
    links = [("FOLLOWS_FROM", other) for other, _ in each.links] if each.has_parent else []
    return [{"refType": kind, "traceID": trace_id, "spanID": other} for kind, other in (*parent, *links)]


def _tags(found: Attributes) -> list[dict[str, Any]]:
    return [{"key": key, **_typed(value)} for key, value in found.items()]


def _typed(value: Value) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"type": "bool", "value": value}
    if isinstance(value, int) and abs(value) < _JS_SAFE:
        return {"type": "int64", "value": value}
    if isinstance(value, float):
        return {"type": "float64", "value": value}
    return {"type": "string", "value": value if isinstance(value, str) else json_form.line(value).decode()}
