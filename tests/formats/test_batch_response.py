"""The samples of the payload `batch_response` read as they say, in whatever format the line came."""

from __future__ import annotations

from typing import Any

from tests.formats.reading import assert_proves, each


@each("batch_response")
def test_sample(sample: dict[str, Any]) -> None:
    assert_proves(sample)
