"""The samples of `key_value_text` read as they say."""

from __future__ import annotations

from typing import Any

from tests.formats.reading import assert_proves, each


@each("key_value_text")
def test_sample(sample: dict[str, Any]) -> None:
    assert_proves(sample, "key_value_text")
