"""What is said of a payload beside its value: where it lies, how long it is, how it begins."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from itk.renderers import files, json_form
from itk.renderers.text import begin

PREVIEW = 200


def content(value: Any) -> bytes:
    """The bytes of a payload's file."""
    return json_form.pretty(value) + b"\n"


def facts(value: Any, compact: bytes, stem: str, part: str) -> dict[str, Any]:
    """`ref`, `bytes`, `sha256` are those of the file, which holds the payload as redacted; `preview` is one line.

    `compact` is the JSON of `value`.
    """
    written = json_form.indented(compact) + b"\n"
    return {
        "ref": files.payload(stem, part),
        "bytes": len(written),
        "sha256": sha256(written).hexdigest(),
        "preview": begin(value if isinstance(value, str) else compact.decode(), PREVIEW),
    }
