"""The samples of the payload `event_envelope` read as they say, in whatever format the line came."""

from __future__ import annotations

from typing import Any

from tests.formats.reading import assert_proves, each


@each("event_envelope")
def test_sample(sample: dict[str, Any]) -> None:
    assert_proves(sample)
