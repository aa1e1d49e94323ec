"""The samples of the payload `sqs_event` read as they say, in whatever format the line came."""

from __future__ import annotations

from typing import Any

from tests.formats.reading import assert_proves, each


@each("sqs_event")
def test_sample(sample: dict[str, Any]) -> None:
    assert_proves(sample)
