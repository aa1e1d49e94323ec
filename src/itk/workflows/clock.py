"""Time and chance as arguments: the real ones, and the shape that tests replace."""

from __future__ import annotations

import secrets
import time
from typing import Protocol


class Clock(Protocol):
    def now_ns(self) -> int:
        """Unix nanoseconds."""
        ...

    def sleep(self, seconds: float) -> None: ...


class SystemClock:
    """This machine's clock."""

    def now_ns(self) -> int:
        return time.time_ns()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


def new_run_id() -> str:
    """`itk-` and 80 random bits: short enough for a session id, unique enough to search a year of logs for."""
    return f"itk-{secrets.token_hex(10)}"


def new_salt() -> bytes:
    return secrets.token_bytes(16)
