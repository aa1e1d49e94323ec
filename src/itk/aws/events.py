"""EventBridge: buses, and putting one event on one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from itk.aws.errors import translated
from itk.aws.replies import Meta, meta_of
from itk.aws.session import Aws


class Bus(msgspec.Struct, frozen=True, kw_only=True):
    """What DescribeEventBus says of a bus."""

    name: str
    arn: str
    account: str
    region: str


class Put(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the event: an id, or why it was refused (in an answer whose HTTP status is 200 all the same)."""

    event_id: str
    meta: Meta
    error_code: str = ""
    error_message: str = ""


def bus(aws: Aws, name: str) -> Bus:
    """Read a bus. IAM: `events:DescribeEventBus`. Raises NotFound, AwsError."""
    with translated("events:DescribeEventBus", name):
        found = aws.client("events").describe_event_bus(Name=name)
    parts = str(found["Arn"]).split(":")
    return Bus(name=found["Name"], arn=found["Arn"], account=parts[4], region=parts[3])


def rules(aws: Aws, bus_name: str) -> tuple[str, ...]:
    """The names of the enabled rules of a bus, at most 100. IAM: `events:ListRules`."""
    with translated("events:ListRules", bus_name):
        found = aws.client("events").list_rules(EventBusName=bus_name, Limit=100)["Rules"]
    return tuple(rule["Name"] for rule in found if rule.get("State", "ENABLED") != "DISABLED")


def put(
    aws: Aws,
    bus_name: str,
    source: str,
    detail_type: str,
    detail: dict[str, Any],
    *,
    resources: Sequence[str],
    trace_header: str,
) -> Put:
    """Put one event. IAM: `events:PutEvents`. A refused entry is no exception: look at `error_code`."""
    entry = {
        "EventBusName": bus_name,
        "Source": source,
        "DetailType": detail_type,
        "Detail": msgspec.json.encode(detail).decode(),
        "Resources": list(resources),
        "TraceHeader": trace_header,
    }
    with translated("events:PutEvents", bus_name):
        answer = aws.client("events").put_events(Entries=[entry])
    told = (answer.get("Entries") or [{}])[0]
    failed = int(answer.get("FailedEntryCount") or 0) > 0
    return Put(
        event_id=str(told.get("EventId", "")),
        meta=meta_of(answer),
        error_code=str(told.get("ErrorCode") or ("refused" if failed else "")),
        error_message=str(told.get("ErrorMessage", "")),
    )
