"""The samples of `apigateway_execution` read as they say."""

from __future__ import annotations

from typing import Any

from tests.formats.reading import assert_proves, each


@each("apigateway_execution")
def test_sample(sample: dict[str, Any]) -> None:
    assert_proves(sample, "apigateway_execution")
