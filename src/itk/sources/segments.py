"""The record that a segment document of X-Ray becomes, whichever way it came."""

from __future__ import annotations

import re

from itk.model.evidence import LogEvent
from itk.reading.timetext import MS, unix_ns

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
