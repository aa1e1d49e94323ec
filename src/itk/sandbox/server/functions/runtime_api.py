"""The Lambda Runtime API of one execution environment: a tiny HTTP server on loopback for its handler process."""

from __future__ import annotations

import queue
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PREFIX = "/2018-06-01/runtime/"


@dataclass(frozen=True, slots=True)
class Task:
    """One invocation as the runtime sees it."""

    request_id: str
    payload: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Posted:
    """What the runtime said: `ready`, `response`, `error`, `init-error`; or `exit`, when its process ended."""

    kind: str
    request_id: str = ""
    body: bytes = b""
    error_type: str = ""
    exit_code: int = 0


class RuntimeApi:
    """`posted` receives everything the runtime has to say, in order."""

    def __init__(self) -> None:
        self.posted: queue.Queue[Posted] = queue.Queue()
        self._tasks: queue.Queue[Task | None] = queue.Queue()
        self._server = _Server(self)
        threading.Thread(target=self._server.serve_forever, name="runtime-api", daemon=True).start()

    @property
    def address(self) -> str:
        host, port = self._server.server_address[:2]
        return f"{host!s}:{port}"

    def offer(self, task: Task) -> None:
        self._tasks.put(task)

    def next_task(self) -> Task | None:
        """Blocks; None once the environment is closed."""
        self.posted.put(Posted("ready"))
        return self._tasks.get()

    def close(self) -> None:
        self._tasks.put(None)
        # shutdown() waits for the poll interval of serve_forever; nobody needs to wait for that.
        threading.Thread(target=self._stop, daemon=True).start()

    def _stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, api: RuntimeApi) -> None:
        self.api = api
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A handler process that was killed in mid-request is our own doing; nothing to say."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # One write per answer and no Nagle: otherwise every invocation waits 40 ms for a delayed ACK.
    wbufsize = -1
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, format: str, *args: object) -> None:
        """Silence: stderr is for the user."""

    def do_GET(self) -> None:
        if self.path != PREFIX + "invocation/next":
            self._answer(404)
            return
        task = self.server.api.next_task()
        if task is None:
            self.close_connection = True
            return
        headers = {"Lambda-Runtime-Aws-Request-Id": task.request_id, "Content-Type": "application/json"}
        self._answer(200, task.payload, {**headers, **task.headers})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        error_type = self.headers.get("Lambda-Runtime-Function-Error-Type", "")
        parts = self.path.removeprefix(PREFIX).split("/")
        if parts == ["init", "error"]:
            self.server.api.posted.put(Posted("init-error", body=body, error_type=error_type))
        elif len(parts) == 3 and parts[0] == "invocation" and parts[2] in ("response", "error"):
            self.server.api.posted.put(Posted(parts[2], parts[1], body, error_type))
        else:
            self._answer(404)
            return
        self._answer(202, b'{"status":"OK"}')

    def _answer(self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()
