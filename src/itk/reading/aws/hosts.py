"""Hosts of AWS's own that serve HTTP for a customer."""

from __future__ import annotations

import re

_OWN = re.compile(
    r"https?://([a-z0-9-]+)\."
    r"(?:(execute-api)\.([a-z0-9-]+)\.amazonaws\.com|(lambda)-url\.([a-z0-9-]+)\.on\.aws)"
    r"(?:\.cn)?(?::\d+)?(?:[/?]|$)",
    re.IGNORECASE,
)


def aws_host(url: str) -> tuple[str, str, str]:
    """Service, region and id of an API Gateway's or a function URL's own host; empty for any other.

    >>> aws_host("https://abc123defg.execute-api.eu-west-1.amazonaws.com/qa/orders")
    ('execute-api', 'eu-west-1', 'abc123defg')
    """
    found = _OWN.match(url)
    return (found[2] or found[4], found[3] or found[5], found[1]) if found else ("", "", "")
