"""One execution environment: one process, one log stream, one invocation at a time, as on AWS."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from itk.sandbox.server.functions.log_reader import LogReader
from itk.sandbox.server.functions.platform_lines import Ending, PlatformLines, Trace, exit_message
from itk.sandbox.server.functions.runtime_api import Posted, RuntimeApi, Task

INIT_LIMIT_S = 10.0  # AWS gives the init phase ten seconds
TASK_ROOT = "/var/task"  # what AWS calls the folder of the code; tracebacks show it
BOOTSTRAP = Path(__file__).with_name("bootstrap.py")

WriteLine = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class Launch:
    """Everything needed to start a handler process."""

    handler: str
    code_dir: Path
    variables: Mapping[str, str]
    ric: str  # awslambdaric, or our own fallback
    memory_mb: int
    timeout_s: float


@dataclass(frozen=True, slots=True)
class Invocation:
    request_id: str
    payload: bytes
    function_arn: str
    trace: Trace  # sampled: REPORT then carries the XRAY line
    client_context: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`payload` is what Invoke answers; `error` means X-Amz-Function-Error: Unhandled.

    The times are seconds since the epoch: START, REPORT, and of a cold start the init phase before them.
    """

    payload: bytes
    error: bool
    log: str
    started: float
    ended: float
    duration_ms: float
    init: tuple[float, float] | None


