"""Times as logs write them: to Unix nanoseconds as integers, with the precision and whether a zone was given.

A float keeps no nanoseconds (it is off by about 113 ns today), so nothing here goes through one.

Read: RFC 3339 with 0-9 digits of fraction after a dot or comma, `T` or a space, `Z`, `+0000`, `+00:00` or no zone;
`2026/11/22 07:31:02`; `11/22/2026 07:31:02 AM`; `22/Nov/2026:07:31:02 +0000`; `Sun, 22 Nov 2026 07:31:02 GMT`;
`Sun Nov 22 07:31:02 2026`; seconds, milliseconds, microseconds or nanoseconds as a number or digits.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

S = 1_000_000_000
MS = 1_000_000

_EPOCH = date(1970, 1, 1).toordinal()
_ISO = re.compile(
    r"(\d{4})[-/](\d\d)[-/](\d\d)[T _](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,12}))?)?"
    r"\s?(Z|z|UTC|GMT|[+-]\d\d:?\d\d)?(?:\[\w+\])?$"
)
_US = re.compile(r"(\d\d?)/(\d\d?)/(\d{4}),? (\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d{1,12}))?)?(?: ?([AaPp])[Mm])?$")
_DAY_FIRST = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(\d\d?)[ /-]([A-Z][a-z]{2})[ /-](\d{4})[: ](\d\d):(\d\d):(\d\d) ?(Z|UTC|GMT|[+-]\d\d:?\d\d)?$"
)
_CTIME = re.compile(r"(?:[A-Z][a-z]{2} )?([A-Z][a-z]{2}) {1,2}(\d\d?) (\d\d):(\d\d):(\d\d) (?:(UTC|GMT) )?(\d{4})$")
_NUMBER = re.compile(r"(\d{8,20})(?:\.(\d{1,12})\d{0,20})?$")
_FLOAT = re.compile(r"\d\.(\d{1,25})[eE]\+?(\d{1,2})$")
_MONTHS = {m: i for i, m in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)}  # noqa: SIM905


class Moment(NamedTuple):
    """A point in time: Unix nanoseconds, the smallest step that the text could say, and whether it named its zone."""

    ns: int
    precision_ns: int
    zoned: bool


def moment(value: Any) -> Moment | None:
    """What `value` (text or number) says, or `None`. Text without a zone is taken as UTC, with `zoned` false."""
    if isinstance(value, str):
        return _text(value.strip()) if 8 <= len(value) <= 48 else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return _number(repr(value)) if -1 < value < 1e20 else None


def unix_ns(value: Any) -> int | None:
    """Like `moment`, the nanoseconds alone."""
    read = moment(value)
    return None if read is None else read.ns


def _text(text: str) -> Moment | None:
    if text[19:20] == "." and text[-1] == "Z" and (usual := _usual(text)) is not None:
        return usual
    if not text.isascii():
        text = text.replace("\u202f", " ")  # what JavaScript writes before PM
    if (iso := _ISO.match(text)) is not None:
        year, month, day, hour, minute, second, fraction, zone = iso.groups()
        return _moment(int(year), int(month), int(day), int(hour), int(minute), second, fraction, zone)
    if text[:1].isdigit() and (text.isdigit() or "/" not in text):
        found = _number(text)
        if found is not None:
            return found
    if (us := _US.match(text)) is not None:
        month, day, year, hour, minute, second, fraction, half = us.groups()
        hours = int(hour) % 12 + (12 if half in ("P", "p") else 0) if half else int(hour)
        return _moment(int(year), int(month), int(day), hours, int(minute), second, fraction, None)
    if (mail := _DAY_FIRST.match(text)) is not None:
        day, name, year, hour, minute, second, zone = mail.groups()
        return _moment(int(year), _MONTHS.get(name, 0), int(day), int(hour), int(minute), second, None, zone)
    if (ctime := _CTIME.match(text)) is not None:
        name, day, hour, minute, second, zone, year = ctime.groups()
        return _moment(int(year), _MONTHS.get(name, 0), int(day), int(hour), int(minute), second, None, zone)
    return None


def _usual(text: str) -> Moment | None:
    """`2026-11-22T07:31:02.120Z`, as nearly every line says it: the minute is read once for many."""
    minute_ns = _minute(text[:17])
    second, fraction = text[17:19], text[20:-1]
    if minute_ns is None or len(fraction) > 9 or second > "59" or not (second + fraction).isdecimal():
        return None
    step = 10 ** (9 - len(fraction))
    return Moment(minute_ns + int(second) * S + int(fraction) * step, step, True)


@lru_cache(maxsize=256)
def _minute(text: str) -> int | None:
    """Unix nanoseconds of `2026-11-22T07:31:`."""
    if _ISO.match(f"{text}00Z") is None:
        return None
    found = _moment(int(text[:4]), int(text[5:7]), int(text[8:10]), int(text[11:13]), int(text[14:16]), None, None, "Z")
    return None if found is None else found.ns


@lru_cache(maxsize=64)
def _days(year: int, month: int, day: int) -> int | None:
    """Days since 1970; logs of one window name few dates."""
    try:
        return date(year, month, day).toordinal() - _EPOCH
    except ValueError:
        return None


def _moment(
    year: int, month: int, day: int, hour: int, minute: int, second: str | None, fraction: str | None, zone: str | None
) -> Moment | None:
    days = _days(year, month, day)
    if days is None or hour > 24 or minute > 59 or int(second or 0) > 60:
        return None
    digits = (fraction or "")[:9]
    seconds = days * 86_400 + hour * 3_600 + minute * 60 + int(second or 0) - _offset_s(zone)
    precision = 60 * S if second is None else 10 ** (9 - len(digits))
    return Moment(seconds * S + int(digits.ljust(9, "0")), precision, zone is not None)


def _offset_s(zone: str | None) -> int:
    if zone is None or zone[0] not in "+-":
        return 0
    seconds = int(zone[1:3]) * 3_600 + int(zone[-2:]) * 60
    return -seconds if zone[0] == "-" else seconds


def _number(text: str) -> Moment | None:
    """The unit follows from the size: every unit's range from 1973 to 2128 is clear of the others'."""
    match = _NUMBER.match(text)
    if match is None:
        short = _FLOAT.match(text)
        if short is None:
            return None
        digits, places = short[1], int(short[2])
        text = text[0] + digits[:places].ljust(places, "0") + ("." + digits[places:] if digits[places:] else "")
        match = _NUMBER.match(text)
        if match is None:
            return None
    whole, fraction = int(match[1]), (match[2] or "")
    for unit, places in ((S, 9), (MS, 6), (1_000, 3), (1, 0)):
        if 100_000_000 * S <= whole * unit < 5_000_000_000 * S:
            digits = fraction[:places]
            precision = unit // 10 ** len(digits)
            return Moment(whole * unit + (int(digits) * precision if digits else 0), precision, True)
    return None
