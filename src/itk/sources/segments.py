"""Segment documents of X-Ray: the record that one becomes, whichever way it came, and what it says of other traces."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from itk.model.evidence import LogEvent
from itk.model.ids import Id
from itk.reading.timetext import MS, unix_ns
from itk.reading.tracetext import trace_id_of, xray_root_of

GROUP = "xray"
_START = re.compile(r'"(?:start_time|startTimeUnixNano)"\s*:\s*"?([0-9.eE+]+)')
_IN_PROGRESS = re.compile(r'"in_progress"\s*:\s*true')


def segment_event(trace: str, segment: str, document: str) -> LogEvent:
    """One document, kept letter by letter: a float that is parsed and written again is another number."""
    start = _START.search(document)  # that of the segment stands before those of its subsegments, or is as good
    return LogEvent(
        source="xray",
        group=GROUP,
        stream=trace,
        event_id=segment,
        time_ms=(unix_ns(start[1]) or 0) // MS if start else 0,
        message=document,
    )


def in_progress(document: str) -> bool:
    """Whether something of it had not ended when it was stored."""
    return _IN_PROGRESS.search(document) is not None


def links(document: str) -> Iterator[str]:
    """The other traces that a segment document and its subsegments name."""
    if '"links"' not in document:
        return
    try:
        waiting: list[Any] = [json.loads(document)]
    except (ValueError, RecursionError):
        return
    while waiting:
        part = waiting.pop()
        if not isinstance(part, dict):
            continue
        named = part.get("links")
        for link in named if isinstance(named, list) else ():
            if isinstance(link, dict) and (root := x_ray_root(Id("xray_root", str(link.get("trace_id"))))):
                yield root
        inner = part.get("subsegments")
        waiting.extend(inner if isinstance(inner, list) else ())


def x_ray_root(i: Id) -> str:
    """X-Ray's own form of a trace id; empty where it is none."""
    digits = trace_id_of(i.value) if i.kind in ("xray_root", "otel_trace_id") else ""
    return xray_root_of(digits).value if digits else ""
