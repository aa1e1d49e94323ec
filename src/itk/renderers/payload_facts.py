"""What is said of a payload beside its value: where it lies, how long it is, how it begins."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from itk.renderers import files, json_form
from itk.renderers.text import one_line, shorten

PREVIEW = 200


def content(value: Any) -> bytes:
    """The bytes of a payload's file."""
    return json_form.pretty(value) + b"\n"


def facts(value: Any, stem: str, part: str) -> dict[str, Any]:
    """`ref`, `bytes`, `sha256` are those of the file, which holds the payload as redacted; `preview` is one line."""
    written = content(value)
    return {
        "ref": files.payload(stem, part),
        "bytes": len(written),
        "sha256": sha256(written).hexdigest(),
        "preview": shorten(one_line(_compact(value)), PREVIEW),
    }


def _compact(value: Any) -> str:
    return value if isinstance(value, str) else json_form.line(value).decode()
