"""What recorded spans add to the spans that they are views of, and what a span of their own looks like."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from itk.model.evidence import Evidence, TracedEvent, TracedSpan
from itk.model.trace import COMPONENT_TYPES, Attempt, Component, Faas, Payload, Span, SpanEvent
from itk.stitch.ownership.traces import PHASES, is_lambda
from itk.stitch.tracing.nodes import Node

_COLD = frozenset(("Initialization", "Restore"))
_BAD = ("error", "throttled", "timeout")


def new_span(span_id: str, nodes: Sequence[Node], within: Component | None) -> Span:
    """A span that only tracing knows. What has no component of its own is work of what it happened in."""
    entry = _main(nodes).entry
    kind = COMPONENT_TYPES.get(entry.component_type)
    component = Component(kind, entry.component_name, entry.component_id) if kind else within
    took = (entry.end_ns - entry.start_ns) / 1e6 if entry.start_ns is not None and entry.end_ns is not None else None
    told = entry.attributes.get("itk.duration_ms")  # of a span that says how long, and not when
    return Span(
        span_id=span_id,
        name=_name(entry),
        kind=entry.kind,
        component=component or Component("service", entry.service or "unknown"),
        operation=entry.operation or ("Invoke" if is_lambda(entry) else ""),
        start_ns=entry.start_ns,
        end_ns=entry.end_ns,
        duration_ms=told if took is None else took,
        duration_source="computed" if took is not None else "reported" if told is not None else None,
        clock="platform" if entry.origin == "AWS::Lambda" or entry.inferred else "runtime",
        status=entry.status,
        error=entry.error,
        ids={**{i.kind: i.value for i in entry.ids}, "otel_trace_id": entry.trace_id},
        faas=Faas() if is_lambda(entry) else None,
    )


def enriched(span: Span, nodes: Sequence[Node], *, silent: bool) -> Span:
    """`span` with what its views know beside it. What the span says of itself stays.

    `silent`: its invocation served others too, so what the views say in words may be about them.
    """
    main = _main(nodes).entry
    seen = [*span.evidence, *(e for node in nodes for e in node.evidence)]
    span = msgspec.structs.replace(span, evidence=tuple(dict.fromkeys(seen)))
    if span.faas is not None:
        span = msgspec.structs.replace(span, faas=_faas(span.faas, nodes))
    told = () if silent else [node for node in nodes if not node.view]
    retries = next((node.entry.retries for node in nodes if node.entry.retries), None)
    return msgspec.structs.replace(
        span,
        **_times(span, main),
        attempt=span.attempt or (Attempt(n=retries + 1, kind="sdk") if retries else None),
        usage=span.usage or next((node.entry.usage for node in told if node.entry.usage), None),
        request=span.request or _payload(told, "request"),
        response=span.response or _payload(told, "response"),
        attributes={**_attributes([node for node in told if node.entry.name not in PHASES]), **span.attributes},
        events=(*span.events, *(event for node in nodes for event in _events(span, node, node in told))),
    )


def _main(nodes: Sequence[Node]) -> Node:
    """The view that speaks for all: what Lambda recorded before its caller, a record before what X-Ray inferred."""
    ranked = [node for node in nodes if node.entry.request_id and is_lambda(node.entry)]
    ranked += [node for node in nodes if not node.entry.inferred and node.entry.name not in PHASES]
    return ranked[0] if ranked else nodes[0]


def _name(entry: TracedSpan) -> str:
    if is_lambda(entry):
        return f"invoke {entry.component_name}"
    if entry.system == "xray" and entry.operation:
        return f"{entry.operation} {entry.component_name}"
    return entry.name


def _times(span: Span, entry: TracedSpan) -> dict[str, Any]:
    """Only where nobody else said them; a span that was not seen to end stays so."""
    found: dict[str, Any] = {}
    if span.start_ns is None and span.status != "incomplete":
        found["start_ns"] = entry.start_ns
    if span.end_ns is None and span.status != "incomplete":
        found["end_ns"] = entry.end_ns
    if span.status == "unknown":
        found |= {"status": entry.status, "error": span.error or entry.error}
    return found


def _faas(faas: Faas, nodes: Sequence[Node]) -> Faas:
    """A cold start, by its phase or as the function said; what the platform reported stays."""
    phase = next((node.entry for node in nodes if node.entry.name in _COLD and node.entry.end_ns is not None), None)
    told = next((node.entry.cold_start for node in nodes if node.entry.cold_start is not None), None)
    init_ms = faas.init_ms
    if init_ms is None and phase is not None and phase.start_ns is not None and phase.end_ns is not None:
        init_ms = (phase.end_ns - phase.start_ns) / 1e6
    cold = faas.cold_start
    if cold is None:
        cold = True if phase is not None else told
    return msgspec.structs.replace(faas, cold_start=cold, init_ms=init_ms)


def _payload(nodes: Sequence[Node], part: str) -> Payload | None:
    value = next((value for node in nodes if (value := getattr(node.entry, part)) is not None), None)
    return None if value is None else Payload(value=value)


def _attributes(nodes: Sequence[Node]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for node in nodes:
        for key, value in node.entry.attributes.items():
            found.setdefault(key, value)
        if node.entry.model_id:
            found.setdefault("gen_ai.request.model", node.entry.model_id)
    return found


def _events(span: Span, node: Node, told: bool) -> list[SpanEvent]:
    """Phases of an invocation; what was recorded within the span; an error of a span that says it went well."""
    entry, seen = node.entry, node.evidence[0]
    found: list[SpanEvent] = []
    if entry.name in PHASES and entry.start_ns is not None:
        took = f"{(entry.end_ns - entry.start_ns) / 1e6:g} ms" if entry.end_ns is not None else ""
        found.append(SpanEvent(time_ns=entry.start_ns, name=entry.name, text=took, evidence=seen))
    if not told:
        return found
    found.extend(_event(event, seen) for event in entry.events)
    if entry.error is not None and entry.start_ns is not None and span.status not in (*_BAD, "unknown"):
        text = f"{entry.error.type}: {entry.error.message}".strip(": ")
        at = entry.end_ns if entry.end_ns is not None else entry.start_ns
        found.append(SpanEvent(time_ns=at, name="error", level="ERROR", text=text, evidence=seen))
    return found


def _event(event: TracedEvent, seen: Evidence) -> SpanEvent:
    return SpanEvent(time_ns=event.time_ns, name=event.name, body=event.attributes or None, evidence=seen)
