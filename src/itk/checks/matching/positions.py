"""`nth: {2: {status: ok}}`: fields of the spans at certain places."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator

from itk.checks.matching.schemas import POSITIONS, shown_as
from itk.checks.matching.span_fields import find_span_fields
from itk.checks.matching.wrongs import Wrongs

_FIX = "write the place, from 1, and its fields: `nth: {2: {status: ok}}`"


def _checked(written: Any) -> dict[str, Any]:
    wrongs = Wrongs()
    if not isinstance(written, dict) or not written:
        wrongs.add((), "expected places and fields", _FIX)
        wrongs.raise_any("nth")
    for place, fields in written.items():
        digits = str(place)
        if not (digits.isascii() and digits.isdecimal() and int(digits[:9]) > 0 and len(digits) < 10):
            wrongs.add_key((place,), f"`{place}` is no place", _FIX)
        elif not fields:
            wrongs.add((place,), "expected fields, found nothing", _FIX)
        else:
            find_span_fields(fields, (place,), wrongs)
    wrongs.raise_any("nth")
    return {str(place): fields for place, fields in written.items()}


WrittenPositions = Annotated[dict[str, Any], BeforeValidator(_checked), shown_as(POSITIONS)]
