"""The two gates: nothing is sent without `Cleared`, nothing is written without `RedactedRun`."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "itk"


def calls(name: str) -> set[str]:
    """The files of the product that call `name(...)`, as paths below src/itk."""
    found = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if called == name:
                    found.add(path.relative_to(SOURCE).as_posix())
    return found


def test_only_preflight_gives_leave_to_send() -> None:
    assert calls("Cleared") == {"preflight/__init__.py"}


def test_only_redact_gives_leave_to_write() -> None:
    assert {path.split("/")[0] for path in calls("RedactedRun")} == {"redact"}
    assert {path.split("/")[0] for path in calls("RedactedSuite")} == {"redact"}


def test_only_one_place_writes_files() -> None:
    """The sandbox writes its own temporary files; nothing else in the product writes but the writer."""
    writers = calls("write_bytes") | calls("write_text") | calls("mkdtemp") | calls("replace_file")
    assert {path for path in writers if not path.startswith("sandbox/")} == {"workflows/artifacts.py"}


@pytest.mark.parametrize(
    ("broken", "complaint"),
    [
        (
            "from itk.model.run import RunResult\nfrom itk.renderers import render_all\nrender_all(RunResult())\n",
            'has incompatible type "RunResult"; expected "RedactedRun"',
        ),
        (
            "import itk.renderers.suite as r\nfrom itk.model.suite import SuiteResult\nr.render_suite(SuiteResult())\n",
            'has incompatible type "SuiteResult"; expected "RedactedSuite"',
        ),
        (
            "from itk.model.case import Case\nimport itk.ports as p\np.Entrypoint.send(p.Entrypoint(), Case(), '')\n",
            'has incompatible type "Case"; expected "Cleared"',
        ),
    ],
)
def test_walking_around_a_gate_does_not_type_check(tmp_path: Path, broken: str, complaint: str) -> None:
    snippet = tmp_path / "broken.py"
    snippet.write_text(broken, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--config-file", str(ROOT / "pyproject.toml"), str(snippet)]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 1
    assert complaint in checked.stdout
