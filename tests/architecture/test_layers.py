"""The layers of ARCHITECTURE.md hold, and a breach of them is noticed."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def lint_imports(directory: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    environment = {**os.environ, "PYTHONPATH": str(directory / "src")}
    return subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("stitch/__init__.py", "import itk.aws.session"),  # the middle reaches for the edge
        ("redact/__init__.py", "import time"),  # the middle asks for the time
        ("workflows/run.py", "import boto3"),  # a second way to AWS
        ("formats/text.py", "import itk.formats.powertools"),  # formats that know each other
        ("model/ids.py", "import itk.ports"),  # upwards
        ("newcomer.py", ""),  # a module that no layer names
    ],
)
def test_a_breach_is_noticed(copy: Path, file: str, line: str) -> None:
    path = copy / "src" / "itk" / file
    path.write_text((path.read_text(encoding="utf-8") if path.exists() else "") + f"\n{line}\n", encoding="utf-8")
    assert lint_imports(copy).returncode == 1


def test_members_of_a_family_do_not_know_each_other() -> None:
    """Checks and renderers are one file each; what they share has a name that is not a member's."""
    from itk.checks import CHECKS
    from itk.formats import FORMATS, PAYLOADS
    from itk.renderers import RENDERERS

    for members in (CHECKS, FORMATS, PAYLOADS, RENDERERS):
        modules = {type(member).__module__ for member in members}  # type: ignore[attr-defined]
        for module in modules:
            path = ROOT / "src" / Path(*module.split(".")).with_suffix(".py")
            imported = {
                node.module
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                if isinstance(node, ast.ImportFrom) and node.module
            }
            assert not imported & (modules - {module}), module
