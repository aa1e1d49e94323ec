"""Requests to an API: one span from the access log and the many lines of the execution log."""

from __future__ import annotations

from collections.abc import Sequence

from itk.model import ids
from itk.model.evidence import ApiRequest, ErrorFact
from itk.model.ids import Id
from itk.model.trace import Component, Join, Payload, Span, SpanEvent, SpanStatus
from itk.stitch.draft import Draft
from itk.stitch.units import Record

_THROTTLED, _SERVER_ERROR = 429, 500


def add_api_requests(draft: Draft, own: Sequence[Record]) -> None:
    """Each request under ITK's own, or under the call that a function logged."""
    requests: dict[str, list[ApiRequest]] = {}
    for record in own:
        if isinstance(entry := record.observation, ApiRequest):
            requests.setdefault(entry.api_request_id, []).append(entry)
    callers = {
        span.ids["apigw_request_id"]: span.span_id
        for span in draft.spans.values()
        if span.kind == "CLIENT" and "apigw_request_id" in span.ids and span.span_id != draft.root_id
    }
    for request_id, told in sorted(requests.items()):
        told.sort(key=lambda entry: (entry.time_ns, entry.phase != "start", entry.evidence.event_id))
        draft.put(_span(request_id, told), *_caller(draft, request_id, told, callers))


def _caller(draft: Draft, request_id: str, told: Sequence[ApiRequest], callers: dict[str, str]) -> tuple[str, Join]:
    mine = Id("apigw_request_id", request_id)
    if request_id in callers or mine in draft.receipt.ids:
        join = Join(
            tier="exact", rule="apigw_request_id", detail=f"the caller was answered API request id {request_id}"
        )
        return callers.get(request_id, draft.root_id), join
    roots = {i for entry in told for i in entry.ids if i.kind == "xray_root"} & set(draft.receipt.ids)
    if roots:
        detail = f"ITK sent X-Ray root {min(roots).value} with its request"
        return draft.root_id, Join(tier="exact", rule="xray_root", detail=detail)
    nobody = "its records name this run; who called the API is not proven"
    return draft.root_id, Join(tier="unresolved", rule="run_id", detail=nobody)


def _span(request_id: str, told: Sequence[ApiRequest]) -> Span:
    access = next((entry for entry in told if entry.phase == "access"), None)
    start, end = _first(told, "start"), _last(told, "end")
    began = access if access is not None and access.start_ns is not None else start
    start_ns = began.start_ns if began is not None else None
    took = access.latency_ms if access is not None else None
    end_ns = end.time_ns if end is not None else None
    if start_ns is not None and took is not None:
        end_ns = start_ns + int(took * 1e6)
    computed = (end_ns - start_ns) / 1e6 if took is None and start_ns is not None and end_ns is not None else None
    method, path = _said(told, "method"), _said(told, "path")
    status, error = _outcome(told, finished=access is not None or end is not None)
    steps = [entry for entry in told if entry.phase != "access"]
    return Span(
        span_id=ids.span_id("api", request_id),
        name=f"{method} {path}".strip() or "request",
        kind="SERVER",
        component=Component("api", _said(told, "api_id") or "api"),
        operation=method,
        start_ns=start_ns,
        end_ns=end_ns,
        duration_ms=took if took is not None else computed,
        duration_source="reported" if took is not None else "computed" if computed is not None else None,
        clock="service",
        time_precision_ns=began.start_precision_ns if began is not None else None,
        status=status,
        error=error,
        ids={i.kind: i.value for entry in reversed(told) for i in entry.ids if i.kind != "run_id"},
        request=_payload(told, "request"),
        response=_payload(told, "response"),
        events=tuple(SpanEvent(time_ns=e.time_ns, name="log", text=e.text, evidence=e.evidence) for e in steps),
        attributes=_attributes(told),
        evidence=(access.evidence,) if access is not None else (told[0].evidence,),
    )


def _outcome(told: Sequence[ApiRequest], *, finished: bool) -> tuple[SpanStatus, ErrorFact | None]:
    """An answer of 4xx is an answer, unless the gateway itself refused; 5xx is none."""
    code = next((entry.status_code for entry in reversed(told) if entry.status_code is not None), None)
    error = next((entry.error for entry in told if entry.error is not None), None)
    if code == _THROTTLED:
        return "throttled", error or ErrorFact(type="429", origin="service")
    if error is not None or (code is not None and code >= _SERVER_ERROR):
        return "error", error or ErrorFact(type=str(code), origin="service")
    return ("ok" if finished else "incomplete"), None


def _attributes(told: Sequence[ApiRequest]) -> dict[str, object]:
    code = next((entry.status_code for entry in reversed(told) if entry.status_code is not None), None)
    latency = next((e.integration_latency_ms for e in told if e.integration_latency_ms is not None), None)
    found = {
        "http.response.status_code": code,
        "aws.api_gateway.stage": _said(told, "stage") or None,
        "aws.api_gateway.integration_latency_ms": latency,
        "aws.api_gateway.function_arn": _said(told, "function_arn") or None,
    }
    return {key: value for key, value in found.items() if value is not None}


def _first(told: Sequence[ApiRequest], phase: str) -> ApiRequest | None:
    return next((entry for entry in told if entry.phase == phase), None)


def _last(told: Sequence[ApiRequest], phase: str) -> ApiRequest | None:
    return next((entry for entry in reversed(told) if entry.phase == phase), None)


def _said(told: Sequence[ApiRequest], field: str) -> str:
    return next((value for entry in told if (value := getattr(entry, field))), "")


def _payload(told: Sequence[ApiRequest], side: str) -> Payload | None:
    found = next((entry for entry in told if getattr(entry, side) is not None), None)
    return None if found is None else Payload(value=getattr(found, side), truncated=found.truncated)
