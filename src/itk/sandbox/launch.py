"""Starting the server process: which interpreter, which environment, which folder; and waiting for its ready line."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import itk
from itk.errors import ItkError, UsageError
from itk.sandbox import interpreter

READY_LIMIT_S = 60.0
FOLDER_PREFIX = "itk-sandbox-"
# What a server may inherit. Nothing of AWS, Python or any tool: a developer's profile must not change a result.
INHERITED = ("PATH", "SYSTEMROOT", "LANG")


@dataclass(frozen=True, slots=True)
class Server:
    """A server that said it is ready. `process` is None for one that is not ours."""

    endpoint: str
    pid: int
    account: str
    region: str
    folder: Path
    process: subprocess.Popen[bytes] | None


def client_env(endpoint: str, region: str) -> dict[str, str]:
    """What an AWS SDK needs to reach the sandbox; the credentials are not secret, they are not credentials."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "itk-sandbox",
        "AWS_SECRET_ACCESS_KEY": "itk-sandbox",
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def start(
    account: str, region: str, *, detached: bool = False, idle_minutes: float = 0.0, state: Path | None = None
) -> Server:
    """Start a server and wait until it is ready.

    Attached, its stdin is a pipe from us: when we are gone, so is it. Detached, it leads a session of its own and
    ends when it is told to, or idle, and removes the file `state` then.
    """
    if not re.fullmatch(r"\d{12}", account):
        raise UsageError(f"an account id has twelve digits, got `{account}`")
    if not re.fullmatch(r"[a-z]{2}(-[a-z]+)+-\d", region):
        raise UsageError(f"`{region}` is not the name of a region", fix="for example eu-west-1")
    sweep()
    folder = Path(tempfile.mkdtemp(prefix=FOLDER_PREFIX))
    command = [str(interpreter.find()), "-m", "itk.sandbox.server", account, region, str(folder)]
    command += ["--idle-minutes", str(idle_minutes)] if idle_minutes else []
    command += [] if detached else ["--stdin-lifeline"]
    command += ["--state", str(state)] if state else []
    log = folder / "server.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(  # noqa: S603 - our own module
            command,
            env=_scrubbed_env(folder),
            cwd=folder,
            stdin=subprocess.DEVNULL if detached else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,  # Ctrl-C is for us; we end it in order
        )
    (folder / "server.pid").write_text(str(process.pid), encoding="ascii")
    assert process.stdout is not None
    line = _first_line(process.stdout, READY_LIMIT_S)
    if not line:
        process.kill()
        process.wait()
        reason = log.read_text(encoding="utf-8", errors="replace").strip()[-2000:] if log.exists() else ""
        shutil.rmtree(folder, ignore_errors=True)
        raise ItkError(
            f"the sandbox's server did not start: {reason or 'it said nothing'}",
            where=" ".join(command[:3]),
            fix="is the extra installed? pip install 'integration-test-kit[sandbox]'",
        )
    if detached:
        process.stdout.close()
    ready = json.loads(line)
    return Server(ready["endpoint"], ready["pid"], account, region, folder, process)


def sweep() -> None:
    """Remove the folders of servers that were killed together with their parents."""
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER_PREFIX}*"):
        try:
            pid = int((folder / "server.pid").read_text(encoding="ascii"))
        except (OSError, ValueError):
            continue
        if not is_alive(pid):
            shutil.rmtree(folder, ignore_errors=True)


def is_alive(pid: int) -> bool:
    """Whether this process runs; one that ended and was not collected yet (Linux shows it as `Z`) does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(") ")[2][:1] != "Z"
    except OSError:
        return True


def _scrubbed_env(folder: Path) -> dict[str, str]:
    # Only ITK itself: the whole site-packages on the path would shadow the packages of a private environment.
    source = folder / "src"
    source.mkdir()
    (source / "itk").symlink_to(Path(itk.__file__).resolve().parent, target_is_directory=True)
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    home = {"HOME": str(folder), "TMPDIR": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    switches = {name: value for name, value in os.environ.items() if name.startswith("ITK_SANDBOX_")}
    return {**inherited, **home, **switches, "PYTHONPATH": str(source)}


def _first_line(pipe: IO[bytes], timeout_s: float) -> bytes:
    found: list[bytes] = []
    reader = threading.Thread(target=lambda: found.append(pipe.readline()), daemon=True)
    reader.start()
    reader.join(timeout_s)
    return found[0] if found else b""
