"""Ids of traces and spans, however they are written: 32 and 16 hex digits, X-Ray's dashes, base64 of protobuf."""

from __future__ import annotations

import re
from base64 import b64decode
from typing import Any

from itk.model.ids import Id

_TRACE = re.compile(r"[0-9a-fA-F]{32}$")
_SPAN = re.compile(r"[0-9a-fA-F]{16}$")
_XRAY = re.compile(r"1-([0-9a-fA-F]{8})-([0-9a-fA-F]{24})$")


def trace_id_of(value: Any) -> str:
    """32 hex digits in lower case; empty where `value` is no trace id.

    >>> trace_id_of("1-581CF771-a006649127e371903a2de979")
    '581cf771a006649127e371903a2de979'
    """
    if not isinstance(value, str):
        return ""
    if (dashed := _XRAY.match(value)) is not None:
        return (dashed[1] + dashed[2]).lower()
    return _hex(value, _TRACE, 24)


def span_id_of(value: Any) -> str:
    """16 hex digits in lower case; empty where `value` is no span id. All zeros mean none."""
    return _hex(value, _SPAN, 12) if isinstance(value, str) else ""


def xray_root_of(trace_id: str) -> Id:
    """The same digits as an X-Ray header would say them: what applications log joins by that."""
    return Id("xray_root", f"1-{trace_id[:8]}-{trace_id[8:]}")


def _hex(value: str, form: re.Pattern[str], base64_length: int) -> str:
    if form.match(value) is not None:
        return value.lower() if value.strip("0") else ""
    # Padding tells base64 from hex: 8 and 16 bytes never end at three.
    if len(value) == base64_length and value.endswith("="):
        try:
            digits = b64decode(value, validate=True).hex()
        except ValueError:
            return ""
        return digits if form.match(digits) is not None and digits.strip("0") else ""
    return ""
