"""What answers hold: read up to a limit and a deadline, and told as JSON or text."""

from __future__ import annotations

from base64 import b64encode
from codecs import getincrementaldecoder
from collections.abc import Callable
from time import monotonic
from typing import Any

import msgspec
from botocore.exceptions import HTTPClientError
from urllib3.exceptions import HTTPError
from urllib3.exceptions import TimeoutError as HttpTimeout

BODY_MAX = 1_000_000  # bytes that are kept of an answer


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """The bytes that came. `truncated` says why there may be more; `broken`: they did not come, though wanted."""

    raw: bytes
    truncated: str = ""
    broken: bool = False


def read_body(read: Callable[[int], bytes], deadline: float) -> Body:
    """Read until the end, `BODY_MAX` bytes, `deadline` (of the monotonic clock), or until the connection breaks."""
    parts, size = list[bytes](), 0
    try:
        while size <= BODY_MAX:
            part = read(65_536)
            if not part:
                return Body(raw=b"".join(parts))
            parts.append(part)
            size += len(part)
            if monotonic() > deadline:
                raise TimeoutError
    except (TimeoutError, HttpTimeout):
        return _cut(parts, "the time to read it was up", broken=True)
    except (HTTPClientError, HTTPError, OSError) as error:
        return _cut(parts, f"it broke off: {error}", broken=True)
    return _cut(parts, f"only the first {BODY_MAX:,} bytes were kept")


def _cut(parts: list[bytes], why: str, *, broken: bool = False) -> Body:
    return Body(raw=b"".join(parts)[:BODY_MAX], truncated=why, broken=broken)


def json_or_text(raw: bytes) -> Any:
    """The value of JSON; else text; nothing is `None`."""
    if not raw:
        return None
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return raw.decode("utf-8", "replace")


def told(body: Body) -> Any:
    """A body as a report shows it: JSON, text, or `{"base64": …}` for what is neither."""
    try:  # where it was cut, half a character may be left
        text = getincrementaldecoder("utf-8")().decode(body.raw, final=not body.truncated)
    except UnicodeDecodeError:
        return {"base64": b64encode(body.raw).decode()}
    return json_or_text(text.encode())
