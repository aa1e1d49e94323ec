"""OpenTelemetry spans: one tree a trace, tokens counted once, failed tools seen whatever stands above them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from benchmarks.claim import Claim, judged

from itk.model.trace import Span
from tests.corpus import Told


def _raw_spans(one: Told) -> Iterator[dict[str, Any]]:
    for event in one.sample.events:
        if '"spanId"' in event.message and event.message.startswith("{"):
            try:
                body = json.loads(event.message)
            except ValueError:
                continue
            if isinstance(body, dict) and "spanId" in body and "name" in body and "body" not in body:
                yield body


def of_traces(read: Sequence[Told]) -> Iterator[Claim]:
    raw = [(one, span) for one in read for span in _raw_spans(one)]
    by_trace: defaultdict[tuple[int, str], list[dict[str, Any]]] = defaultdict(list)
    for one, span in raw:
        by_trace[id(one), span["traceId"]].append(span)
    files = {id(one): one for one in read}
    traces = [(files[where], trace_id, spans) for (where, trace_id), spans in by_trace.items()]
    yield judged(
        "OpenTelemetry traces whose spans are all in one tree",
        ((f"{one.sample.path.name} {t}", len(_spans_of(one, t)) == len(spans)) for one, t, spans in traces),
    )
    yield judged(
        "OpenTelemetry traces whose tokens count once",
        (
            (
                f"{one.sample.path.name} {t}: {_counted(one, t):,}, stated {_tokens(spans):,}",
                _counted(one, t) == _tokens(spans),
            )
            for one, t, spans in traces
            if _tokens(spans)
        ),
    )
    failed = [(one, span) for one, span in raw if _tool_failed(span)]
    yield judged(
        "failed tools are failed spans, whatever stands above them",
        ((f"{one.sample.path.name} {span['name']}", _shown_failed(one, span)) for one, span in failed),
    )


def _spans_of(one: Told, trace_id: str) -> list[Span]:
    spans = (span for trace in one.traces for span in trace.spans)
    return [span for span in spans if span.parent_span_id and span.ids.get("otel_trace_id") == trace_id]


def _input_tokens(span: dict[str, Any]) -> int:
    said = span.get("attributes") or {}
    return int(said.get("gen_ai.usage.input_tokens") or 0) if isinstance(said, dict) else 0


def _tokens(spans: Sequence[dict[str, Any]]) -> int:
    """Of each chain of spans that report tokens, the innermost."""
    parents = {span["spanId"]: span.get("parentSpanId") for span in spans}
    above: set[str] = set()
    for span in spans:
        at = parents.get(span["spanId"]) if _input_tokens(span) else None
        while at and at not in above:
            above.add(at)
            at = parents.get(at)
    return sum(_input_tokens(span) for span in spans if span["spanId"] not in above)


def _counted(one: Told, trace_id: str) -> int:
    usages = (span.usage for span in _spans_of(one, trace_id))
    return sum(usage.input_tokens or 0 for usage in usages if usage is not None and usage.counted)


def _tool_failed(span: dict[str, Any]) -> bool:
    said = span.get("attributes") or {}
    is_tool = isinstance(said, dict) and (
        "gen_ai.tool.name" in said or said.get("gen_ai.operation.name") == "execute_tool"
    )
    return is_tool and (
        said.get("gen_ai.tool.status") == "error" or (span.get("status") or {}).get("code") in (2, "ERROR")
    )


def _shown_failed(one: Told, raw: dict[str, Any]) -> bool:
    shown = [
        span for span in _spans_of(one, raw["traceId"]) if span.component.type == "tool" and span.name == raw["name"]
    ]
    return any(span.status == "error" and span.error is not None for span in shown)
