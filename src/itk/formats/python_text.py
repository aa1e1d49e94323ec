"""What Python's `logging` writes on Lambda by default, and the traceback that Lambda writes for an uncaught exception.

    [INFO]\t2026-11-22T07:31:02.120Z\t7f0c2a52-3d0f-4c7e-9a55-0b6f1c9f7a11\torder accepted
    [ERROR] KeyError: 'order_id'\nTraceback (most recent call last):\n  File "/var/task/app.py", line 9, in handler

The second has no time and no request id, and is indented with no-break spaces. The message may be JSON.
"""

from __future__ import annotations

import re

from itk.model.evidence import ErrorFact, Line, LogEvent
from itk.reading.idtext import line_ids
from itk.reading.logfields import KNOWN_LEVELS, evidence
from itk.reading.textlines import text_line
from itk.reading.timetext import MS

_LINE = re.compile(r"\[([A-Za-z]{3,12})\]\t(\d{4}-\d\d-\d\dT[\d:.,]+Z?)\t([^\t\n]*)\t")
_UNCAUGHT = re.compile(r"\[(ERROR|CRITICAL)\] ([A-Za-z_][\w.]*)(?:: |\s*\n|$)")
_TRACEBACK = "Traceback (most recent call last)"


class PythonText:
    """Tab-separated lines of the Python runtime."""

    name = "python_text"
    begins = "["
    keys: tuple[str, ...] = ()

    def read(self, event: LogEvent) -> tuple[Line, ...] | None:
        message = event.message
        if not message.startswith("["):
            return None
        match = _LINE.match(message)
        if match is not None and match[1].upper() in KNOWN_LEVELS:
            return (self._line(event, match),)
        if _TRACEBACK in message or message.startswith(("[ERROR] Runtime.", "[ERROR] Sandbox.")):
            uncaught = _UNCAUGHT.match(message)
            if uncaught is not None:
                return (self._uncaught(event, uncaught),)
        return None

    def _line(self, event: LogEvent, match: re.Match[str]) -> Line:
        text = event.message[match.end() :].rstrip("\r\n")
        return text_line(event, self.name, text=text, time=match[2], level=match[1], request_id=match[3] or None)

    def _uncaught(self, event: LogEvent, match: re.Match[str]) -> Line:
        text = event.message.replace("\u00a0", " ").rstrip()
        head, _, stack = text.partition("\n" + _TRACEBACK)
        kind = match[2]
        message = head[len(match[1]) + 3 :].removeprefix(kind).removeprefix(": ").strip()
        return Line(
            evidence=evidence(event, self.name),
            time_ns=event.time_ms * MS,
            level="ERROR",
            text=text.partition("] ")[2],
            error=ErrorFact(type=kind, message=message, stack=_TRACEBACK + stack if stack else "", origin="platform"),
            ids=line_ids(event.message),
        )


FORMAT = PythonText()
