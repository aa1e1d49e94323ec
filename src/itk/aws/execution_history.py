"""Step Functions: the history of one execution."""

from __future__ import annotations

from typing import Any

import msgspec

from itk.aws.errors import translated
from itk.aws.session import Aws

HISTORY_MAX = 25_000  # events, which is also where AWS ends an execution


class History(msgspec.Struct, frozen=True, kw_only=True):
    """Events in their order, as AWS gives them; `timestamp` is a datetime."""

    events: tuple[dict[str, Any], ...]
    pages: int
    truncated: bool


def history(aws: Aws, execution_arn: str) -> History:
    """All events of an execution so far. IAM: `states:GetExecutionHistory`. Standard workflows alone have a history.

    Raises Throttled, NotFound, AwsError.
    """
    request: dict[str, Any] = {"executionArn": execution_arn, "maxResults": 1000, "includeExecutionData": True}
    found, pages = list[dict[str, Any]](), 0
    while True:
        with translated("states:GetExecutionHistory", execution_arn):
            answer = aws.client("stepfunctions").get_execution_history(**request)
        pages += 1
        found.extend(answer["events"])
        token = answer.get("nextToken")
        if not token or len(found) >= HISTORY_MAX:
            return History(events=tuple(found), pages=pages, truncated=bool(token))
        request["nextToken"] = token
