"""What log4j2 and logback write for Java functions, in the two layouts that nearly everybody has.

    2026-11-22 07:31:02 7f0c2a52-3d0f-4c7e-9a55-0b6f1c9f7a11 INFO  Orders - order accepted
    07:31:02.120 [main] INFO  shop.Orders - order accepted

The first is AWS's own example with `%X{AWSRequestId}`; the second, the default, names no request. `context.getLogger()`
writes the bare text, with `[INFO] ` before it where a level was given: any text.
"""

from __future__ import annotations

import re

from itk.model.evidence import Line, LogEvent
from itk.reading.idtext import is_uuid
from itk.reading.logfields import KNOWN_LEVELS
from itk.reading.textlines import text_line

_DATED = re.compile(
    r"(\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?Z?) ([0-9a-fA-F-]{36}) +([A-Z]{4,8}) +[\w.$:<>]{1,200} +- "
)
_TIMED = re.compile(r"\d\d:\d\d:\d\d[.,]\d{3} \[[^\]\n]{1,100}\] +([A-Z]{4,8}) +[\w.$:<>]{1,200} +- ")


class JavaText:
    """Lines of the usual pattern layouts."""

    name = "java_text"
    begins = "0123456789"
    keys: tuple[str, ...] = ()

    def read(self, event: LogEvent) -> tuple[Line, ...] | None:
        message = event.message
        if not message[:2].isdigit():
            return None
        dated = _DATED.match(message)
        match = dated or _TIMED.match(message)
        if match is None or (dated is not None and not is_uuid(dated[2])):
            return None
        level = match[match.re.groups]
        if level not in KNOWN_LEVELS:
            return None
        text = message[match.end() :].rstrip()
        time, request = (dated[1], dated[2]) if dated is not None else (None, None)
        return (text_line(event, self.name, text=text, time=time, level=level, request_id=request),)


FORMAT = JavaText()
