"""What the answer to every AWS API call holds beside its content."""

from __future__ import annotations

from typing import Any

import msgspec


class Meta(msgspec.Struct, frozen=True):
    """The id that AWS gave the call, and how often the SDK tried again."""

    request_id: str
    retries: int


def meta_of(answer: dict[str, Any]) -> Meta:
    """Read `ResponseMetadata`."""
    said = answer.get("ResponseMetadata", {})
    request_id = said.get("RequestId") or said.get("HTTPHeaders", {}).get("x-amzn-requestid", "")
    return Meta(str(request_id), int(said.get("RetryAttempts", 0)))
