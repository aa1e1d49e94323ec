"""Reads what a handler process writes: framed log records, and raw bytes on stdout and stderr."""

from __future__ import annotations

import os
import selectors
import threading
import time
from collections.abc import Callable

FRAME_HEADER = 16  # type, length (4 bytes each), microseconds since the epoch (8), big-endian
JSON_FRAME_BIT = 1  # awslambdaric's frame types: even = JSON, odd = text

OnLine = Callable[[float, str], None]  # seconds since the epoch, the event's message


class LogReader:
    """One thread reads both pipes; `drain()` makes sure that nothing written so far is left behind."""

    def __init__(self, frames_fd: int, raw_fd: int, on_line: OnLine) -> None:
        self._on_line = on_line
        self._lock = threading.Lock()
        self._buffers = {frames_fd: b"", raw_fd: b""}
        self._frames_fd = frames_fd
        self._open = {frames_fd, raw_fd}
        for fd in self._open:
            os.set_blocking(fd, False)
        self._thread = threading.Thread(target=self._follow, name="handler-logs", daemon=True)
        self._thread.start()

    def drain(self) -> None:
        """Take what stands in the pipes now. The writer is quiet, so this is all of it."""
        with self._lock:
            for fd in tuple(self._open):
                self._take(fd)

    def join(self, timeout_s: float) -> None:
        """Wait for the end of both pipes (the process, and whoever inherited them, is gone)."""
        self._thread.join(timeout_s)

    def _follow(self) -> None:
        with selectors.DefaultSelector() as selector:
            for fd in tuple(self._open):
                selector.register(fd, selectors.EVENT_READ)
            while self._open:
                for key, _ in selector.select():
                    with self._lock:
                        self._take(key.fd)
                    if key.fd not in self._open:
                        selector.unregister(key.fd)
                        os.close(key.fd)

    def _take(self, fd: int) -> None:
        while fd in self._open:
            try:
                data = os.read(fd, 65536)
            except BlockingIOError:
                return
            if not data:
                self._open.discard(fd)
            self._buffers[fd] += data
            if fd == self._frames_fd:
                self._cut_frames(fd)
            else:
                self._cut_lines(fd, at_end=not data)

    def _cut_frames(self, fd: int) -> None:
        buffer = self._buffers[fd]
        while len(buffer) >= FRAME_HEADER:
            kind = int.from_bytes(buffer[:4], "big")
            length = int.from_bytes(buffer[4:8], "big")
            if len(buffer) < FRAME_HEADER + length:
                break
            at = int.from_bytes(buffer[8:16], "big") / 1e6
            message = buffer[FRAME_HEADER : FRAME_HEADER + length].decode("utf-8", "replace")
            buffer = buffer[FRAME_HEADER + length :]
            # Text records keep their own newline and get the platform's: `[INFO]\t...\tmessage\n\n`, as on AWS.
            self._on_line(at, (message if kind & JSON_FRAME_BIT else message.rstrip("\n")) + "\n")
        self._buffers[fd] = buffer

    def _cut_lines(self, fd: int, at_end: bool) -> None:
        *lines, rest = self._buffers[fd].split(b"\n")
        if at_end and rest:
            lines, rest = [*lines, rest], b""
        for line in lines:
            self._on_line(time.time(), line.decode("utf-8", "replace") + "\n")
        self._buffers[fd] = rest
