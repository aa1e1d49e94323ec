"""Which runs of this process share their time: what a queue's attributes show may then be another's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock


class InFlight:
    """Counts for each run the others that shared some of its time, those that are over included."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._met: dict[str, set[str]] = {}  # run -> all that it met so far

    @contextmanager
    def run(self, run_id: str) -> Iterator[Callable[[], int]]:
        """While this lasts the run is in flight; what comes says how many others it met."""
        with self._lock:
            met = set(self._met)
            for others in self._met.values():
                others.add(run_id)
            self._met[run_id] = met
        try:
            yield lambda: len(met)
        finally:
            with self._lock:
                del self._met[run_id]


IN_FLIGHT = InFlight()  # of this process
