"""The lines that the Lambda platform itself writes, text form: the skeleton of every invocation.

    START RequestId: 7f0c2a52-3d0f-4c7e-9a55-0b6f1c9f7a11 Version: $LATEST
    REPORT RequestId: 7f0c2a52-3d0f-4c7e-9a55-0b6f1c9f7a11\tDuration: 412.61 ms\tBilled Duration: 413 ms\t...

A REPORT may carry `Status: timeout`, or `Status: error` and an `Error Type` (the new way, then its only sign), and the
X-Ray ids on a second line of the same event. Old ways stay: `Task timed out`, `Runtime exited`, `Process exited`.

    INIT_REPORT Init Duration: 10008.69 ms\tPhase: init\tStatus: timeout

`Phase: init` comes before START, and Lambda tries again within the invocation; `Phase: invoke` is that second try.
"""

from __future__ import annotations

import re
from typing import Any, Literal

from itk.model.evidence import ErrorFact, LambdaFact, LogEvent
from itk.reading.idtext import typed
from itk.reading.logfields import decimal, evidence, whole
from itk.reading.timetext import MS, unix_ns

_STARTS = frozenset("SERITLUXO0123456789")  # of every line below: all else is refused by one look
_NOTHING = ("EXTENSION\t", "EXTENSION Name:", "TELEMETRY\t", "TELEMETRY Name:", "LOGS\t", "LOGS Name:", "XRAY TraceId:")
_UNKNOWN_ERROR = "Unknown application error occurred"
_BLOCK = re.compile(r"(START|END|REPORT) RequestId: ([^\s\\]+)")
_VERSION = re.compile(r"Version: ([^\s\\]+)")
# Longer names first: `Billed Duration` must not be read as `Duration`. The (Post) Runtime ones are Datadog's.
_FIELD = re.compile(
    r"(Billed Restore Duration|Restore Duration|Billed Duration|Init Duration|(?:Post )?Runtime Duration|Duration"
    r"|Memory Size|Max Memory Used|Status|Error Type|TraceId|SegmentId|Sampled|Phase): *([^\s\\]+)"
)
_TIMED_OUT = re.compile(r"(\d{4}-\d\d-\d\dT[\d:.]+Z) ([^\s]+) (Task timed out after [\d.]+ seconds)")
_CRASH = re.compile(
    r"RequestId: ([^\s]+) (?:Error: ((?:Runtime exited|Task timed out|Runtime failed)[^\n]*)"
    r"|(Process exited before completing request))"
)
_ERROR_TYPE = re.compile(r"(?:\s|\\n)+((?:Runtime|Sandbox|Extension)\.\w{1,100})(?:\s|\\n|$)")
# How Datadog's extension ends a REPORT of its own.
_FAILED = re.compile(r"Task (?:timed out after [\d.]+ seconds|failed(?:: (\S+)| with an unknown error))")
_PHASES: dict[str, Literal["init", "invoke"]] = {"init": "init", "invoke": "invoke"}
_STATUSES = {"timeout": "timeout", "error": "error", "failure": "failure", "success": "success"}


