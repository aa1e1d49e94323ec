"""The little of ASGI that the sandbox needs: read a whole request, answer once, hand a request on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Request:
    scope: Scope
    body: bytes
    headers: Mapping[str, str]

    @property
    def method(self) -> str:
        return str(self.scope["method"])

    @property
    def path(self) -> str:
        return str(self.scope["path"])

    @property
    def query(self) -> str:
        return bytes(self.scope.get("query_string", b"")).decode("latin-1")


async def read(scope: Scope, receive: Receive) -> Request:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = bool(message.get("more_body")) and message["type"] == "http.request"
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    return Request(scope, body, headers)


async def reply(send: Send, status: int, headers: Headers, body: bytes) -> None:
    size = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, size]})
    await send({"type": "http.response.body", "body": body})


async def reply_json(send: Send, content: object, status: int = 200, headers: Headers | None = None) -> None:
    kind = [(b"content-type", b"application/json")]
    await reply(send, status, [*kind, *(headers or [])], json.dumps(content).encode())


async def forward(app: App, request: Request, receive: Receive, send: Send) -> None:
    """Let another app answer a request whose body was already read."""
    given = False

    async def again() -> dict[str, Any]:
        nonlocal given
        if not given:
            given = True
            return {"type": "http.request", "body": request.body, "more_body": False}
        return await receive()

    await app(request.scope, again, send)


def watched(send: Send, on_answer: Callable[[int, Mapping[str, str], bytes], None]) -> Send:
    """Tell what was answered: status, headers, and the first piece of the body."""
    start: dict[str, Any] = {}

    async def watching(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        elif start:
            headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in start["headers"]}
            on_answer(start["status"], headers, message.get("body", b""))
            start.clear()
        await send(message)

    return watching


async def stream(send: Send, headers: Headers, pieces: asyncio.Queue[bytes | None]) -> None:
    """Send pieces as they come; None ends the answer."""
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    while (piece := await pieces.get()) is not None:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
