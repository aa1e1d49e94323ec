"""What `console.log` writes on Lambda's Node.js runtime.

    2026-11-22T07:31:02.120Z\t7f0c2a52-3d0f-4c7e-9a55-0b6f1c9f7a11\tINFO\torder accepted
    2026-11-22T07:31:02.533Z\tundefined\tERROR\tUncaught Exception \t{"errorType":"Error","errorMessage":"no order",...}

Outside an invocation the request id is the word `undefined`. .NET writes the same columns with a lower-case level.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from itk.model.evidence import Line, LogEvent
from itk.reading.logfields import KNOWN_LEVELS
from itk.reading.textlines import text_line

_LINE = re.compile(r"(\d{4}-\d\d-\d\dT[\d:.]+Z)\t([^\t\n]*)\t([A-Za-z]{3,12})\t")
_NOBODY = ("", "undefined", "null", "-")
_UNCAUGHT = ("Invoke Error", "Uncaught Exception", "Unhandled Promise Rejection")


class NodeText:
    """Tab-separated lines of the Node.js runtime."""

    name = "node_text"
    begins = "0123456789"
    keys: tuple[str, ...] = ()

    def read(self, event: LogEvent) -> tuple[Line, ...] | None:
        message = event.message
        if not message[:1].isdigit():
            return None
        match = _LINE.match(message)
        if match is None or match[3].upper() not in KNOWN_LEVELS:
            return None
        text = message[match.end() :].replace("\r", "\n").rstrip()
        request = None if match[2] in _NOBODY else match[2]
        line = text_line(event, self.name, text=text, time=match[1], level=match[3], request_id=request)
        if line.error is not None and text.startswith(_UNCAUGHT):
            line = replace(line, error=replace(line.error, origin="platform"))  # the runtime's own: nobody handled it
        return (line,)


FORMAT = NodeText()