class Environment:
    """Starts its process at once; `invoke` until it is `broken`, then `close`."""

    def __init__(self, launch: Launch, lines: PlatformLines, write: WriteLine) -> None:
        self.broken = False
        self.idle_since = time.monotonic()
        self._launch = launch
        self._lines = lines
        self._store = write
        self._tail: list[str] = []
        self._init_ms: float | None = None
        self._init: tuple[float, float] | None = None
        self._init_error: Posted | None = None
        self._api = RuntimeApi()
        self._begin()

    def invoke(self, invocation: Invocation) -> Outcome:
        """Run one event to its answer, its error, its time-out or its crash."""
        self._tail.clear()
        trace = invocation.trace if invocation.trace.sampled else None
        started = time.time()
        self._write(started, self._lines.start(started, invocation.request_id, trace))
        clock = time.perf_counter()
        posted = self._init_error or self._ask(invocation, started)
        duration_ms = (time.perf_counter() - clock) * 1000
        used_mb = self._memory_used_mb()  # before the process can be gone
        if posted is None or posted.kind in ("exit", "init-error"):
            self._kill()
        self._reader.drain()
        ended = time.time()
        payload, ending = self._judge(invocation.request_id, posted, duration_ms, used_mb, ended)
        self._write(ended, self._lines.end(ended, invocation.request_id, ending, trace))
        init, self._init, self._init_ms = self._init, None, None
        self.idle_since = time.monotonic()
        if ending.status != "success":  # tracebacks name files
            payload = payload.replace(str(self._launch.code_dir).encode(), TASK_ROOT.encode())
        log = "".join(self._tail)
        return Outcome(payload, ending.status != "success", log, started, ended, duration_ms, init)

    def close(self) -> None:
        self._kill()
        self._api.close()
        self._reader.join(1.0)

    # the process

    def _begin(self) -> None:
        started = time.time()
        self._write(started, self._lines.init_start(started))
        frames_read, frames_write = os.pipe()
        raw_read, raw_write = os.pipe()
        lifeline_read, self._lifeline = os.pipe()
        self._process = subprocess.Popen(  # noqa: S603 - our own bootstrap
            [sys.executable, str(BOOTSTRAP), self._launch.handler],
            cwd=self._launch.code_dir,
            env={
                **self._launch.variables,
                "AWS_LAMBDA_RUNTIME_API": self._api.address,
                "_LAMBDA_TELEMETRY_LOG_FD": str(frames_write),
                "ITK_LIFELINE_FD": str(lifeline_read),
                "ITK_RIC": self._launch.ric,
            },
            stdin=subprocess.DEVNULL,
            stdout=raw_write,
            stderr=raw_write,
            pass_fds=(frames_write, lifeline_read),
            start_new_session=True,
        )
        for fd in (frames_write, raw_write, lifeline_read):
            os.close(fd)
        self._reader = LogReader(frames_read, raw_read, self._write_own)
        threading.Thread(target=self._watch, name="handler-exit", daemon=True).start()
        self._finish_init(started)

    def _finish_init(self, started: float) -> None:
        posted = self._next(INIT_LIMIT_S) or Posted("init-error", error_type="Sandbox.Timedout")
        ended = time.time()
        self._init_ms = (ended - started) * 1000
        self._init = (started, ended)
        if posted.kind == "ready":
            self._write(ended, self._lines.init_report(ended, self._init_ms, "success", ""))
            return
        self._init_error = posted
        self._reader.drain()
        status = "timeout" if posted.error_type == "Sandbox.Timedout" else "error"
        error_type = posted.error_type or "Runtime.ExitError"
        self._write(ended, self._lines.init_report(ended, self._init_ms, status, error_type))

    def _watch(self) -> None:
        self._api.posted.put(Posted("exit", exit_code=self._process.wait()))

    def _kill(self) -> None:
        """The process and whatever it started; they have a session of their own."""
        self.broken = True
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        with contextlib.suppress(OSError):
            os.close(self._lifeline)
        self._lifeline = -1

    def _memory_used_mb(self) -> int:
        """Peak resident memory where the system tells it (Linux); else 0, for nobody knows."""
        try:
            status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii", errors="replace")
        except OSError:
            return 0
        peak = next((line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")), "0")
        return round(int(peak) / 1024)

    # the invocation

    def _ask(self, invocation: Invocation, started: float) -> Posted | None:
        """The runtime's answer to this request; None when the time is over."""
        deadline = started + self._launch.timeout_s
        headers = {
            "Lambda-Runtime-Deadline-Ms": str(int(deadline * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": invocation.function_arn,
            "Lambda-Runtime-Trace-Id": invocation.trace.header,
        }
        if invocation.client_context:
            headers["Lambda-Runtime-Client-Context"] = invocation.client_context
        self._api.offer(Task(invocation.request_id, invocation.payload, headers))
        while (left := deadline - time.time()) > 0:
            posted = self._next(left)
            if posted is None:
                return None
            if posted.kind in ("exit", "init-error") or posted.request_id == invocation.request_id:
                return posted
        return None

    def _next(self, timeout_s: float) -> Posted | None:
        try:
            return self._api.posted.get(timeout=timeout_s)
        except queue.Empty:
            return None

    def _judge(
        self, request_id: str, posted: Posted | None, duration_ms: float, used_mb: int, now: float
    ) -> tuple[bytes, Ending]:
        def ending(status: str, error_type: str = "", crashed: bool = False) -> Ending:
            return Ending(status, duration_ms, self._launch.memory_mb, used_mb, self._init_ms, error_type, crashed)

        if posted is None or posted.error_type == "Sandbox.Timedout":
            self._write(now, self._lines.timed_out(now, request_id, self._launch.timeout_s))
            message = f"RequestId: {request_id} Error: Task timed out after {self._launch.timeout_s:.2f} seconds"
            return _error("Sandbox.Timedout", message), ending("timeout", "Sandbox.Timedout")
        if posted.kind == "exit":
            reason = _exit_reason(posted.exit_code)
            self._write(now, self._lines.exited(request_id, reason))
            body = _error("Runtime.ExitError", exit_message(request_id, reason))
            return body, ending("error", "Runtime.ExitError", crashed=True)
        if posted.kind == "response":
            return posted.body, ending("success")
        return posted.body, ending("error", posted.error_type or error_of(posted.body)[0], posted.kind == "init-error")

    # log lines

    def _write(self, at: float, messages: Iterable[str]) -> None:
        for message in messages:
            self._write_own(at, message)

    def _write_own(self, at: float, message: str) -> None:
        message = message.replace(str(self._launch.code_dir), TASK_ROOT)
        self._tail.append(message)
        self._store(at, message)


def _error(error_type: str, message: str) -> bytes:
    return json.dumps({"errorType": error_type, "errorMessage": message}).encode()


def error_of(body: bytes) -> tuple[str, str]:
    """Type and message of an error answer."""
    try:
        error: Any = json.loads(body)
    except ValueError:
        return "Unhandled", ""
    if not isinstance(error, dict):
        return "Unhandled", ""
    return str(error.get("errorType", "Unhandled")), str(error.get("errorMessage", ""))


def _exit_reason(code: int) -> str:
    if code < 0:
        names = {signal.SIGKILL: "killed", signal.SIGTERM: "terminated", signal.SIGSEGV: "segmentation fault"}
        return f"signal: {names.get(signal.Signals(-code), signal.Signals(-code).name.lower())}"
    return f"exit status {code}" if code else ""
