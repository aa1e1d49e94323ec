"""Requests to API Gateway and to function URLs: an address that ministack knows, ids that agree with the logs.

And AWS's own words when the function fails; ministack would show the caller the function's error.
"""

from __future__ import annotations

import contextvars
import json
import re
from dataclasses import dataclass, replace
from typing import Any

from itk.sandbox.server import http

_HOST = re.compile(r"([a-z0-9]+)\.execute-api\..+|[a-z0-9]+\.lambda-url\..+")
_PATH = re.compile(r"/_aws/(execute-api|lambda-url)/.*|/restapis/[^/]+/[^/]+/_user_request_(/.*)?")


@dataclass(slots=True)
class Passage:
    """What the function behind the door saw and did; filled while it runs."""

    request_id: str = ""
    trace_header: str = ""
    failed: bool = False


# Set around one request through the door; ministack copies the context into its worker thread.
PASSAGE: contextvars.ContextVar[Passage | None] = contextvars.ContextVar("itk_passage", default=None)


def is_for(request: http.Request) -> bool:
    return bool(_HOST.fullmatch(request.headers.get("host", "")) or _PATH.fullmatch(request.path))


def addressed(request: http.Request, own_host: str) -> http.Request:
    """API Gateway is reached by any `ID.execute-api.` name; ministack knows it by its own only."""
    found = _HOST.fullmatch(request.headers.get("host", ""))
    if not found or not found[1]:
        return request
    host = f"{found[1]}.execute-api.{own_host}".encode()
    others = [(name, value) for name, value in request.scope["headers"] if name.lower() != b"host"]
    return replace(request, scope={**request.scope, "headers": [*others, (b"host", host)]})


def request_id_in(event: Any) -> str:
    """The requestContext of an HTTP event names the request."""
    context = event.get("requestContext") if isinstance(event, dict) else None
    return str(context.get("requestId") or "") if isinstance(context, dict) else ""


def invocation_id_in(event: Any) -> str:
    """A function URL's request id is the RequestId of the invocation; API Gateway's is its own."""
    return request_id_in(event) if _is_from_url(event) else ""


def trace_header_in(event: Any) -> str:
    """The trace header that an HTTP event came with."""
    headers = event.get("headers") if isinstance(event, dict) and request_id_in(event) else None
    return str(headers.get("x-amzn-trace-id") or "") if isinstance(headers, dict) else ""


def with_trace_header(event: Any, header: str) -> Any:
    """ministack gives each event of a function URL a trace of its own, whatever the caller sent."""
    if not header or not _is_from_url(event):
        return event
    return {**event, "headers": {**event["headers"], "x-amzn-trace-id": header}}


def _is_from_url(event: Any) -> bool:
    context = event.get("requestContext") if isinstance(event, dict) else None
    return isinstance(context, dict) and ".lambda-url." in str(context.get("domainName"))


def answering(send: http.Send, passage: Passage) -> http.Send:
    """Hold ministack's answer back until it is whole, and say it as AWS would."""
    start: dict[str, Any] = {}
    body = bytearray()

    async def whole(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
            return
        body.extend(message.get("body", b""))
        if message.get("more_body"):
            return
        headers = {name.lower(): value for name, value in start["headers"]}
        is_http_api = b"apigw-requestid" in headers
        is_url = b"x-amzn-trace-id" in headers  # only function URLs answer with it here
        status, said = _failure(is_http_api, is_url) if passage.failed else (start["status"], bytes(body))
        if passage.request_id:
            named = b"apigw-requestid" if is_http_api else b"x-amzn-requestid"
            headers = {**headers, named: passage.request_id.encode()}
            headers.pop(b"x-amz-request-id", None)
        if is_url and passage.trace_header:
            headers[b"x-amzn-trace-id"] = passage.trace_header.encode()
        headers.pop(b"content-length", None)
        await http.reply(send, status, list(headers.items()), said)

    return whole


def _failure(is_http_api: bool, is_url: bool) -> tuple[int, bytes]:
    if is_http_api:
        return 500, json.dumps({"message": "Internal Server Error"}).encode()
    if is_url:
        return 502, b"Internal Server Error"
    return 502, json.dumps({"message": "Internal server error"}).encode()
