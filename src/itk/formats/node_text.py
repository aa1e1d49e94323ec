"""What `console.log` writes on Lambda's Node.js runtime.

    2026-11-22T07:31:02.120Z\t7f0c2a52-3d0f-4c7e-9a55-0b6f1c9f7a11\tINFO\torder accepted
    2026-11-22T07:31:02.533Z\tundefined\tERROR\tUncaught Exception \t{"errorType":"Error","errorMessage":"no order",...}

Outside an invocation the request id is the word `undefined`. .NET writes the same columns with a lower-case level.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from itk.model.evidence import Line, LogEvent
from itk.reading.idtext import is_uuid, line_ids
from itk.reading.jsontext import embedded
from itk.reading.logfields import KNOWN_LEVELS, error_of, evidence, level_of, line_time
from itk.reading.stacktext import error_in
from itk.reading.timetext import moment

_LINE = re.compile(r"(\d{4}-\d\d-\d\dT[\d:.]+Z)\t([^\t\n]*)\t([A-Za-z]{3,12})\t")
_NOBODY = ("", "undefined", "null", "-")
_UNCAUGHT = ("Invoke Error", "Uncaught Exception", "Unhandled Promise Rejection")


class NodeText:
    """Tab-separated lines of the Node.js runtime."""

    name = "node_text"

    def read(self, event: LogEvent) -> tuple[Line, ...] | None:
        message = event.message
        if not message[:1].isdigit():
            return None
        match = _LINE.match(message)
        if match is None or match[3].upper() not in KNOWN_LEVELS:
            return None
        text = message[match.end() :].replace("\r", "\n").rstrip()
        body = embedded(text)
        request = None if match[2] in _NOBODY else match[2]
        error = (error_of(body) if isinstance(body, dict) else None) or error_in(text)
        if error is not None and text.startswith(_UNCAUGHT):
            error = replace(error, origin="platform")  # the runtime's own line: nobody handled it
        return (
            Line(
                evidence=evidence(event, self.name),
                time_ns=line_time(moment(match[1]), event),
                level=level_of(match[3]),
                text=text,
                body=body,
                request_id=request,
                error=error,
                ids=line_ids(message, body, request if is_uuid(request) else None),
            ),
        )


FORMAT = NodeText()
