"""The samples of `stepfunctions_history` read as they say."""

from __future__ import annotations

from typing import Any

from tests.formats.reading import assert_proves, each


@each("stepfunctions_history")
def test_sample(sample: dict[str, Any]) -> None:
    assert_proves(sample, "stepfunctions_history")
