"""Runs INSIDE the handler process: prepares it as AWS does and hands over to a Lambda runtime interface client.

`python bootstrap.py app.handler` with the Lambda environment variables and two inherited pipes:
`_LAMBDA_TELEMETRY_LOG_FD` takes framed log records (awslambdaric's own protocol; each frame carries its own time) and
`ITK_LIFELINE_FD` reaches its end when the sandbox is gone, however it died; then this process must go too.

Standard library only: whatever is imported here would sit in front of the user's own modules.
"""

from __future__ import annotations

import io
import os
import runpy
import signal
import sys
import threading
import time
from pathlib import Path

FRAME_TYPE = 0xA55A0003  # text, no level
HERE = Path(__file__).resolve().parent


class FramedStream(io.TextIOBase):
    """stdout or stderr: every finished line becomes one frame, stamped when it was written."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._partial = ""
        self._lock = threading.Lock()

    encoding = "utf-8"
    errors = "replace"

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        with self._lock:
            *lines, self._partial = (self._partial + text).split("\n")
            for line in lines:
                self._send(line)
        return len(text)

    def flush_partial(self) -> None:
        """A last line without a newline is written when the invocation ends."""
        with self._lock:
            partial, self._partial = self._partial, ""
            if partial:
                self._send(partial)

    def _send(self, line: str) -> None:
        message = line.encode("utf-8", "replace")
        stamp = time.time_ns() // 1000
        header = FRAME_TYPE.to_bytes(4, "big") + len(message).to_bytes(4, "big") + stamp.to_bytes(8, "big")
        view = memoryview(header + message)
        while view:
            view = view[os.write(self._fd, view) :]


def die_with_the_sandbox(fd: int) -> None:
    def watch() -> None:
        os.read(fd, 1)  # nobody ever writes: this returns when the other end is closed
        os.killpg(0, signal.SIGKILL)  # we lead our own session: children of the handler go with us

    threading.Thread(target=watch, daemon=True).start()


def main() -> None:
    handler = sys.argv[1]
    die_with_the_sandbox(int(os.environ.pop("ITK_LIFELINE_FD")))
    sys.path[0] = os.environ["LAMBDA_TASK_ROOT"]  # was this file's folder
    streams = [FramedStream(int(os.environ["_LAMBDA_TELEMETRY_LOG_FD"])) for _ in range(2)]
    sys.stdout, sys.stderr = streams
    ric = os.environ.pop("ITK_RIC")
    sys.argv = [ric, handler]
    try:
        _hand_over(ric, handler, streams)
    except Exception:  # noqa: BLE001 - whatever a runtime client raises when nobody answers it any more
        # The sandbox was killed and this thread noticed before the watcher did: children of the handler must go too.
        os.killpg(0, signal.SIGKILL)


def _hand_over(ric: str, handler: str, streams: list[FramedStream]) -> None:
    """Serve invocations; comes back only with an error, for a handler's own errors are answers."""
    if ric == "awslambdaric":
        _flush_before_answers(streams)
        runpy.run_module(ric, run_name="__main__", alter_sys=True)
    else:
        run = runpy.run_path(str(HERE / "fallback_ric.py"))["run"]
        run(handler, lambda: _flush(streams))


def _flush_before_answers(streams: list[FramedStream]) -> None:
    """Log lines must leave before the answer does, or they would come after END."""
    from awslambdaric.lambda_runtime_client import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
        LambdaRuntimeClient,
    )

    for name in ("post_invocation_result", "post_invocation_error", "post_init_error"):
        post = getattr(LambdaRuntimeClient, name)

        def flushed(*args: object, _post: object = post, **kwargs: object) -> object:
            _flush(streams)
            return _post(*args, **kwargs)  # type: ignore[operator]

        setattr(LambdaRuntimeClient, name, flushed)


def _flush(streams: list[FramedStream]) -> None:
    for stream in streams:
        stream.flush_partial()


if __name__ == "__main__":
    main()
