"""The samples of `stepfunctions_log` read as they say."""

from __future__ import annotations

from typing import Any

from tests.formats.reading import assert_proves, each


@each("stepfunctions_log")
def test_sample(sample: dict[str, Any]) -> None:
    assert_proves(sample, "stepfunctions_log")
