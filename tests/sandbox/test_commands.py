"""`itk sandbox` up, status, env and down, as a user meets them."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import itk
from itk.sandbox import Sandbox
from tests.sandbox.support import wait_for

pytestmark = pytest.mark.sandbox
COMMAND = "from itk.cli.sandbox import app; app()"


class User:
    """Someone with a runtime directory of their own."""

    def __init__(self, folder: Path) -> None:
        self.state = folder / "itk" / "sandbox.json"
        self._env = {
            **os.environ,
            "XDG_RUNTIME_DIR": str(folder),
            "TMPDIR": str(folder),
            "PYTHONPATH": str(Path(itk.__file__).parents[1]),
        }

    def itk(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", COMMAND, *arguments]
        return subprocess.run(command, env=self._env, capture_output=True, text=True, check=False, timeout=60)

    def shell(self, script: str) -> str:
        return subprocess.run(["sh", "-c", script], env=self._env, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def user(tmp_path: Path) -> Iterator[User]:
    user = User(tmp_path)
    yield user
    user.itk("down")


def test_up_status_env_down(user: User) -> None:
    up = user.itk("up", "--region", "eu-central-1")
    assert up.returncode == 0, up.stderr
    endpoint = up.stdout.strip()
    assert endpoint.startswith("http://127.0.0.1:")
    assert 'eval "$(itk sandbox env)"' in up.stderr
    assert stat.S_IMODE(user.state.stat().st_mode) == 0o600

    again = user.itk("up")
    assert again.stdout.strip() == endpoint
    assert "already running" in again.stderr

    exported = user.shell(f"{user.itk('env').stdout}\necho $AWS_ENDPOINT_URL $AWS_REGION")
    assert exported.split() == [endpoint, "eu-central-1"]
    assert endpoint in user.itk("status").stdout
    assert Sandbox.attach(endpoint).region == "eu-central-1"

    down = user.itk("down")
    assert "sandbox ended" in down.stderr
    assert user.itk("status").returncode == 1
    assert not user.state.exists()
    wait_for(lambda: not list(user.state.parents[1].glob("itk-sandbox-*")), 10)


def test_env_and_down_without_a_sandbox(user: User) -> None:
    assert user.itk("env").returncode != 0
    assert "no sandbox is running" in user.itk("down").stderr


def test_it_ends_when_idle(user: User) -> None:
    assert user.itk("up", "--idle-minutes", "0.01").returncode == 0

    wait_for(lambda: not user.state.exists(), 10)
    wait_for(lambda: not list(user.state.parents[1].glob("itk-sandbox-*")), 10)


def test_a_killed_sandbox_is_forgotten(user: User) -> None:
    user.itk("up")
    os.kill(json.loads(user.state.read_text())["pid"], signal.SIGKILL)

    wait_for(lambda: user.itk("status").returncode == 1, 10)
    assert not user.state.exists()
    wait_for(lambda: not list(user.state.parents[1].glob("itk-sandbox-*")), 10)
