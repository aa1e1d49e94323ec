"""A small HTTP server that answers as it was told to, and keeps what it was sent."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec
import pytest

from itk.aws.session import Aws
from itk.model.case import Case, Stimulus
from itk.ports import Cleared

REGION = "eu-west-1"
RUN_ID = "itk-00112233445566778899"
SENT_NS = 1_760_000_000_000_000_000


class Received(msgspec.Struct, frozen=True):
    """One request as it came over the wire. Names of headers are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What is answered. Parts are sent one by one; `hang` keeps the connection open after them until the test ends."""

    status: int = 200
    headers: dict[str, str] = {}
    parts: tuple[bytes, ...] = ()
    hang: bool = False
    drop: bool = False  # close the connection instead of answering
    silent: bool = False  # neither answer nor close it, until the test ends


class Wire:
    """The server: `replies` are given in order, the last one again and again."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.replies: list[Reply] = [Reply()]
        self.over = threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def next_reply(self) -> Reply:
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


def _handler(wire: Wire) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            wire.received.append(Received(self.command, self.path, headers, body))
            reply = wire.next_reply()
            self.close_connection = True
            if reply.silent:
                wire.over.wait()
            if reply.drop or reply.silent:
                return
            self.send_response(reply.status)
            for name, value in {"Connection": "close", **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            for part in reply.parts:
                self.wfile.write(part)
                self.wfile.flush()
            if reply.hang:
                wire.over.wait()

        do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = answer  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


@pytest.fixture
def wire() -> Iterator[Wire]:
    wire = Wire()
    threading.Thread(target=wire.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield wire
    wire.over.set()
    wire.server.shutdown()
    wire.server.server_close()


@pytest.fixture
def aws(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> Aws:
    """A session whose every service is the wire."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    given = {
        "AWS_ENDPOINT_URL": wire.url,
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "example",
        "AWS_REGION": REGION,
        "NO_PROXY": "*",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return Aws(REGION)


def cleared(stimulus: Stimulus, name: str = "target", target_id: str = "") -> Cleared:
    """Leave to send, as only a test may give it."""
    return Cleared(Case(id="x", name="x", path="x.yaml", stimulus=stimulus), name, target_id)


def clock() -> Callable[[], int]:
    return lambda: SENT_NS
