"""How the workers share the tests, and what several packages of tests ask for: the wheel, and ITK installed from it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).resolve().parents[1]
# One worker takes the whole file. The mark for that does nothing: pytest-xdist 3.8 sets a name that pytest 9.2 lost.
SHARED = (
    "tests/architecture/test_wheel.py",
    "tests/e2e/test_run.py",
    "tests/e2e/test_refusals.py",
    "tests/e2e/test_suite.py",
    "tests/e2e/test_xray.py",
    "tests/renderers/test_viewer_budgets.py",
)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return file if file in SHARED else nodeid

    return Scheduling(config, log)


@dataclass(frozen=True)
class Installed:
    """ITK as `pip install` lays it down, used from there and not from this checkout."""

    place: Path

    def python(self, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        """What `python ARGUMENTS` says in `cwd`, where `import itk` finds the installed package."""
        environment = {**os.environ, "PYTHONPATH": str(self.place), "PYTHONSAFEPATH": "1"}
        command = [sys.executable, *arguments]
        return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)

    def itk(self, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        """What `itk ARGUMENTS` says in `cwd`."""
        return self.python("-m", "itk", *arguments, cwd=cwd)


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without network: hatchling is a development dependency."""
    place = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(place)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = place.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def installed_wheel(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel unpacked into a fresh directory, which is all that an installer does with it."""
    place = tmp_path_factory.mktemp("installed")
    with ZipFile(wheel) as archive:
        archive.extractall(place)
    return Installed(place)
