"""The lines that the Lambda platform writes where a function logs JSON, and those of the Telemetry API.

    {"time":"2026-11-22T07:31:02.120Z","type":"platform.start","record":{"requestId":"7f0c2a52-...","version":"$LATEST"}}
    {"time":"2026-11-22T07:31:02.533Z","type":"platform.report","record":{"requestId":"7f0c2a52-...","status":"timeout",...}}

The record of `platform.fault` is text. Managed Instances report `durationMs` alone, and run invocations side by side.
"""

from __future__ import annotations

import re
from typing import Any, Literal

from msgspec.structs import replace

from itk.model.evidence import ErrorFact, LambdaFact, Line, LogEvent
from itk.reading.idtext import line_ids, typed
from itk.reading.jsontext import document, embedded
from itk.reading.logfields import TIME_KEYS, decimal, evidence, first, json_line, line_time, text_of, whole
from itk.reading.timetext import MS, moment

Phase = Literal["init_start", "start", "end", "report", "runtime_done", "init_report", "logs_dropped", "crash"]

_PHASES: dict[str, Phase] = {
    "platform.initStart": "init_start",
    "platform.restoreStart": "init_start",  # a SnapStart restore is the cold start of its environment
    "platform.start": "start",
    "platform.end": "end",
    "platform.runtimeDone": "runtime_done",
    "platform.report": "report",
    "platform.initReport": "init_report",
    "platform.restoreReport": "init_report",
    "platform.logsDropped": "logs_dropped",
}
_STATUSES = ("success", "error", "failure", "timeout")
_FAULT_ID = re.compile(r"RequestId: (\S+)")


class LambdaJson:
    """`platform.*` records; the function's own text where the Telemetry API wraps it."""

    name = "lambda_json"
    begins = "{"
    keys = ("record",)

    def read(self, event: LogEvent) -> tuple[LambdaFact | Line, ...] | None:
        body = document(event.message)
        if not isinstance(body, dict):
            return None
        kind = body.get("type")
        if not isinstance(kind, str) or "record" not in body or "time" not in body:
            return None
        record = body["record"]
        if kind.startswith("platform."):
            return self._platform(event, body, kind, record)
        if kind == "function":
            return (self._function(event, body, record),)
        return () if kind == "extension" else None

    def _platform(self, event: LogEvent, body: dict[str, Any], kind: str, record: Any) -> tuple[LambdaFact, ...] | None:
        time = moment(body["time"])
        time_ns = event.time_ms * MS if time is None else time.ns
        if kind == "platform.fault":
            return (self._fault(event, time_ns, record),)
        phase = _PHASES.get(kind)
        if phase is None or not isinstance(record, dict):
            return ()  # extensions, subscriptions, initRuntimeDone: initReport says it again, with its duration
        metrics = record.get("metrics")
        metrics = metrics if isinstance(metrics, dict) else {}
        took = decimal(metrics.get("durationMs"))
        tracing = record.get("tracing")
        tracing = tracing if isinstance(tracing, dict) else {}
        ids = [typed("xray_root", tracing.get("value")), typed("xray_segment_id", tracing.get("spanId"))]
        status = record.get("status")
        init = took if phase == "init_report" else decimal(metrics.get("initDurationMs"))
        return (
            LambdaFact(
                evidence=evidence(event, self.name),
                phase=phase,
                time_ns=time_ns,
                request_id=text_of(record.get("requestId")) or None,
                version=text_of(record.get("version") or record.get("functionVersion")) or None,
                duration_ms=None if phase == "init_report" else took,
                billed_ms=decimal(metrics.get("billedDurationMs")),
                memory_mb=whole(metrics.get("memorySizeMB")),
                max_memory_mb=whole(metrics.get("maxMemoryUsedMB")),
                init_ms=decimal(metrics.get("restoreDurationMs")) if init is None else init,
                init_phase="restore" if kind.startswith("platform.restore") else _init_phase(record),
                initialization_type=text_of(record.get("initializationType")),
                status=status if status in _STATUSES else None,
                error=_error(record),
                ids=tuple(i for i in ids if i is not None),
                dropped_records=whole(record.get("droppedRecords")),
            ),
        )

    def _fault(self, event: LogEvent, time_ns: int, record: Any) -> LambdaFact:
        text = (
            text_of(record)
            if isinstance(record, str)
            else text_of(_get(record, "message") or _get(record, "errorMessage"))
        )
        match = _FAULT_ID.search(text)
        message = text[match.end() :].strip() if match else text.strip()
        return LambdaFact(
            evidence=evidence(event, self.name),
            phase="crash",
            time_ns=time_ns,
            request_id=match[1] if match else text_of(_get(record, "requestId")) or None,
            status="error",
            error=ErrorFact(type=text_of(_get(record, "errorType")), message=message, origin="platform"),
        )

    def _function(self, event: LogEvent, body: dict[str, Any], record: Any) -> Line:
        if isinstance(record, dict):  # what the function logged as JSON
            line = json_line(event, self.name, record)
            return line if first(record, TIME_KEYS) is not None else replace(line, time_ns=_time(event, body))
        text = text_of(record)
        inside = embedded(text) if text else record if isinstance(record, list) else None
        return Line(
            evidence=evidence(event, self.name),
            time_ns=_time(event, body),
            text=text.rstrip(),
            body=inside,
            ids=line_ids(event.message, inside),
        )


def _time(event: LogEvent, body: dict[str, Any]) -> int:
    return line_time(moment(body["time"]), event)


def _init_phase(record: dict[str, Any]) -> Literal["init", "invoke"] | None:
    phase = record.get("phase")
    return phase if phase in ("init", "invoke") else None


def _get(record: Any, key: str) -> Any:
    return record.get(key) if isinstance(record, dict) else None


def _error(record: dict[str, Any]) -> ErrorFact | None:
    kind = text_of(record.get("errorType"))
    if not kind and record.get("status") not in ("error", "failure", "timeout"):
        return None
    return ErrorFact(type=kind, message=text_of(record.get("errorMessage")), origin="platform")


FORMAT = LambdaJson()