class LambdaText:
    """START, END, REPORT, INIT and RESTORE lines, timeouts and crashes."""

    name = "lambda_text"
    begins = "".join(_STARTS)
    keys: tuple[str, ...] = ()

    def read(self, event: LogEvent) -> tuple[LambdaFact, ...] | None:
        message = event.message
        if message[:1] not in _STARTS:
            return None
        if message.startswith(("START ", "END ", "REPORT ")):
            return self._block(event)
        if message.startswith(("INIT_", "RESTORE_")):
            return self._init(event)
        if message.startswith("RequestId: "):
            return self._crash(event)
        if message[0].isdigit():
            return self._timed_out(event)
        return () if message.startswith(_NOTHING) or message.split("\n", 1)[0] == _UNKNOWN_ERROR else None

    def _block(self, event: LogEvent) -> tuple[LambdaFact, ...] | None:
        match = _BLOCK.match(event.message)
        if match is None:
            return None
        kind, request_id = match[1], match[2]
        if kind == "REPORT":
            return (self._report(event, request_id, match.end()),)
        version = _VERSION.search(event.message, match.end(), match.end() + 200) if kind == "START" else None
        return (
            LambdaFact(
                evidence=evidence(event, self.name),
                phase="start" if kind == "START" else "end",
                time_ns=event.time_ms * MS,
                request_id=request_id,
                version=None if version is None else version[1],
            ),
        )

    def _report(self, event: LogEvent, request_id: str, start: int) -> LambdaFact:
        fields = dict(_FIELD.findall(event.message[start : start + 4_000]))
        status, error = _outcome(fields)
        said = _FAILED.search(event.message, start, start + 4_000)
        if said is not None and status is None:
            status = "timeout" if said[0].startswith("Task timed out") else "error"
            error = _error(said[1] or "", said[0])
        ids = [typed("xray_root", fields.get("TraceId")), typed("xray_segment_id", fields.get("SegmentId"))]
        init = fields.get("Init Duration") or fields.get("Restore Duration")
        return LambdaFact(
            evidence=evidence(event, self.name),
            phase="report",
            time_ns=event.time_ms * MS,
            request_id=request_id,
            duration_ms=decimal(fields.get("Duration")),
            billed_ms=decimal(fields.get("Billed Duration")),
            memory_mb=whole(fields.get("Memory Size")),
            max_memory_mb=whole(fields.get("Max Memory Used")),
            init_ms=decimal(init),
            status=status,
            error=error,
            ids=tuple(i for i in ids if i is not None),
        )

    def _init(self, event: LogEvent) -> tuple[LambdaFact, ...] | None:
        """A restore (SnapStart) is the cold start of its environment, so it is read as one."""
        head = event.message[:4_000]
        starts = head.startswith(("INIT_START", "RESTORE_START"))
        if not starts and not head.startswith(("INIT_REPORT", "RESTORE_REPORT")):
            return None
        fields = {} if starts else dict(_FIELD.findall(head))
        status, error = _outcome(fields)
        return (
            LambdaFact(
                evidence=evidence(event, self.name),
                phase="init_start" if starts else "init_report",
                time_ns=event.time_ms * MS,
                init_ms=decimal(fields.get("Init Duration") or fields.get("Restore Duration")),
                init_phase="restore" if head.startswith("RESTORE") else _PHASES.get(fields.get("Phase", "")),
                status=status,
                error=error,
            ),
        )

    def _timed_out(self, event: LogEvent) -> tuple[LambdaFact, ...] | None:
        match = _TIMED_OUT.match(event.message)
        if match is None:
            return None
        time_ns = unix_ns(match[1])
        return (
            LambdaFact(
                evidence=evidence(event, self.name),
                phase="timeout",
                time_ns=event.time_ms * MS if time_ns is None else time_ns,
                request_id=match[2],
                status="timeout",
                error=_error("", match[3]),
            ),
        )

    def _crash(self, event: LogEvent) -> tuple[LambdaFact, ...] | None:
        match = _CRASH.match(event.message)
        if match is None:
            return None
        said = (match[2] or match[3]) + event.message[match.end() : match.end() + 200]
        named = _ERROR_TYPE.search(said)  # `Runtime.ExitError` on the second line, unless the line was copied
        text, kind = (said[: named.start()], named[1]) if named else (said.partition("\n")[0], "")
        text = text.strip()
        timeout = text.startswith("Task timed out")
        return (
            LambdaFact(
                evidence=evidence(event, self.name),
                phase="timeout" if timeout else "crash",
                time_ns=event.time_ms * MS,
                request_id=match[1],
                status="timeout" if timeout else "error",
                error=_error(kind, text),
            ),
        )


def _error(kind: str, message: str) -> ErrorFact:
    return ErrorFact(type=kind, message=message, origin="platform")


def _outcome(fields: dict[str, str]) -> tuple[Any, ErrorFact | None]:
    status = _STATUSES.get(fields.get("Status", ""))
    kind = fields.get("Error Type", "")
    if status in (None, "success") and not kind:
        return status, None
    return status or "error", _error(kind, "")


FORMAT = LambdaText()
