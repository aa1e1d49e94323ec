"""Execution logs of API Gateway (REST and WebSocket): many lines for one request, each led by its request id.

    (6f1c2a3b-...) Starting execution for request: 6f1c2a3b-...
    (6f1c2a3b-...) Endpoint response headers: {Date=Sun, 22 Nov 2026 07:31:02 GMT, x-amzn-RequestId=7f0c2a52-..., ...}
    (6f1c2a3b-...) Method completed with status: 502

Headers are no JSON. Values are cut at 1,024 characters, `[TRUNCATED]`; bodies are there only with data trace on.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from itk.model.evidence import ApiRequest, ErrorFact, LogEvent
from itk.model.ids import Id
from itk.reading.idtext import is_uuid, line_ids
from itk.reading.jsontext import inner
from itk.reading.logfields import decimal, evidence, whole
from itk.reading.timetext import MS

_LINE = re.compile(r"\(([A-Za-z0-9_=-]{8,64})\) (\S.*)", re.S)
_GROUP = re.compile(r"(?:.*/)?API-Gateway-Execution-Logs_([A-Za-z0-9]{1,32})/(.{1,128})$")
_KNOWN = re.compile(
    r"Extended Request Id:|Verifying Usage Plan|Starting (?:execution for request|authorizer)|HTTP Method:"
    r"|(?:Method|Endpoint) (?:request|response) |Sending request to |Received response\.|Successfully completed"
    r"|Method completed with status:|Lambda execution failed|Execution failed|Gateway response (?:type|body|headers)"
    r"|AWS Integration Endpoint RequestId|X-ray Tracing ID|API Key|Usage Plan check|Creating WebSocket|Closing"
)
_METHOD = re.compile(r"HTTP Method: ([A-Z]{3,10}), Resource Path: (\S{1,2048})")
_RECEIVED = re.compile(r"Received response\. (?:Status: (\d{3}), )?Integration latency: (\d{1,9}) ms")
_COMPLETED = re.compile(r"Method completed with status: (\d{3})")
_FUNCTION = re.compile(r"(arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_:$.-]{1,200})/invocations")
_INVOCATION = re.compile(
    r"(?:x-amzn-RequestId=|AWS Integration Endpoint RequestId ?: ?|Lambda request id: ?)([0-9a-f-]{36})", re.IGNORECASE
)
_REFUSED = re.compile(r"Gateway response type: (\w{1,64}) with status code: (\d{3})")
_BODY = re.compile(r"Method (request|response) body (?:before|after) transformations: ?", re.S)
_CUT = "[TRUNCATED]"


class _Said(NamedTuple):
    """What a line is about, and the fields that it fills."""

    phase: str
    fields: dict[str, Any]


class ApiGatewayExecution:
    """One line of a request's story."""

    name = "apigateway_execution"
    begins = "("
    keys: tuple[str, ...] = ()

    def read(self, event: LogEvent) -> tuple[ApiRequest, ...] | None:
        match = _LINE.match(event.message) if event.message[:1] == "(" and event.source != "agent_stream" else None
        place = _GROUP.match(event.group)
        if match is None or (place is None and not _KNOWN.match(match[2])):
            return None
        text = match[2].rstrip()
        said = _said(text)
        fields: dict[str, Any] = {"phase": said.phase, **said.fields, **_function(text)}
        return (
            ApiRequest(
                evidence=evidence(event, self.name),
                time_ns=event.time_ms * MS,
                api_request_id=match[1],
                api_id=place[1] if place else "",
                stage=place[2] if place else "",
                start_ns=event.time_ms * MS if said.phase == "start" else None,
                start_precision_ns=MS if said.phase == "start" else None,
                text=text,
                truncated=text.endswith(_CUT),
                ids=(Id("apigw_request_id", match[1]), *_ids(text)),
                **fields,
            ),
        )


def _said(text: str) -> _Said:
    if text.startswith("Starting execution for request"):
        return _Said("start", {})
    if (method := _METHOD.match(text)) is not None:
        return _Said("detail", {"method": method[1], "path": method[2]})
    if text.startswith("Sending request to "):
        return _Said("integration_request", {})
    if (received := _RECEIVED.match(text)) is not None:
        return _Said("integration_response", {"integration_latency_ms": decimal(received[2])})
    if (completed := _COMPLETED.match(text)) is not None:
        return _Said("end", {"status_code": whole(completed[1])})
    if text.startswith(("Lambda execution failed", "Execution failed")):
        return _Said("error", {"error": ErrorFact(type=_kind(text), message=text, origin="service")})
    if (refused := _REFUSED.match(text)) is not None:
        fact = ErrorFact(type=refused[1], message=text, origin="service")
        return _Said("error", {"status_code": whole(refused[2]), "error": fact})
    if (body := _BODY.match(text)) is not None:
        return _Said("detail", {body[1]: inner(text[body.end() :].removesuffix(_CUT)) or None})
    return _Said("detail", {})


def _kind(text: str) -> str:
    """`customer function error`, `configuration error`: what the gateway calls it."""
    said = re.search(r"due to (?:an? )?([a-z ]{1,40}?error)", text, re.IGNORECASE)
    return said[1] if said else "Execution failed"


def _function(text: str) -> dict[str, str]:
    """The function that was called, and its RequestId in the headers that it answered with."""
    found: dict[str, str] = {}
    if (arn := _FUNCTION.search(text)) is not None:
        found["function_arn"] = arn[1]
    request = _INVOCATION.search(text)
    if request is not None and is_uuid(request[1]) and not text.startswith("Method "):
        found["lambda_request_id"] = request[1]
    return found


def _ids(text: str) -> tuple[Id, ...]:
    request = _function(text).get("lambda_request_id")
    root = re.search(r"X-ray Tracing ID ?: ?(1-[0-9a-f]{8}-[0-9a-f]{24})", text)
    extra = (Id("xray_root", root[1]),) if root else ()
    return tuple(dict.fromkeys((*line_ids(text, {}, request), *extra)))


FORMAT = ApiGatewayExecution()
