"""Staying below a rate: ITK may use a part of what the whole account shares."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock


class Pace:
    """At most `per_s` calls a second over time, `burst` at once. Thread-safe: who comes later waits longer."""

    def __init__(self, per_s: float, burst: int, now_ns: Callable[[], int], sleep: Callable[[float], None]) -> None:
        self._per_s, self._burst, self._now_ns, self._sleep = per_s, burst, now_ns, sleep
        self._lock = Lock()
        self._left, self._last_ns = float(burst), now_ns()

    def take(self) -> None:
        """Return when one more call may be made."""
        with self._lock:
            now = self._now_ns()
            gained = max(0, now - self._last_ns) / 1e9 * self._per_s
            self._left, self._last_ns = min(self._burst, self._left + gained) - 1, now
            wait_s = max(0.0, -self._left / self._per_s)
        if wait_s:
            self._sleep(wait_s)
