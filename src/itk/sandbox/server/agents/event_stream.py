"""Frames of `application/vnd.amazon.eventstream`: prelude, string headers, payload, two CRCs."""

from __future__ import annotations

import json
import zlib
from struct import pack
from typing import Any

STRING = b"\x07"


def event(kind: str, payload: dict[str, Any]) -> bytes:
    """`chunk` or `trace`."""
    return frame({":event-type": kind, ":content-type": "application/json", ":message-type": "event"}, payload)


def exception(kind: str, message: str) -> bytes:
    """An error in mid-stream, inside an HTTP 200: `throttlingException`, `dependencyFailedException`, ..."""
    headers = {":exception-type": kind, ":content-type": "application/json", ":message-type": "exception"}
    return frame(headers, {"message": message})


def frame(headers: dict[str, str], payload: dict[str, Any]) -> bytes:
    head = b"".join(
        pack("!B", len(name)) + name.encode() + STRING + pack("!H", len(value.encode())) + value.encode()
        for name, value in headers.items()
    )
    body = json.dumps(payload, ensure_ascii=False).encode()
    prelude = pack("!II", 16 + len(head) + len(body), len(head))
    prelude += pack("!I", zlib.crc32(prelude))
    message = prelude + head + body
    return message + pack("!I", zlib.crc32(message))
