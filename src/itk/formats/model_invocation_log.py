"""Bedrock's log of model calls: what was asked and answered, the tokens, and the request id of the call.

    {"schemaType":"ModelInvocationLog","requestId":"a1b2...","operation":"Converse","modelId":"...","input":{...},...}
    {"schemaType":"ModelInvocationLog","requestId":"a1b2...","operation":"ConverseStream","errorCode":"ThrottlingException",...}

No trace, and one moment without saying whether it is the start or the end. A streamed answer is a list of its events;
bodies that are too large are in S3, and only their path is here.
"""

from __future__ import annotations

from typing import Any

from itk.model.evidence import ErrorFact, LogEvent, ModelCall, Usage
from itk.model.ids import Id
from itk.reading.idtext import line_ids
from itk.reading.jsontext import document
from itk.reading.logfields import decimal, evidence, text_of, whole
from itk.reading.timetext import MS, unix_ns

_EVENTS_MAX = 20_000
_WORDS = (  # where each family of models puts the next words of its answer
    ("contentBlockDelta", "delta", "text"),
    ("delta", "text"),
    ("outputText",),
    ("generation",),
    ("completion",),
    ("text",),
)


class ModelInvocationLog:
    """Records with `schemaType`."""

    name = "model_invocation_log"
    begins = "{"
    keys = ("schemaType",)

    def read(self, event: LogEvent) -> tuple[ModelCall, ...] | None:
        body = document(event.message) if "ModelInvocationLog" in event.message else None
        if not isinstance(body, dict) or body.get("schemaType") != "ModelInvocationLog":
            return None
        asked, answered = _part(body, "input"), _part(body, "output")
        time_ns = unix_ns(body.get("timestamp"))
        code = text_of(body.get("errorCode"))
        request = text_of(body.get("requestId"))
        ids = (Id("aws_request_id", request),) if request else ()
        return (
            ModelCall(
                evidence=evidence(event, self.name),
                time_ns=event.time_ms * MS if time_ns is None else time_ns,
                aws_request_id=request,
                operation=text_of(body.get("operation")),
                model_id=text_of(body.get("modelId")),
                usage=_usage(asked, answered),
                latency_ms=_latency(answered.get("outputBodyJson")),
                request=asked.get("inputBodyJson"),
                response=_answer(answered.get("outputBodyJson")),
                truncated="inputBodyS3Path" in asked or "outputBodyS3Path" in answered,
                error=ErrorFact(type=code, message=text_of(body.get("errorMessage")), origin="service")
                if code
                else None,
                ids=(*ids, *line_ids(event.message, _part(body, "requestMetadata"))),
            ),
        )


def _part(body: dict[str, Any], key: str) -> dict[str, Any]:
    value = body.get(key)
    return value if isinstance(value, dict) else {}


def _usage(asked: dict[str, Any], answered: dict[str, Any]) -> Usage | None:
    both = {**answered, **asked}
    usage = Usage(
        input_tokens=whole(both.get("inputTokenCount")),
        output_tokens=whole(both.get("outputTokenCount")),
        cache_read_tokens=whole(both.get("cacheReadInputTokenCount")),
        cache_write_tokens=whole(both.get("cacheWriteInputTokenCount")),
    )
    return None if usage == Usage() else usage


def _answer(body: Any) -> Any:
    """A streamed answer as the text that it says; one without words, such as a call of a tool, as it is."""
    if not isinstance(body, list):
        return body
    words = [_word(event) for event in body[:_EVENTS_MAX]]
    return "".join(words) or body


def _word(event: Any) -> str:
    for path in _WORDS:
        value = event
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        if isinstance(value, str):
            return value
    return ""


def _latency(body: Any) -> float | None:
    """`metrics.latencyMs`, which only the Converse API answers with; the last event of a stream holds it."""
    for event in reversed(body[-3:]) if isinstance(body, list) else (body,):
        for holder in (event, event.get("metadata")) if isinstance(event, dict) else ():
            metrics = holder.get("metrics") if isinstance(holder, dict) else None
            if isinstance(metrics, dict):
                return decimal(metrics.get("latencyMs"))
    return None


FORMAT = ModelInvocationLog()
