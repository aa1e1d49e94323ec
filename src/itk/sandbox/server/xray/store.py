"""The segments that X-Ray holds: from when each can be found, and where, for Transaction Search puts them elsewhere."""

from __future__ import annotations

import json
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from itk.sandbox.server.logs.store import LogStore
from itk.sandbox.server.xray.documents import Document
from itk.sandbox.server.xray.spans import LOG_GROUP, LOG_STREAM, spans_of
from itk.sandbox.server.xray.traces import ShownTrace, show

MODES = ("on", "off", "sampled")
DESTINATIONS = ("xray", "cloudwatch_logs")


@dataclass(frozen=True, slots=True)
class XRayHabits:
    """How X-Ray behaves: who is sampled, how late a segment is found, where segments go."""

    mode: str = "on"
    every_nth: int = 2  # with mode sampled: the first of so many traces
    inherit: bool = True  # a caller's Sampled flag decides; else only that of a trace that began in here
    delay_s: float | None = 0.0  # None = never
    destination: str = "xray"
    indexed: bool = False  # with destination cloudwatch_logs: found in X-Ray as well
    retrieval_polls: int = 2  # answers of ListRetrievedTraces before COMPLETE

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise ValueError(f"`mode`: {self.mode!r} is none of {', '.join(MODES)}")
        if self.destination not in DESTINATIONS:
            raise ValueError(f"`destination`: {self.destination!r} is none of {', '.join(DESTINATIONS)}")
        if self.every_nth < 1 or self.retrieval_polls < 0 or (self.delay_s is not None and self.delay_s < 0):
            raise ValueError("`every_nth` is at least 1, `delay_s` and `retrieval_polls` at least 0")


@dataclass(frozen=True, slots=True)
class _Stored:
    document: Document
    visible_at: float
    in_xray: bool
    in_logs: bool


class XRayStore:
    """Thread-safe; regions are apart."""

    def __init__(self, logs: LogStore, account: str) -> None:
        self.habits = XRayHabits()
        self._logs = logs
        self._account = account
        self._lock = threading.Lock()
        self._stored: dict[tuple[str, str], list[_Stored]] = {}  # by region and trace id

    def put(self, document: Document, region: str) -> None:
        """Take a valid document, as the habits are now."""
        habits = self.habits
        in_logs = habits.destination == "cloudwatch_logs"
        delay_s = math.inf if habits.delay_s is None else habits.delay_s
        stored = _Stored(document, time.time() + delay_s, habits.indexed or not in_logs, in_logs)
        with self._lock:
            self._stored.setdefault((region, document["trace_id"]), []).append(stored)
        if in_logs:
            for span in spans_of(document, self._account, region):
                at_ms = span["endTimeUnixNano"] // 1_000_000
                self._logs.write(region, LOG_GROUP, LOG_STREAM, at_ms, json.dumps(span), delay_s=delay_s)

    def ids(self, region: str) -> list[str]:
        """Every trace id that was ever put here, found by now or not."""
        with self._lock:
            return [trace_id for where, trace_id in self._stored if where == region]

    def trace(self, region: str, trace_id: str) -> ShownTrace | None:
        """What X-Ray itself finds of a trace by now."""
        return self._shown(region, trace_id, lambda stored: stored.in_xray)

    def searchable(self, region: str, trace_id: str) -> ShownTrace | None:
        """What Transaction Search finds of a trace by now."""
        return self._shown(region, trace_id, lambda stored: stored.in_logs)

    def _shown(self, region: str, trace_id: str, wanted: Callable[[_Stored], bool]) -> ShownTrace | None:
        now = time.time()
        with self._lock:
            known = [s for s in self._stored.get((region, trace_id), ()) if s.visible_at <= now and wanted(s)]
        return show(trace_id, [stored.document for stored in known]) if known else None
