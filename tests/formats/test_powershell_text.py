"""The samples of `powershell_text` read as they say."""

from __future__ import annotations

from typing import Any

from tests.formats.reading import assert_proves, each


@each("powershell_text")
def test_sample(sample: dict[str, Any]) -> None:
    assert_proves(sample, "powershell_text")
