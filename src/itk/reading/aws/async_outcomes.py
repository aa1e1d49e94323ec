"""What Lambda tells of an asynchronous invocation: in a destination's document, or in a dead letter's attributes."""

from __future__ import annotations

from typing import Any

from itk.model.evidence import AsyncOutcome, ErrorFact
from itk.reading.aws.received import Carrier
from itk.reading.idtext import line_ids
from itk.reading.jsontext import compact
from itk.reading.logfields import as_dict, text_of, whole
from itk.reading.timetext import unix_ns


def is_outcome(value: dict[str, Any]) -> bool:
    context = value.get("requestContext")
    return isinstance(context, dict) and all(text_of(context.get(k)) for k in ("condition", "functionArn", "requestId"))


def outcome(value: dict[str, Any], by: Carrier) -> AsyncOutcome:
    context, answered = as_dict(value.get("requestContext")), as_dict(value.get("responseContext"))
    response = value.get("responsePayload")
    said = as_dict(response)
    failed = context["condition"] != "Success"
    error = ErrorFact(
        type=text_of(said.get("errorType")) or text_of(answered.get("functionError")) or context["condition"],
        message=text_of(said.get("errorMessage")),
        stack="\n".join(map(str, s[:200])) if isinstance(s := said.get("stackTrace"), list) else text_of(s),
        origin="app" if said.get("errorType") else "platform",
    )
    return AsyncOutcome(
        evidence=by.evidence,
        time_ns=unix_ns(value.get("timestamp")) or by.time_ns,
        function_request_id=context["requestId"],
        function_arn=context["functionArn"],
        condition=context["condition"],
        attempts=whole(context.get("approximateInvokeCount")),
        request=value.get("requestPayload"),
        response=response,
        error=error if failed else None,
        inside=by.inside,
        request_id=by.request_id,
        ids=line_ids(compact(value), {}),
    )


def dead_letter(attributes: dict[str, str], body: Any, by: Carrier) -> AsyncOutcome | None:
    """What a function's own dead-letter queue holds: the event, and in the attributes whose it was and why."""
    request, code = attributes.get("RequestID"), attributes.get("ErrorCode")
    if not request or code is None:
        return None
    return AsyncOutcome(
        evidence=by.evidence,
        time_ns=by.time_ns,
        function_request_id=request,
        condition="DeadLetterQueue",
        request=body,
        error=ErrorFact(type=f"ErrorCode {code}", message=attributes.get("ErrorMessage", ""), origin="platform"),
        inside=by.inside,
        request_id=by.request_id,
        ids=line_ids(compact(body), {}),
    )
