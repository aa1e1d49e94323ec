"""The samples of `jaeger_span` read as they say."""

from __future__ import annotations

from typing import Any

from tests.formats.reading import assert_proves, each


@each("jaeger_span")
def test_sample(sample: dict[str, Any]) -> None:
    assert_proves(sample, "jaeger_span")
