"""`python -m itk.sandbox.server ACCOUNT REGION FOLDER [--idle-minutes N] [--stdin-lifeline] [--state FILE]`

Prints one JSON line when it is ready: `{"endpoint": ..., "pid": ..., "account": ..., "region": ...}`.
It ends on SIGTERM, after `--idle-minutes` without a request, or (with `--stdin-lifeline`) when stdin ends, which it
does when the parent is gone, however it went. FOLDER is private to the process and is removed at the end.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import shutil
import signal
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any


def main() -> None:
    arguments = _arguments()
    listener = socket.create_server(("127.0.0.1", 0))
    endpoint = f"http://127.0.0.1:{listener.getsockname()[1]}"
    _configure_ministack(arguments, listener.getsockname()[1])
    try:
        asyncio.run(_serve(arguments, listener, endpoint))
    finally:
        if arguments.state:
            arguments.state.unlink(missing_ok=True)
        shutil.rmtree(arguments.folder, ignore_errors=True)
    # ministack keeps non-daemon threads; everything of ours is closed, so do not wait for them.
    os._exit(0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="itk-sandbox-server")
    parser.add_argument("account")
    parser.add_argument("region")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--idle-minutes", type=float, default=0.0)
    parser.add_argument("--stdin-lifeline", action="store_true")
    parser.add_argument("--state", type=Path, help="a file that tells of this server; removed at the end")
    return parser.parse_args()


def _configure_ministack(arguments: argparse.Namespace, port: int) -> None:
    """ministack reads these while it is imported."""
    os.environ |= {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_ACCOUNT_ID": arguments.account,
        "MINISTACK_REGION": arguments.region,
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LOG_LEVEL": "CRITICAL",
        "TMPDIR": str(arguments.folder),
    }


async def _serve(arguments: argparse.Namespace, listener: socket.socket, endpoint: str) -> None:
    from hypercorn.asyncio import serve
    from hypercorn.config import Config

    from itk.sandbox.server.app import SandboxApp
    from itk.sandbox.server.functions.launching import Host

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, stop.set)
    if arguments.stdin_lifeline:
        _stop_at_end_of_stdin(loop, stop)
    app = SandboxApp(Host(endpoint, arguments.account, arguments.folder), arguments.region)
    watch = _stop_when_idle(app, arguments.idle_minutes * 60, stop) if arguments.idle_minutes else stop.wait()
    idle_watch = asyncio.ensure_future(watch)

    async def ready_app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            await app(scope, receive, send)
            return

        async def announcing(message: dict[str, Any]) -> None:
            await send(message)
            if message["type"] == "lifespan.startup.complete":
                loop.call_later(0.01, _announce, arguments, endpoint)

        await app(scope, receive, announcing)

    config = Config()
    config.bind = [f"fd://{listener.fileno()}"]
    config.accesslog = None
    config.errorlog = None
    config.keep_alive_timeout = 75
    config.graceful_timeout = 0.2
    with contextlib.suppress(asyncio.CancelledError):
        await serve(ready_app, config, shutdown_trigger=stop.wait)
    idle_watch.cancel()
    await asyncio.to_thread(app.close)


def _announce(arguments: argparse.Namespace, endpoint: str) -> None:
    identity = {"endpoint": endpoint, "pid": os.getpid(), "account": arguments.account, "region": arguments.region}
    print(json.dumps(identity), flush=True)  # noqa: T201 - the ready line is this process's interface


def _stop_at_end_of_stdin(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    parent = os.getppid()

    def watch_stdin() -> None:
        while sys.stdin.buffer.read(4096):
            pass
        loop.call_soon_threadsafe(stop.set)

    def watch_parent() -> None:  # a forked sibling may hold our stdin open
        while os.getppid() == parent:
            time.sleep(0.5)
        loop.call_soon_threadsafe(stop.set)

    for watch in (watch_stdin, watch_parent):
        threading.Thread(target=watch, daemon=True).start()


async def _stop_when_idle(app: Any, limit_s: float, stop: asyncio.Event) -> None:
    while time.monotonic() - app.last_request < limit_s:
        await asyncio.sleep(min(5.0, limit_s / 4))
    stop.set()


main()
