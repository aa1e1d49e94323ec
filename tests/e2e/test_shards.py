"""Four shards of a suite, merged: row by row what one run of it all says. Recorded evidence, nothing is sent."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import CASES, ROOT, Json

SHARDS = 4


def itk(*arguments: str | Path, code: int) -> str:
    """What it said, on both streams. Of the demo cases one fails, so a suite that holds it leaves with 1."""
    command = [sys.executable, "-m", "itk", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == code, done.stderr
    return done.stdout + done.stderr


def suite(out: Path, *options: str, code: int) -> Path:
    itk("suite", "--cases-dir", CASES, "--mode", "dev-fixtures", "--out", out, *options, code=code)
    return out


def rows(out: Path) -> list[Json]:
    """The rows, without what each run has for itself."""
    cases: list[Json] = json.loads((out / "index.json").read_text(encoding="utf-8"))["cases"]
    for row in cases:
        for sent in row["tries"]:
            for own in ("run_id", "started_ns", "ended_ns"):
                del sent[own]
    return cases


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return suite(tmp_path_factory.mktemp("whole") / "out", code=1)


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory, whole: Path) -> list[Path]:
    work = tmp_path_factory.mktemp("parts")
    found = []
    for n in range(1, SHARDS + 1):
        listed = itk(
            "suite", "--cases-dir", CASES, "--mode", "dev-fixtures", "--list", "--shard", f"{n}/{SHARDS}",
            "--earlier", whole, code=0,
        )  # fmt: skip
        fails = int("example-003-poison" in listed)
        found.append(suite(work / str(n), "--shard", f"{n}/{SHARDS}", "--earlier", str(whole), code=fails))
    return found


def test_merged_they_are_the_whole(whole: Path, parts: list[Path], tmp_path: Path) -> None:
    itk("merge-reports", *reversed(parts), "--out", tmp_path / "merged", code=1)

    assert rows(tmp_path / "merged") == rows(whole)
    assert {path.name for path in (tmp_path / "merged").iterdir()} == {path.name for path in whole.iterdir()}
    for row in rows(whole):
        assert (tmp_path / "merged" / row["id"] / "trace-viewer.html").is_file()


def test_a_missing_one_is_named(parts: list[Path], tmp_path: Path) -> None:
    passing = [part for part in parts if not (part / "example-003-poison").exists()]
    said = itk("merge-reports", *passing, "--out", tmp_path / "merged", code=3)

    assert "shard" in said
    assert "of 4" in (tmp_path / "merged" / "summary.md").read_text(encoding="utf-8")


def test_one_that_is_there_twice_is_named(parts: list[Path], tmp_path: Path) -> None:
    said = itk("merge-reports", *parts, parts[0], "--out", tmp_path / "merged", code=2)

    assert str(parts[0]) in said
    assert not (tmp_path / "merged").exists()
