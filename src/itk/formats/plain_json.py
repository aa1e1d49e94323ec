"""Any other JSON object on a line: `print(json.dumps(...))`, structlog, pino, slog, Serilog, Rust's tracing.

    {"ts":"2026-11-22T07:31:02.120131Z","severity":"warn","msg":"slow table","aws_request_id":"7f0c2a52-..."}
    {"itk":"span","name":"UpdateItem orders","kind":"CLIENT","component":{"type":"table","name":"orders"},...}

Fields are found under their common names; what has none of them is still an object that other readers may know.
"""

from __future__ import annotations

from itk.model.evidence import Line, LogEvent
from itk.reading.jsontext import document
from itk.reading.logfields import json_line


class PlainJson:
    """JSON objects of loggers without a format of their own here."""

    name = "plain_json"
    begins = "{"
    keys: tuple[str, ...] = ()

    def read(self, event: LogEvent) -> tuple[Line, ...] | None:
        if event.source == "agent_stream":
            return None
        body = document(event.message)
        return (json_line(event, self.name, body),) if isinstance(body, dict) else None


FORMAT = PlainJson()
