"""Everything else: a line of text. Whatever JSON or Python dict it holds is found, and so are the ids that it mentions.

    Received event: {"Records": [{"messageId": "059f36b4-...", "receiptHandle": "AQEB...", "body": "{}"}]}
    2026/11/22 07:31:02 [WARN] table slow, run itk-0123456789abcdef0123

It refuses nothing but what ITK's own agent stream holds; a line of nothing but white space proves nothing.
"""

from __future__ import annotations

import re

from itk.model.evidence import Line, LogEvent
from itk.reading.logfields import KNOWN_LEVELS
from itk.reading.textlines import text_line

_TIME = re.compile(r"\[?(\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?)")
_LEVEL = re.compile(
    r"\b(?:level=)?([A-Z]{4,11}|(?<=level=)[a-z]{4,8}"
    r"|\A(?:trce|dbug|info|warn|fail|crit)(?=: )|(?<=\d )(?:VRB|DBG|INF|WRN|ERR|FTL)(?=\]))\b"  # .NET's, Serilog's
)
_HEAD = 120


class Text:
    """Lines without any form that ITK knows."""

    name = "text"
    begins = ""
    keys: tuple[str, ...] = ()

    def read(self, event: LogEvent) -> tuple[Line, ...] | None:
        if event.source == "agent_stream":
            return None  # unread: our own entrypoint wrote it, so something is wrong
        message = event.message
        text = message.strip()
        if not text:
            return ()
        head = text[:_HEAD]
        time = _TIME.match(head)
        said = message.rstrip("\r\n")
        when = None if time is None else time[1]
        return (text_line(event, self.name, text=said, time=when, level=_level(head), request_id=None),)


def _level(head: str) -> str | None:
    """The first level name in capitals among the first words, or after `level=`."""
    words: list[str] = _LEVEL.findall(head.partition("{")[0])
    return next((word for word in words if word.upper() in KNOWN_LEVELS), None)


FORMAT = Text()
