"""The sandbox that stays: `itk sandbox up` and `down`. One per user, remembered in a file only the user can read."""

from __future__ import annotations

import json
import os
import shutil
import signal
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from itk.errors import ItkError
from itk.sandbox import launch

STOP_LIMIT_S = 10.0


@dataclass(frozen=True, slots=True)
class Running:
    """What the state file holds."""

    endpoint: str
    pid: int
    account: str
    region: str
    folder: str
    state: str  # the file itself; the server removes it when it ends

    def env(self) -> dict[str, str]:
        return launch.client_env(self.endpoint, self.region)


def up(account: str, region: str, idle_minutes: float) -> tuple[Running, bool]:
    """The running sandbox, and whether it was started just now."""
    if found := status():
        return found, False
    state = _state_file()
    server = launch.start(account, region, detached=True, idle_minutes=idle_minutes, state=state)
    running = Running(server.endpoint, server.pid, account, region, str(server.folder), str(state))
    descriptor = os.open(state, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(running), file)
    return running, True


def status() -> Running | None:
    """The sandbox that `up` made, if it lives; what a dead one left behind is removed."""
    try:
        running = Running(**json.loads(_state_file().read_text(encoding="utf-8")))
    except (FileNotFoundError, json.JSONDecodeError, TypeError):
        return None
    if _is_ours(running):
        return running
    _forget(running)
    return None


def down() -> Running | None:
    """End it and wait until it is gone; None if there was none."""
    running = status()
    if running is None:
        return None
    os.kill(running.pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_LIMIT_S
    while launch.is_alive(running.pid):
        if time.monotonic() > deadline:
            os.kill(running.pid, signal.SIGKILL)
            break
        time.sleep(0.02)
    _forget(running)
    return running


def _is_ours(running: Running) -> bool:
    """Alive, and the same process: a pid may have been given to another since."""
    if not launch.is_alive(running.pid):
        return False
    try:
        return (Path(running.folder) / "server.pid").read_text(encoding="ascii") == str(running.pid)
    except OSError:
        return False


def _forget(running: Running) -> None:
    Path(running.state).unlink(missing_ok=True)
    folder = Path(running.folder)
    if folder.name.startswith(launch.FOLDER_PREFIX):
        shutil.rmtree(folder, ignore_errors=True)


def _state_file() -> Path:
    """In the user's runtime directory; in the shared temporary one under a folder that must be the user's own."""
    if runtime := os.environ.get("XDG_RUNTIME_DIR"):
        folder = Path(runtime) / "itk"
    else:
        folder = Path(tempfile.gettempdir()) / f"itk-{os.getuid()}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_uid != os.getuid() or folder.is_symlink():
        raise ItkError(
            "the folder for the sandbox's state belongs to another user",
            where=str(folder),
            fix="set XDG_RUNTIME_DIR to a folder of your own",
        )
    return folder / "sandbox.json"
