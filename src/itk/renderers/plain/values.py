"""Payloads as people read them, cut: a value of a megabyte is not written out to show its first lines."""

from __future__ import annotations

import json
from typing import Any

from itk.renderers.plain.limits import cut

_ENCODER = json.JSONEncoder(indent=2, ensure_ascii=False, default=str)


def shown(value: Any, most: int) -> str:
    """The first `most` characters: text as it is, all else as indented JSON. A cut shows as an ellipsis.

    Fewer where they need many bytes, see `cut`.


    >>> shown({"a": [1, 2]}, 12)
    '{\\n  "a": [\\n…'
    """
    if isinstance(value, str):
        return _marked(value, most)
    parts: list[str] = []
    length = 0
    for part in _ENCODER.iterencode(value):
        parts.append(part)
        length += len(part)
        if length > most:
            break
    return _marked("".join(parts), most)


def _marked(text: str, most: int) -> str:
    short = cut(text, most)
    return text if short == text else short[:-1].rstrip() + "\n…"
