"""Help is for newcomers, and quick: no command's libraries are loaded before it is asked for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("boto3", "botocore", "pydantic", "rich", "yaml", "msgspec", "jmespath")


def itk(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "100"}
    command = [sys.executable, "-m", "itk", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_help_loads_no_library_of_any_command() -> None:
    program = (
        "import sys; sys.argv = ['itk', '--help']\n"
        "from itk.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    run = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    "command",
    [
        "run", "suite", "preflight", "validate", "judge", "render", "export", "compare", "merge-reports", "schema",
        "sandbox",
    ],
)  # fmt: skip
def test_every_command_explains_itself(command: str) -> None:
    shown = itk(command, "--help")
    assert shown.returncode == 0
    assert shown.stdout.strip().count("\n") > 5
    assert command in itk("--help").stdout


def test_a_wrong_option_is_a_usage_error() -> None:
    wrong = itk("run", "--cas", "x")
    assert wrong.returncode == 2
    assert "--case" in wrong.stderr


def test_a_missing_case_file_says_what_is_near() -> None:
    wrong = itk("run", "--case", str(ROOT / "cases" / "example-01.yaml"), "--out", "nowhere")
    assert wrong.returncode == 2
    assert "did you mean" in wrong.stderr
    assert "example-001.yaml" in wrong.stderr
