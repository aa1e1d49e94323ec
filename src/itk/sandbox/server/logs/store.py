"""Log groups, streams and events in memory, each event with the moment from which readers may see it.

CloudWatch shows a line seconds to minutes after it was written; a test kit that never meets this is not tested.
"""

from __future__ import annotations

import itertools
import math
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class LogEvent:
    """`timestamp_ms` is when it happened, `visible_at` (seconds) when CloudWatch ingested it; infinite = never."""

    group: str
    stream: str
    timestamp_ms: int
    message: str
    visible_at: float
    number: int

    @property
    def event_id(self) -> str:
        """56 digits that grow with time, as AWS makes them: the milliseconds stand in the high bits."""
        return f"{(self.timestamp_ms << 144) + self.number:056d}"

    @property
    def ingestion_ms(self) -> int:
        return int(self.visible_at * 1000)

    @property
    def order(self) -> tuple[int, int]:
        return self.timestamp_ms, self.number


@dataclass(slots=True)
class Stream:
    name: str
    created_ms: int
    events: list[LogEvent] = field(default_factory=list)

    def visible(self, now: float) -> list[LogEvent]:
        return [event for event in self.events if event.visible_at <= now]


@dataclass(slots=True)
class Group:
    name: str
    region: str
    created_ms: int
    retention_days: int | None = None
    streams: dict[str, Stream] = field(default_factory=dict)


class LogStore:
    """Thread-safe; regions are apart, as in AWS: who asks in the wrong one finds nothing."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._groups: dict[tuple[str, str], Group] = {}
        self._delays: dict[str, float] = {}
        self._numbers = itertools.count(1)

    def set_delay(self, group_prefix: str, seconds: float | None) -> None:
        """Events written from now on to groups with this prefix become visible that much later; None = never."""
        with self.lock:
            self._delays[group_prefix] = math.inf if seconds is None else max(0.0, seconds)

    def clear_delays(self) -> None:
        with self.lock:
            self._delays.clear()

    def delays(self) -> dict[str, float | None]:
        with self.lock:
            return {prefix: None if math.isinf(delay) else delay for prefix, delay in self._delays.items()}

    def group(self, region: str, name: str) -> Group | None:
        with self.lock:
            return self._groups.get((region, name))

    def groups(self, region: str) -> list[Group]:
        with self.lock:
            return sorted((g for g in self._groups.values() if g.region == region), key=lambda g: g.name)

    def create_group(self, region: str, name: str) -> Group:
        with self.lock:
            return self._groups.setdefault((region, name), Group(name, region, _now_ms()))

    def delete_group(self, region: str, name: str) -> None:
        with self.lock:
            self._groups.pop((region, name), None)

    def create_stream(self, region: str, group: str, stream: str) -> Stream:
        with self.lock:
            return self.create_group(region, group).streams.setdefault(stream, Stream(stream, _now_ms()))

    def write(
        self, region: str, group: str, stream: str, timestamp_ms: int, message: str, *, delay_s: float = 0.0
    ) -> LogEvent:
        """Append one event; group and stream come into being with their first line. `delay_s` is the writer's own."""
        with self.lock:
            visible_at = time.time() + self._delay_of(group) + delay_s
            event = LogEvent(group, stream, timestamp_ms, message, visible_at, next(self._numbers))
            self.create_stream(region, group, stream).events.append(event)
            return event

    def last_visible(self, group_prefix: str) -> float | None:
        """When the newest event that can be seen now became visible; None if nothing can be seen."""
        now = time.time()
        with self.lock:
            moments = [event.visible_at for event in self._all(group_prefix) if event.visible_at <= now]
        return max(moments, default=None)

    def _all(self, group_prefix: str) -> Iterator[LogEvent]:
        for group in self._groups.values():
            if group.name.startswith(group_prefix):
                for stream in group.streams.values():
                    yield from stream.events

    def _delay_of(self, group: str) -> float:
        matching = [prefix for prefix in self._delays if group.startswith(prefix)]
        return self._delays[max(matching, key=len)] if matching else 0.0


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
