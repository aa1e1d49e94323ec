"""Calls of models by Bedrock's invocation log: another view of a span that is there, or a call that nobody else saw."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from itk.model import ids
from itk.model.evidence import ModelCall
from itk.model.trace import Component, Join, Payload, Span, SpanEvent, SpanStatus
from itk.reading.aws.errors import is_throttle
from itk.stitch.draft import Draft
from itk.stitch.units import Record


def add_model_calls(draft: Draft, own: Sequence[Record]) -> None:
    """Fill the span that has the same request id; else draw the call where its own ids say, or show it as unplaced."""
    views = _views(draft)
    units = {unit.request_id: unit.span_id for unit in draft.units}
    for record in own:
        if not isinstance(call := record.observation, ModelCall):
            continue
        view = views.get(call.aws_request_id)
        caller = next((i.value for i in call.ids if i.kind == "lambda_request_id" and i.value in units), None)
        if view is not None:
            draft.spans[view] = _filled(draft.spans[view], call)
        elif caller is not None:
            join = Join(tier="exact", rule="lambda_request_id", detail=f"its metadata names RequestId {caller}")
            span = _span(call)
            views[call.aws_request_id] = span.span_id
            draft.put(span, units[caller], join)
        elif draft.receipt.target_type == "client":
            span = _span(call)
            views[call.aws_request_id] = span.span_id
            draft.put(span, draft.root_id, Join(tier="unresolved", rule="run_id", detail="no record says who called"))
        else:
            draft.unplaced.append(_loose(call))


def _views(draft: Draft) -> dict[str, str]:
    """Spans that saw a call of a model, by its request id; the model's own span before that of its caller."""
    found: dict[str, str] = {}
    for span in sorted(draft.spans.values(), key=lambda span: (span.component.type != "model", span.span_id)):
        if span.kind == "CLIENT" and "aws_request_id" in span.ids and span.span_id not in draft.calls:
            found.setdefault(span.ids["aws_request_id"], span.span_id)
    return found


def _filled(span: Span, call: ModelCall) -> Span:
    """The span keeps what it said itself: tokens that it counted are not counted again."""
    request, response = _payloads(call)
    return msgspec.structs.replace(
        span,
        request=span.request or request,
        response=span.response or response,
        usage=span.usage or call.usage,
        error=span.error or call.error,
        status=_status(call) if call.error is not None and span.status in ("ok", "unknown") else span.status,
        evidence=(*span.evidence, call.evidence),
    )


def _span(call: ModelCall) -> Span:
    """One moment is known, and perhaps how long it took; whether the moment is its start or its end is not."""
    request, response = _payloads(call)
    return Span(
        span_id=ids.span_id("model-call", call.aws_request_id),
        name=f"chat {call.model_id}",
        kind="CLIENT",
        component=Component("model", call.model_id),
        operation=call.operation,
        start_ns=call.time_ns,
        duration_ms=call.latency_ms,
        duration_source="reported" if call.latency_ms is not None else None,
        clock="service",
        status=_status(call),
        error=call.error,
        ids={i.kind: i.value for i in call.ids if i.kind not in ("run_id", "lambda_request_id")},
        request=request,
        response=response,
        usage=call.usage,
        evidence=(call.evidence,),
    )


def _status(call: ModelCall) -> SpanStatus:
    if call.error is None:
        return "ok"
    return "throttled" if is_throttle(call.error.type) else "error"


def _payloads(call: ModelCall) -> tuple[Payload | None, Payload | None]:
    both = (call.request, call.response)
    found = [None if value is None else Payload(value=value, truncated=call.truncated) for value in both]
    return found[0], found[1]


def _loose(call: ModelCall) -> SpanEvent:
    text = f"{call.operation} {call.model_id}, request id {call.aws_request_id}: no record says who called"
    return SpanEvent(time_ns=call.time_ns, name="model_call", text=text, body=call.response, evidence=call.evidence)
