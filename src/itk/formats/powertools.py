"""Powertools for AWS Lambda, Logger, in Python, TypeScript, Java and .NET.

    {"level":"INFO","location":"handler:12","message":"order accepted","timestamp":"2026-11-22 07:31:02,120+0000",
     "service":"orders","cold_start":true,"function_name":"intake","function_request_id":"7f0c2a52-..."}
    {"Level":"Information","Message":"order accepted","Timestamp":"2026-11-22T07:31:02.1204262Z","Service":"orders",...}

`message` may be an object, or JSON as text. `xray_trace_id` is there even where nothing was sampled. Appended keys
outlive their request on a warm function: a `correlation_id` may be the previous one's.
"""

from __future__ import annotations

from typing import Any

from itk.model.evidence import Line, LogEvent
from itk.reading.jsontext import document
from itk.reading.logfields import json_line

_CONTEXT_KEYS = ("function_request_id", "functionRequestId", "FunctionRequestId")
_CASES = (("service", "level", "timestamp"), ("Service", "Level", "Timestamp"))


class Powertools:
    """Lines with Powertools' Lambda context, or with its `service`, `level` and `timestamp`."""

    name = "powertools"
    begins = "{"
    keys = ("timestamp", "Timestamp")

    def read(self, event: LogEvent) -> tuple[Line, ...] | None:
        body = document(event.message)
        if not isinstance(body, dict) or not _is_ours(body):
            return None
        return (json_line(event, self.name, body),)


def _is_ours(body: dict[str, Any]) -> bool:
    if "_aws" in body or ("timestamp" not in body and "Timestamp" not in body):
        return False
    for key in _CONTEXT_KEYS:
        if isinstance(body.get(key), str):
            return True
    return any(all(isinstance(body.get(key), str) for key in case) for case in _CASES)


FORMAT = Powertools()
