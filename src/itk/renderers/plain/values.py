"""Payloads as people read them, cut: a value of a megabyte is not written out to show its first lines."""

from __future__ import annotations

import json
from typing import Any

_ENCODER = json.JSONEncoder(indent=2, ensure_ascii=False, default=str)


def shown(value: Any, most: int) -> str:
    """The first `most` characters: text as it is, all else as indented JSON. A cut shows as an ellipsis.

    >>> shown({"a": [1, 2]}, 12)
    '{\\n  "a": [\\n…'
    """
    if isinstance(value, str):
        return _cut(value, most)
    parts: list[str] = []
    length = 0
    for part in _ENCODER.iterencode(value):
        parts.append(part)
        length += len(part)
        if length > most:
            break
    return _cut("".join(parts), most)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "\n…"
