"""Files that are made from the code are fresh: `make fix` writes them."""

from __future__ import annotations

from pathlib import Path

import pytest
from scripts.generate import ROOT, generated


@pytest.mark.parametrize("path", generated())
def test_generated_file_is_fresh(path: str) -> None:
    assert Path(ROOT, path).read_text(encoding="utf-8") == generated()[path]
