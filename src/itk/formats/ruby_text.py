"""What Ruby's `Logger` writes; Lambda's runtime puts the request id before the dashes.

    I, [2026-11-22T07:31:02.120131 #8]  INFO 7f0c2a52-3d0f-4c7e-9a55-0b6f1c9f7a11 -- : order accepted
    W, [2026-11-22T07:31:02.120131 #8]  WARN -- orders: slow table

The second names no request: a logger that was made before the runtime changed its format, or the program's name.
"""

from __future__ import annotations

import re

from itk.model.evidence import Line, LogEvent
from itk.reading.idtext import is_uuid
from itk.reading.textlines import text_line

_LINE = re.compile(
    r"[DIWEFA], \[(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?) ?#\d{1,10}\] +"
    r"([A-Z]{3,7}) +(\S{36} )?-- [^:\n]{0,100}: "
)


class RubyText:
    """Lines of the standard logger."""

    name = "ruby_text"
    begins = "DIWEFA"
    keys: tuple[str, ...] = ()

    def read(self, event: LogEvent) -> tuple[Line, ...] | None:
        message = event.message
        match = _LINE.match(message) if message[1:3] == ", " else None
        if match is None:
            return None
        request = (match[3] or "").strip()
        return (
            text_line(
                event,
                self.name,
                text=message[match.end() :].rstrip(),
                time=match[1],
                level="DEBUG" if match[2] == "ANY" else match[2],
                request_id=request if is_uuid(request) else None,
            ),
        )


FORMAT = RubyText()
