"""What Lambda told of asynchronous invocations, in a destination or a dead-letter queue: how the story ended."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from itk.model import ids
from itk.model.evidence import AsyncOutcome
from itk.model.trace import Attempt, Component, Join, Payload, Span, SpanStatus
from itk.stitch.draft import Draft
from itk.stitch.units import Record


def add_outcomes(draft: Draft, own: Sequence[Record]) -> None:
    """Attempts, error and payloads on the last attempt of the invocation; a span for it where its log never came."""
    last = {unit.request_id: unit.occurrence for unit in sorted(draft.units, key=lambda unit: unit.occurrence)}
    for record in own:
        if not isinstance(told := record.observation, AsyncOutcome) or told.function_request_id in draft.outcomes:
            continue
        request_id = told.function_request_id
        draft.outcomes[request_id] = told
        span_id = draft.final(ids.span_id("lambda", request_id, last.get(request_id, 1)))
        if request_id in last:
            draft.spans[span_id] = _filled(draft.spans[span_id], told)
        elif request_id == draft.root.ids.get("lambda_request_id"):
            draft.merge_into_root(_span(span_id, told))
        else:
            draft.put(_span(span_id, told), *_caller(draft, request_id))


def _filled(span: Span, told: AsyncOutcome) -> Span:
    attempt = span.attempt or (Attempt(n=1, kind="lambda_async") if (told.attempts or 0) > 1 else None)
    return msgspec.structs.replace(
        span,
        attempt=msgspec.structs.replace(attempt, of=told.attempts) if attempt is not None else None,
        request=span.request or _payload(told.request),
        response=span.response or _payload(told.response),
        error=span.error or told.error,
        status=_status(told) if span.status in ("unknown", "incomplete") else span.status,
        attributes={**span.attributes, **_attributes(told)},
        evidence=(*span.evidence, told.evidence),
    )


def _span(span_id: str, told: AsyncOutcome) -> Span:
    """Its times are unknown: the document tells when it was written."""
    name = told.function_arn.partition(":function:")[2].partition(":")[0] or "function"
    return Span(
        span_id=span_id,
        name=f"invoke {name}",
        kind="SERVER",
        component=Component("lambda", name, told.function_arn),
        operation="Invoke",
        status=_status(told),
        error=told.error,
        ids={"lambda_request_id": told.function_request_id},
        attempt=Attempt(n=told.attempts, of=told.attempts, kind="lambda_async") if told.attempts else None,
        request=_payload(told.request),
        response=_payload(told.response),
        attributes=_attributes(told),
        evidence=(told.evidence,),
    )


def _caller(draft: Draft, request_id: str) -> tuple[str, Join]:
    for span in draft.spans.values():
        if span.kind == "CLIENT" and span.ids.get("lambda_request_id") == request_id:
            detail = f"the caller names RequestId {request_id}"
            return span.span_id, Join(tier="exact", rule="lambda_request_id", detail=detail)
    nobody = "what Lambda told of it names this run; who called it is not proven"
    return draft.root_id, Join(tier="unresolved", rule="run_id", detail=nobody)


def _status(told: AsyncOutcome) -> SpanStatus:
    return "ok" if told.error is None else "error"


def _attributes(told: AsyncOutcome) -> dict[str, object]:
    return {"aws.lambda.destination.condition": told.condition} if told.condition else {}


def _payload(value: object) -> Payload | None:
    return None if value is None else Payload(value=value)
