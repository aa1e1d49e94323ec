"""Data in a page: never executed, small, and the same bytes for the same data."""

from __future__ import annotations

import gzip
from base64 import b64encode
from collections.abc import Sequence
from typing import Any

from itk.renderers import json_form
from itk.renderers.markup import Markup

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
    data = json_form.encoded(value)
    for char, escaped in _ESCAPES:
        data = data.replace(char, escaped)
    return data


def chunks(lines: Sequence[bytes]) -> tuple[list[int], list[bytes]]:
    """Lines in chunks of a size that opens quickly: the first line of each, and its text."""
    firsts: list[int] = []
    found: list[list[bytes]] = []
    size = CHUNK_BYTES
    for at, line in enumerate(lines):
        if size >= CHUNK_BYTES or len(found[-1]) >= CHUNK_SPANS:
            firsts.append(at)
            found.append([])
            size = 0
        found[-1].append(line)
        size += len(line) + 1
    return firsts, [b"\n".join(each) for each in found]


def packed(data: bytes) -> str:
    """gzip, in base64."""
    return b64encode(gzip.compress(data, LEVEL, mtime=0)).decode()


def script(kind: str, text: str, *, packed: bool, attributes: str = "") -> Markup:
    """An element that browsers do not run: `application/itk-index` or `application/itk-chunk`."""
    encoding = "gzip" if packed else "json"
    return Markup(f'<script type="application/itk-{kind}" data-encoding="{encoding}"{attributes}>{text}</script>')
