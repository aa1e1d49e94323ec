"""What `pip install` brings is whole: the package with the files of its pages, and a command that needs no checkout."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path
from zipfile import ZipFile

from tests.conftest import Installed

ROOT = Path(__file__).resolve().parents[2]
STATIC = {f"itk/renderers/static/{name}" for name in ("first.css", "loader.js", "viewer.css", "viewer.js")}


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    held = {name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name}
    source = ROOT / "src"
    wanted = {
        p.relative_to(source).as_posix() for p in source.rglob("*") if p.is_file() and "__pycache__" not in p.parts
    }

    assert held == wanted
    assert {"itk/py.typed", *STATIC} <= held


def test_the_source_distribution_can_build_the_viewer(tmp_path: Path) -> None:
    """It holds all of web/ that is ours, and nothing that npm put there."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(built) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    ours = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "web").rglob("*")
        if path.is_file() and "node_modules" not in path.parts
    }

    assert {name for name in held if name.startswith("web/")} == ours
    assert {"web/.npmrc", "web/package-lock.json", "scripts/web"} <= held


def test_the_package_in_use_is_the_installed_one(installed_wheel: Installed, tmp_path: Path) -> None:
    done = installed_wheel.python("-c", "import itk; print(itk.__file__)", cwd=tmp_path)

    assert Path(done.stdout.strip()) == installed_wheel.place / "itk" / "__init__.py"


def test_a_run_of_recorded_evidence_works_from_the_wheel_alone(installed_wheel: Installed, tmp_path: Path) -> None:
    case = ROOT / "cases" / "example-001.yaml"

    done = installed_wheel.itk("run", "--mode", "dev-fixtures", "--case", str(case), "--out", "out", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    for page in ("timeline.html", "trace-viewer.html"):
        assert (tmp_path / "out" / page).stat().st_size > 20_000


def test_pytest_finds_the_plugin_of_the_installed_package(installed_wheel: Installed, tmp_path: Path) -> None:
    case = ROOT / "cases" / "example-001.yaml"
    options = ("--itk-mode", "dev-fixtures", "--itk-out", "out", "-p", "no:cacheprovider", "--rootdir", str(tmp_path))

    done = installed_wheel.python("-m", "pytest", "--itk", str(case), *options, cwd=tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout
