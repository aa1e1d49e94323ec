"""What Rust's `tracing` writes on Lambda: no time, and the request id among the fields of the runtime's span.

    INFO Lambda runtime invoke{requestId="7f0c2a52-3d0f-..." xrayTraceId="Root=1-6747b2f6-..."}: intake: order accepted

Levels are set to five characters: ` INFO` and ` WARN` begin with a space. Lines outside of an invocation are any text.
"""

from __future__ import annotations

import re

from itk.model.evidence import Line, LogEvent
from itk.reading.textlines import text_line

_UUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
_LINE = re.compile(rf' ?(TRACE|DEBUG|INFO|WARN|ERROR) [^{{\n]{{0,100}}\{{requestId="?({_UUID})"?[^}}\n]{{0,400}}\}}')
_FIRST = frozenset(" TDIWE")


class RustText:
    """Lines of the default subscriber within an invocation."""

    name = "rust_text"
    begins = " TDIWE"
    keys: tuple[str, ...] = ()

    def read(self, event: LogEvent) -> tuple[Line, ...] | None:
        message = event.message
        match = _LINE.match(message) if message[:1] in _FIRST else None
        if match is None:
            return None
        text = message[match.end() :].lstrip(": ").rstrip()
        return (text_line(event, self.name, text=text, time=None, level=match[1], request_id=match[2]),)


FORMAT = RustText()
