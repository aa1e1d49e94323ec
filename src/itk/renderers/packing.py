"""Data in a page: never executed, small, and the same bytes for the same data."""

from __future__ import annotations

import gzip
from base64 import b64encode
from collections.abc import Iterable, Iterator
from typing import Any

from itk.renderers import json_form

PLAIN_LIMIT = 256 * 1024  # below this, data stays JSON: it can be searched with grep and compared with diff
LEVEL = 6  # 9 takes longer and saves a fiftieth
CHUNK_SPANS = 500
CHUNK_BYTES = 256 * 1024
# What could end a script element, or a line of JavaScript. JSON reads the escapes as the characters themselves.
_ESCAPES = (
    (b"<", b"\\u003c"),
    (b">", b"\\u003e"),
    (b"&", b"\\u0026"),
    (b"\xe2\x80\xa8", b"\\u2028"),
    (b"\xe2\x80\xa9", b"\\u2029"),
)


def encode(value: Any) -> bytes:
    """JSON that may stand within a script element."""
    return escaped(json_form.encoded(value))


def escaped(data: bytes) -> bytes:
    """JSON with nothing in it that a page could read as its own."""
    for char, escaped in _ESCAPES:
        data = data.replace(char, escaped)
    return data


def chunks(lines: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """Lines in chunks of a size that opens quickly: the place of the first line of each, and its text."""
    first, size = 0, 0
    held: list[bytes] = []
    for line in lines:
        if size >= CHUNK_BYTES or len(held) >= CHUNK_SPANS:
            yield first, b"\n".join(held)
            first, size, held = first + len(held), 0, []
        held.append(line)
        size += len(line) + 1
    if held:
        yield first, b"\n".join(held)


def packed(data: bytes) -> bytes:
    """gzip, in base64."""
    return b64encode(gzip.compress(data, LEVEL, mtime=0))


def script(kind: str, content: bytes, *, packed: bool, attributes: str = "") -> bytes:
    """An element that browsers do not run: `application/itk-index` or `application/itk-chunk`."""
    encoding = "gzip" if packed else "json"
    opened = f'<script type="application/itk-{kind}" data-encoding="{encoding}"{attributes}>'
    return b"".join((opened.encode(), content, b"</script>"))
