"""S3 event records name the request that caused them, as its answer does; in ministack each has an id of its own."""

from __future__ import annotations

import contextvars
import secrets
from collections.abc import Callable
from typing import Any

from itk.sandbox.server import http
from itk.sandbox.server.ministack_names import Ministack

# The id of the S3 request that is being answered; ministack copies the context into its worker thread.
REQUEST_ID: contextvars.ContextVar[str] = contextvars.ContextVar("itk_s3_request", default="")


def install(ministack: Ministack) -> None:
    ministack.wrap_s3_event(_naming_the_request)


def new_request_id() -> str:
    """S3 writes its ids so."""
    return secrets.token_hex(8).upper()


def _naming_the_request(fire: Callable[..., Any]) -> Callable[..., Any]:
    def fire_event(*args: Any, record_extra: dict[str, Any] | None = None, **options: Any) -> Any:
        elements = {"x-amz-request-id": REQUEST_ID.get(), "x-amz-id-2": "EXAMPLE"}
        extra = {"responseElements": elements, **(record_extra or {})} if REQUEST_ID.get() else record_extra
        return fire(*args, record_extra=extra, **options)

    return fire_event


def stamping(send: http.Send, request_id: str) -> http.Send:
    """S3 has this one header and no x-amzn-requestid."""

    async def stamped(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            ids = (b"x-amzn-requestid", b"x-amz-request-id")
            others = [(name, value) for name, value in message["headers"] if name.lower() not in ids]
            message = {**message, "headers": [*others, (b"x-amz-request-id", request_id.encode())]}
        await send(message)

    return stamped
