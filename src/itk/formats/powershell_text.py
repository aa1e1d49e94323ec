"""What PowerShell's streams become on Lambda: the stream's name in brackets, a dash, the text.

    [Information] - order accepted
    [Warning] - slow table

Neither time nor request id: the record and its place on the stream say both.
"""

from __future__ import annotations

import re

from itk.model.evidence import Line, LogEvent
from itk.reading.textlines import text_line

_LINE = re.compile(r"\[(Trace|Debug|Verbose|Information|Warning|Error|Critical)\] - ")


class PowerShellText:
    """Lines of `Write-Host`, `Write-Warning` and the like."""

    name = "powershell_text"
    begins = "["
    keys: tuple[str, ...] = ()

    def read(self, event: LogEvent) -> tuple[Line, ...] | None:
        match = _LINE.match(event.message) if event.message[:1] == "[" else None
        if match is None:
            return None
        text = event.message[match.end() :].rstrip()
        return (text_line(event, self.name, text=text, time=None, level=match[1], request_id=None),)


FORMAT = PowerShellText()
