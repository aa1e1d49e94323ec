"""A line that a runtime's logger wrote as text: its head is the format's business, the rest is the same for all."""

from __future__ import annotations

from itk.model.evidence import Line, LogEvent
from itk.reading.idtext import is_uuid, line_ids
from itk.reading.jsontext import embedded
from itk.reading.logfields import error_of, evidence, level_of, line_time
from itk.reading.stacktext import error_in
from itk.reading.timetext import moment


def text_line(
    event: LogEvent, format_name: str, *, text: str, time: str | None, level: str | None, request_id: str | None
) -> Line:
    """`text` is the message behind the head, with whatever JSON, error and ids it holds."""
    body = embedded(text)
    error = error_of(body) if isinstance(body, dict) else None
    return Line(
        evidence=evidence(event, format_name),
        time_ns=line_time(None if time is None else moment(time), event),
        level=None if level is None else level_of(level),
        text=text,
        body=body,
        request_id=request_id,
        error=error or error_in(text),
        ids=line_ids(event.message, body, request_id if is_uuid(request_id) else None),
    )
