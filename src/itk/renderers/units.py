"""Times and sizes as people read them. Integer arithmetic on nanoseconds: no float ever holds a time of day."""

from __future__ import annotations

from datetime import UTC, datetime

_MS = 1_000_000
_S = 1_000_000_000


def duration(ns: int) -> str:
    """`0.4 ms`, `312 ms`, `1.24 s`, `2 min 05 s`: three figures are enough to compare."""
    sign, ns = ("-", -ns) if ns < 0 else ("", ns)
    if ns == 0:
        return "0 ms"
    if ns < 10_000:
        return f"{sign}{ns / 1000:.2g} µs"
    if ns < 10 * _MS:
        return f"{sign}{_trim(f'{ns / _MS:.2f}')} ms"
    if ns < _S - _MS // 2:
        return f"{sign}{round(ns / _MS)} ms"
    if ns < 100 * _S:
        return f"{sign}{_trim(f'{ns / _S:.2f}')} s"
    minutes, seconds = divmod(round(ns / _S), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{sign}{hours} h {minutes:02d} min" if hours else f"{sign}{minutes} min {seconds:02d} s"


def milliseconds(ms: float) -> str:
    """A duration that was reported in milliseconds."""
    return duration(round(ms * _MS))


def offset(ns: int) -> str:
    """`+1.24 s` after the start of the trace."""
    return f"+{duration(ns)}" if ns >= 0 else duration(ns)


def clock(ns: int) -> str:
    """`2026-03-01 07:31:02.120 UTC`."""
    seconds, rest = divmod(ns, _S)
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return f"{ns} ns after 1970"
    return f"{moment:%Y-%m-%d %H:%M:%S}.{rest // _MS:03d} UTC"


def _trim(figures: str) -> str:
    return figures.rstrip("0").rstrip(".")
