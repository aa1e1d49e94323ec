"""Spans of time as people write them."""

from __future__ import annotations

import re

_UNITS = {"": 1.0, "ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_FORM = re.compile(r"\s*([0-9]{1,12}(?:\.[0-9]{1,9})?)\s*(ms|s|m|h)?\s*", re.ASCII)


def seconds(written: object) -> float | None:
    """`90`, `"90"`, `"1.5m"`, `"500ms"` as seconds; `None` where it is not a length of time.

    >>> seconds("2m"), seconds(30), seconds("soon")
    (120.0, 30.0, None)
    """
    if isinstance(written, bool) or not isinstance(written, int | float | str):
        return None
    match = _FORM.fullmatch(str(written))
    return float(match[1]) * _UNITS[match[2] or ""] if match else None
