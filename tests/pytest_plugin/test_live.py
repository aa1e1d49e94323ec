"""`pytest --itk` live on the sandbox: the same settings, the same run, the same artifacts as `itk run`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from itk.sandbox import Sandbox
from itk.sandbox.pytest_plugin import itk_sandbox_fresh  # noqa: F401
from tests.e2e.conftest import deploy_bot
from tests.pytest_plugin.loaded import PLUGIN

pytestmark = pytest.mark.sandbox


def test_a_case_is_sent_and_judged(itk_sandbox_fresh: Sandbox, tmp_path: Path) -> None:  # noqa: F811
    bot = deploy_bot(itk_sandbox_fresh, tmp_path)
    case = bot.quick("example-004-lambda")
    command = [sys.executable, "-m", "pytest", *PLUGIN, "-v",
               "--itk", case.name, "--itk-out", "out"]  # fmt: skip
    done = subprocess.run(
        command, cwd=bot.work, env=bot.environment(), capture_output=True, text=True, check=False, timeout=100
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{case.name}::example-004-lambda PASSED" in done.stdout
    (out,) = (bot.work / "out").iterdir()
    run = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert (run["mode"], run["status"]) == ("live", "passed")
    assert out.name == f"{run['case']['id']}-{run['run_id']}"


def test_what_pre_flight_refuses_is_no_pass_and_nothing_is_sent(
    itk_sandbox_fresh: Sandbox,  # noqa: F811
    tmp_path: Path,
) -> None:
    bot = deploy_bot(itk_sandbox_fresh, tmp_path)
    case = bot.quick("example-004-lambda")
    command = [sys.executable, "-m", "pytest", *PLUGIN, "--itk", case.name]
    environment = bot.environment(ITK_ALLOWED_ACCOUNTS="999999999999")
    done = subprocess.run(
        command, cwd=bot.work, env=environment, capture_output=True, text=True, check=False, timeout=100
    )

    assert done.returncode == 1, done.stdout + done.stderr
    assert "\nRefused: error: " in done.stdout
    assert "1 failed" in done.stdout
