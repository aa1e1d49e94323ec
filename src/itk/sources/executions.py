"""The records that the history of a state machine's execution becomes, whichever way it came."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from itk.model.evidence import LogEvent
from itk.reading.jsontext import compact
from itk.reading.timetext import MS, unix_ns

GROUP = "GetExecutionHistory"


def history_event(execution_arn: str, entry: dict[str, Any]) -> LogEvent:
    """One entry of a history; times in it are written as ISO 8601 with milliseconds. Raises ValueError."""
    told = entry.get("timestamp")
    ns = unix_ns(told.isoformat() if isinstance(told, datetime) else told)
    if ns is None or "id" not in entry:
        raise ValueError("an entry without `id` and `timestamp`")
    return LogEvent(
        source="stepfunctions",
        group=GROUP,
        stream=execution_arn,
        event_id=str(entry["id"]),
        time_ms=ns // MS,
        message=compact({**entry, "timestamp": _iso(ns // MS)}),
    )


def _iso(ms: int) -> str:
    return datetime.fromtimestamp(ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S") + f".{ms % 1000:03d}Z"
