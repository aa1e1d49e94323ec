"""`itk compare` as a fixture: in this process, so that a hundred comparisons take seconds."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import pytest

from tests.compare.directories import Said, itk_compare


class Compare(Protocol):
    def __call__(self, a: Path, b: Path, *more: str) -> Said: ...


@pytest.fixture
def compare_dirs(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Compare:
    """Each call writes into a new directory, `out-1`, `out-2`, ..., of `tmp_path`."""

    def run(a: Path, b: Path, *more: str) -> Said:
        n = len(list(tmp_path.glob("out-*"))) + 1
        return itk_compare(capsys, monkeypatch, a, b, tmp_path / f"out-{n}", *more)

    return run
