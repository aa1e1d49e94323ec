"""The lines that Lambda itself writes around an invocation, in both log formats. Pure text, no I/O.

Text shapes: AWS-validated snapshots (`INIT_START`, `START`, `END`, `REPORT` with tabs and a closing newline); JSON
shapes and the level of each event: AWS Lambda developer guide, "Lambda Telemetry API" and "system log level event
mapping" (only what is at or above `SystemLogLevel` is written; successful runtimeDone and initReport are DEBUG).
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

LEVELS = ("DEBUG", "INFO", "WARN")


@dataclass(frozen=True, slots=True)
class Trace:
    """X-Ray identity of an invocation: `Root=...;Parent=...;Sampled=...`.

    `segment` is Lambda's own segment, which the platform lines name; `parent` is what the handler's work goes under.
    """

    root: str
    segment: str
    sampled: bool
    parent: str

    @property
    def header(self) -> str:
        return f"Root={self.root};Parent={self.parent};Sampled={int(self.sampled)}"


@dataclass(frozen=True, slots=True)
class Ending:
    """What REPORT tells: `status` is success, error or timeout."""

    status: str
    duration_ms: float
    memory_mb: int
    memory_used_mb: int
    init_ms: float | None = None
    error_type: str = ""
    crashed: bool = False

    @property
    def billed_ms(self) -> int:
        return math.ceil(self.duration_ms + (self.init_ms or 0))


@dataclass(frozen=True, slots=True)
class PlatformLines:
    """Writes the lines of one function in its log format; every method yields the events' messages."""

    json_format: bool
    system_level: str
    function: str
    version: str
    runtime: str
    runtime_arn: str

    def init_start(self, at: float) -> Iterator[str]:
        record = {
            "initializationType": "on-demand",
            "phase": "init",
            "runtimeVersion": self.runtime,
            "runtimeVersionArn": self.runtime_arn,
            "functionName": self.function,
            "functionVersion": self.version,
        }
        text = f"INIT_START Runtime Version: {self.runtime}\tRuntime Version ARN: {self.runtime_arn}\n"
        yield from self._line("INFO", at, "platform.initStart", record, text)

    def init_report(self, at: float, init_ms: float, status: str, error_type: str) -> Iterator[str]:
        """Text functions write it only when the init failed; JSON ones at DEBUG as well."""
        failed = status != "success"
        record: dict[str, Any] = {
            "initializationType": "on-demand",
            "phase": "init",
            "status": status,
            "metrics": {"durationMs": round(init_ms, 3)},
        }
        if failed:
            record["errorType"] = error_type
        text = f"INIT_REPORT Init Duration: {init_ms:.2f} ms\tPhase: init\tStatus: {status}"
        text += f"\tError Type: {error_type}\n" if error_type and status == "error" else "\n"
        yield from self._line("WARN" if failed else "DEBUG", at, "platform.initReport", record, text if failed else "")

    def start(self, at: float, request_id: str, trace: Trace | None) -> Iterator[str]:
        record = {"requestId": request_id, "version": self.version} | _tracing(trace)
        yield from self._line(
            "INFO", at, "platform.start", record, f"START RequestId: {request_id} Version: {self.version}\n"
        )

    def timed_out(self, at: float, request_id: str, timeout_s: float) -> Iterator[str]:
        """Only text functions say it in a line of its own; JSON ones in the status of the report."""
        if not self.json_format:
            yield f"{iso(at)} {request_id} Task timed out after {timeout_s:.2f} seconds\n\n"

    def exited(self, request_id: str, reason: str) -> Iterator[str]:
        """A runtime that died; `reason` as in `exit status 1` or `signal: killed`, empty for exit status 0."""
        if not self.json_format:
            yield f"{exit_message(request_id, reason)}\nRuntime.ExitError\n"

    def end(self, at: float, request_id: str, ending: Ending, trace: Trace | None) -> Iterator[str]:
        """END and REPORT; in JSON runtimeDone and report."""
        failure = {"errorType": ending.error_type} if ending.error_type else {}
        level = "INFO" if ending.status == "success" else "WARN"
        done: dict[str, Any] = {"requestId": request_id, "status": ending.status, **failure, **_tracing(trace)}
        done["metrics"] = {"durationMs": round(ending.duration_ms, 3)}
        done_level = "DEBUG" if ending.status == "success" else "WARN"
        yield from self._line(done_level, at, "platform.runtimeDone", done, f"END RequestId: {request_id}\n")
        metrics: dict[str, Any] = {
            "durationMs": round(ending.duration_ms, 3),
            "billedDurationMs": ending.billed_ms,
            "memorySizeMB": ending.memory_mb,
            "maxMemoryUsedMB": ending.memory_used_mb,
        }
        if ending.init_ms is not None:
            metrics["initDurationMs"] = round(ending.init_ms, 3)
        report = {"requestId": request_id, "metrics": metrics, "status": ending.status, **failure, **_tracing(trace)}
        yield from self._line(level, at, "platform.report", report, _report(request_id, ending, trace))

    def _line(self, level: str, at: float, kind: str, record: dict[str, Any], text: str) -> Iterator[str]:
        if not self.json_format:
            if text:
                yield text
        elif LEVELS.index(level) >= LEVELS.index(self.system_level):
            yield json.dumps({"time": iso(at), "type": kind, "record": record}, separators=(",", ":")) + "\n"


def exit_message(request_id: str, reason: str) -> str:
    how = f"with error: {reason}" if reason else "without providing a reason"
    return f"RequestId: {request_id} Error: Runtime exited {how}"


def iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{int(at * 1000) % 1000:03d}Z"


def _report(request_id: str, ending: Ending, trace: Trace | None) -> str:
    fields = [
        f"REPORT RequestId: {request_id}",
        f"Duration: {ending.duration_ms:.2f} ms",
        f"Billed Duration: {ending.billed_ms} ms",
        f"Memory Size: {ending.memory_mb} MB",
        f"Max Memory Used: {ending.memory_used_mb} MB",
    ]
    if ending.init_ms is not None:
        fields.append(f"Init Duration: {ending.init_ms:.2f} ms")
    # A handler that raised reports no status in text: the traceback says it. Crashes and time-outs do.
    if ending.status == "timeout":
        fields.append("Status: timeout")
    elif ending.crashed:
        fields += ["Status: error", f"Error Type: {ending.error_type}"]
    line = "\t".join(fields) + "\t\n"
    if trace is not None:
        line += f"XRAY TraceId: {trace.root}\tSegmentId: {trace.segment}\tSampled: true\t\n"
    return line


def _tracing(trace: Trace | None) -> dict[str, Any]:
    if trace is None:
        return {}
    return {"tracing": {"spanId": trace.segment, "type": "X-Amzn-Trace-Id", "value": trace.header}}
