"""The samples of `apigateway_access` read as they say."""

from __future__ import annotations

from typing import Any

from tests.formats.reading import assert_proves, each


@each("apigateway_access")
def test_sample(sample: dict[str, Any]) -> None:
    assert_proves(sample, "apigateway_access")
