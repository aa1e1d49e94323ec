"""OpenTelemetry log records that name a span: prompts and answers of an agent on AgentCore, and its own log lines.

    {"resource":{...},"scope":{"name":"opentelemetry.instrumentation.botocore.bedrock-runtime"},
     "timeUnixNano":1795332662120000000,"body":{"content":[{"text":"Where is it?"}]},
     "attributes":{"event.name":"gen_ai.user.message"},"traceId":"6747b2f6...","spanId":"53995c3f42cd8ad8"}

Spans hold no prompts: these records do, in the log group of the runtime, stream `otel-rt-logs`. Strands and LangChain
put input and output into one record, with JSON in strings: that is a request and a response.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from itk.model.evidence import Line, LogEvent, TracedMessage
from itk.model.ids import Id
from itk.reading.idtext import run_ids, typed
from itk.reading.jsontext import compact, document, inner
from itk.reading.logfields import evidence, first, level_of, text_of, whole
from itk.reading.otel.attributes import any_value, attributes
from itk.reading.timetext import MS
from itk.reading.tracetext import span_id_of, trace_id_of, xray_root_of

_OPEN_DEPTH = 6

Part = tuple[Literal["request", "response", ""], Any]


class OtelLog:
    """Log records of OpenTelemetry; without a span they are lines."""

    name = "otel_log"
    begins = "{"
    keys = ("timeUnixNano", "observedTimeUnixNano")

    def read(self, event: LogEvent) -> tuple[TracedMessage | Line, ...] | None:
        if "imeUnixNano" not in event.message:
            return None
        found = document(event.message)
        if not isinstance(found, dict) or "body" not in found:
            return None
        time_ns = whole(first(found, ("timeUnixNano", "observedTimeUnixNano"))) or None
        if time_ns is None and "observedTimeUnixNano" not in found and "timeUnixNano" not in found:
            return None
        said = attributes(found.get("attributes"))
        time_ns = time_ns or event.time_ms * MS
        trace_id, span_id = trace_id_of(found.get("traceId")), span_id_of(found.get("spanId"))
        if not trace_id or not span_id:
            return (self._line(event, found, time_ns),)
        name = text_of(said.get("event.name")) or text_of(found.get("eventName"))
        return tuple(
            TracedMessage(
                evidence=evidence(event, self.name),
                time_ns=time_ns,
                trace_id=trace_id,
                span_id=span_id,
                name=name,
                role=role,
                level=_level(found),
                text=body if isinstance(body, str) else "",
                body=None if isinstance(body, str) else body,
                ids=tuple(_ids(event.message, said, trace_id)),
            )
            for role, body in _parts(name, opened(any_value(found.get("body"))))
        )

    def _line(self, event: LogEvent, found: dict[str, Any], time_ns: int) -> Line:
        body = any_value(found.get("body"))
        return Line(
            evidence=evidence(event, self.name),
            time_ns=time_ns,
            level=_level(found),
            text=compact(body) if body is not None else "",
            body=None if isinstance(body, str) else body,
            ids=run_ids(event.message),
        )


def opened(value: Any, depth: int = 0) -> Any:
    """`value` with JSON in strings read, as Strands nests it: `{"content": "[{\\"text\\": \\"Hello\\"}]"}`."""
    if depth > _OPEN_DEPTH:
        return value
    value = inner(value)
    if isinstance(value, dict):
        return {key: opened(each, depth + 1) for key, each in value.items()}
    return [opened(each, depth + 1) for each in value] if isinstance(value, list) else value


def _parts(name: str, body: Any) -> Iterator[Part]:
    """What was asked and what was answered: one of them, both in one record, or neither."""
    asked = body.get("input") if isinstance(body, dict) else None
    answered = body.get("output") if isinstance(body, dict) else None
    if isinstance(asked, dict) or isinstance(answered, dict):
        if isinstance(asked, dict):
            yield "request", asked.get("messages", asked)
        if isinstance(answered, dict):
            yield "response", answered.get("messages", answered)
    elif name.startswith("gen_ai."):
        yield ("response" if name == "gen_ai.choice" else "request"), body
    else:
        yield "", body


def _level(found: dict[str, Any]) -> str | None:
    return level_of(found.get("severityText"))


def _ids(text: str, said: dict[str, Any], trace_id: str) -> Iterator[Id]:
    yield from run_ids(text)
    session = typed("session_id", said.get("session.id"))
    if session is not None:
        yield session
    yield xray_root_of(trace_id)


FORMAT = OtelLog()
