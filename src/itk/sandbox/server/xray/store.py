"""The segments that X-Ray holds: from when each can be found, and where, for Transaction Search puts them elsewhere."""

from __future__ import annotations

import json
import math
import threading
import time
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
    region: str
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
        self._stored: list[_Stored] = []

    def put(self, document: Document, region: str) -> None:
        """Take a valid document, as the habits are now."""
        habits = self.habits
        in_logs = habits.destination == "cloudwatch_logs"
        delay_s = math.inf if habits.delay_s is None else habits.delay_s
        stored = _Stored(document, region, time.time() + delay_s, habits.indexed or not in_logs, in_logs)
        with self._lock:
            self._stored.append(stored)
        if in_logs:
            for span in spans_of(document, self._account, region):
                at_ms = span["endTimeUnixNano"] // 1_000_000
                self._logs.write(region, LOG_GROUP, LOG_STREAM, at_ms, json.dumps(span), delay_s=delay_s)

    def traces(self, region: str) -> dict[str, ShownTrace]:
        """What X-Ray itself finds by now, by trace id."""
        return self._shown(region, in_xray=True)

    def searchable(self, region: str) -> dict[str, ShownTrace]:
        """What Transaction Search finds by now, by trace id."""
        return self._shown(region, in_xray=False)

    def _shown(self, region: str, *, in_xray: bool) -> dict[str, ShownTrace]:
        now = time.time()
        by_trace: dict[str, list[Document]] = {}
        with self._lock:
            known = [s for s in self._stored if s.region == region and s.visible_at <= now]
        for stored in known:
            if stored.in_xray if in_xray else stored.in_logs:
                by_trace.setdefault(stored.document["trace_id"], []).append(stored.document)
        return {trace_id: show(trace_id, documents) for trace_id, documents in by_trace.items()}
