"""What Lambda's runtimes write where a function's log format is JSON: Python, Node.js, Java, .NET.

    {"timestamp":"2026-11-22T07:31:02Z","level":"INFO","message":"order accepted","requestId":"7f0c2a52-..."}
    {"timestamp":"2026-11-22T07:31:02Z","log_level":"ERROR","errorMessage":"'order_id'","errorType":"KeyError","requestId":...}

The second is Python's uncaught exception. Python writes whole seconds: the record's milliseconds are taken where they
agree. Node puts an object into `message`; Java says `AWSRequestId` and prints a local time with a `Z`.
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from itk.model.evidence import Line, LogEvent
from itk.reading.aws.agentcore import of_agentcore
from itk.reading.idtext import is_uuid
from itk.reading.jsontext import document
from itk.reading.logfields import json_line, line_time
from itk.reading.timetext import moment

_POWERTOOLS = frozenset(("function_request_id", "functionRequestId", "FunctionRequestId", "service", "Service", "_aws"))


class RuntimeJson:
    """Lines of the runtimes' own JSON loggers, known by their request id."""

    name = "runtime_json"
    begins = "{"
    keys = ("requestId", "AWSRequestId")

    def read(self, event: LogEvent) -> tuple[Line, ...] | None:
        body = document(event.message)
        if not isinstance(body, dict) or not _is_ours(body) or of_agentcore(event.group, body):
            return None
        line = json_line(event, self.name, body)
        if "log_level" in body and line.error is not None:  # Python's runtime itself: nobody handled it
            line = replace(line, error=replace(line.error, origin="platform"))
        if "AWSRequestId" in body and (said := moment(body["timestamp"])) is not None:
            line = replace(line, time_ns=line_time(said._replace(zoned=False), event))  # Java's Z is no zone
        return (line,)


def _is_ours(body: dict[str, Any]) -> bool:
    if "timestamp" not in body or not _POWERTOOLS.isdisjoint(body):
        return False
    if not (is_uuid(body.get("requestId")) or is_uuid(body.get("AWSRequestId"))):
        return False
    return "level" in body or ("log_level" in body and ("errorMessage" in body or "errorType" in body))


FORMAT = RuntimeJson()
