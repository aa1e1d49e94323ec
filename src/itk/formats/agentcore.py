"""AgentCore's own log lines: what the runtime prints, and what the service logs of each request.

    {"timestamp":"2026-11-22T07:31:02.120Z","level":"INFO","message":"Invocation completed successfully (5.345s)",
     "logger":"bedrock_agentcore.app","requestId":"2f437955-...","sessionId":"cc8a8e69-..."}
    {"resource_arn":"arn:aws:bedrock-agentcore:...","event_timestamp":1795332662120,"request_id":"2f437955-...",
     "trace_id":"6747b2f6...","span_id":"...","operation":"InvokeAgentRuntime","body":{"request_payload":{...}}}

The `requestId` is that of the call of AgentCore, not of a Lambda function. Service logs hold request and answer; their
`trace_id` and `traceId` may differ, and the ids in snake case are those of the service's own span.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from itk.model.evidence import ErrorFact, Line, LogEvent, TracedMessage
from itk.model.ids import Id
from itk.reading.aws.agentcore import of_agentcore
from itk.reading.idtext import line_ids, typed
from itk.reading.jsontext import compact, document, inner
from itk.reading.logfields import error_of, evidence, first, json_line, text_of
from itk.reading.timetext import MS, unix_ns
from itk.reading.tracetext import span_id_of, trace_id_of

Role = Literal["request", "response", ""]
_PAYLOADS: tuple[tuple[str, Role], ...] = (
    ("request_payload", "request"),
    ("requestPayload", "request"),
    ("response_payload", "response"),
    ("responsePayload", "response"),
    ("log", ""),
)


class AgentCore:
    """Lines of runtimes, gateways and memories."""

    name = "agentcore"
    begins = "{"
    keys = ("resource_arn", "timestamp")

    def read(self, event: LogEvent) -> tuple[TracedMessage | Line, ...] | None:
        body = document(event.message)
        if not isinstance(body, dict):
            return None
        if "resource_arn" in body and "event_timestamp" in body:
            return tuple(self._service(event, body))
        if "spanId" in body or not of_agentcore(event.group, body) or "timestamp" not in body:
            return None
        return (self._line(event, body),)

    def _line(self, event: LogEvent, body: dict[str, Any]) -> Line:
        """What the application printed. Nothing on it is Lambda's: the RequestId names the call of AgentCore."""
        line = json_line(event, self.name, body)
        return Line(
            evidence=line.evidence,
            time_ns=line.time_ns,
            level=line.level,
            text=line.text,
            body=line.body,
            service=line.service or text_of(body.get("logger")) or None,
            error=line.error,
            ids=tuple(_ids(event, body, first(body, ("requestId", "request_id")))),
        )

    def _service(self, event: LogEvent, body: dict[str, Any]) -> Iterator[TracedMessage | Line]:
        told = inner(body.get("body"))
        told = told if isinstance(told, dict) else {"log": told}
        time_ns = unix_ns(body.get("event_timestamp")) or event.time_ms * MS
        ids = tuple(_ids(event, body, body.get("request_id")))
        error = _error(told)
        trace_id = trace_id_of(first(body, ("trace_id", "traceId")))
        span_id = span_id_of(first(body, ("span_id", "spanId")))
        operation = text_of(body.get("operation"))
        parts = [(role, inner(told[key])) for key, role in _PAYLOADS if told.get(key) is not None]
        if not trace_id or not span_id:
            yield Line(
                evidence=evidence(event, self.name),
                time_ns=time_ns,
                level="ERROR" if error else None,
                text=" ".join([operation, *(compact(part) for _, part in parts)]).strip(),
                body=body,
                error=error,
                ids=ids,
            )
            return
        for role, part in parts or [("", operation)]:
            yield TracedMessage(
                evidence=evidence(event, self.name),
                time_ns=time_ns,
                trace_id=trace_id,
                span_id=span_id,
                name=operation,
                role=role,
                level="ERROR" if error else None,
                text=part if isinstance(part, str) else "",
                body=None if isinstance(part, str) else part,
                error=error,
                ids=ids,
            )


def _error(told: dict[str, Any]) -> ErrorFact | None:
    if told.get("isError") not in (True, "true"):
        return None
    answer = inner(first(told, ("response_payload", "responsePayload", "log")))
    found = error_of(answer) if isinstance(answer, dict) else None
    message = "" if answer is None else compact(answer)
    return found or ErrorFact(type="Error", message=message, origin="service")


def _ids(event: LogEvent, body: dict[str, Any], request: Any) -> Iterator[Id]:
    """Ids of the line, the request's among them under its own name."""
    session = first(body, ("sessionId", "session_id"))
    named = (typed("aws_request_id", request), typed("session_id", session))
    plain = (i for i in line_ids(event.message, body) if i.kind not in ("lambda_request_id", "session_id"))
    yield from dict.fromkeys(i for i in (*named, *plain) if i is not None)


FORMAT = AgentCore()
