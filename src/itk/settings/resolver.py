"""Runs ITK_RESOLVER_CMD: a command of the user's that knows today's queue, functions and log groups."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from itk.errors import UsageError
from itk.model.problem import show
from itk.settings.model import FIELDS

TIMEOUT_S = 60.0
OUTPUT_MAX = 1_000_000

Resolver = Callable[[str, Path, Mapping[str, str], str], Mapping[str, str]]


def run_resolver(
    command: str, cwd: Path, environment: Mapping[str, str], origin: str, *, timeout_s: float = TIMEOUT_S
) -> dict[str, str]:
    """What the command prints, as settings. `origin` says where the command was set; the command itself is not shown.

    Raises `UsageError` when it fails, takes too long, or prints no JSON object.
    """
    # The user wrote this command for a shell, into their own .env or environment: pipes and `$(git …)` are welcome.
    with subprocess.Popen(  # noqa: S602
        command,
        shell=True,
        cwd=cwd,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        try:
            out, err = process.communicate(timeout=timeout_s)
        except subprocess.TimeoutExpired:
            _kill(process)
            what = f"ITK_RESOLVER_CMD did not finish within {timeout_s:g} seconds"
            raise UsageError(what, where=origin, fix="run it by hand to see what it waits for") from None
        except BaseException:
            _kill(process)
            raise
    if process.returncode != 0:
        said = show(err.decode("utf-8", "replace").strip().rpartition("\n")[2], 200)
        what = f"ITK_RESOLVER_CMD failed with exit code {process.returncode}" + (f": {said}" if said else "")
        raise UsageError(what, where=origin, fix="run it by hand in this directory; it must print a JSON object")
    return parse_targets(out, origin)


def _kill(process: subprocess.Popen[bytes]) -> None:
    # The shell's children hold the pipe open, so the whole session has to go.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def parse_targets(out: bytes, origin: str) -> dict[str, str]:
    """`{"sqs_queue_url": …}` or `{"ITK_SQS_QUEUE_URL": …}` as settings; other names serve `${NAME}` in cases."""
    fix = 'it must print one JSON object and nothing else, such as {"ITK_SQS_QUEUE_URL": "https://…"}'
    if len(out) > OUTPUT_MAX:
        raise UsageError(f"ITK_RESOLVER_CMD printed more than {OUTPUT_MAX:,} bytes", where=origin, fix=fix)
    try:
        printed: Any = json.loads(out.decode("utf-8"))
    except (ValueError, RecursionError):
        raise UsageError("ITK_RESOLVER_CMD did not print JSON", where=origin, fix=fix) from None
    if not isinstance(printed, dict):
        raise UsageError("ITK_RESOLVER_CMD printed JSON, but no object", where=origin, fix=fix)
    return {_setting(str(name)): _text(value) for name, value in printed.items() if value is not None}


def _setting(name: str) -> str:
    wanted = f"ITK_{name.upper()}"
    return wanted if wanted in FIELDS else name


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(map(_text, value))
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
