"""What pre-flight found out about a target."""

from __future__ import annotations

import msgspec

from itk.aws import sqs
from itk.model.run import EventSource, Finding

CHECK_TARGET = "check the case's target, AWS_PROFILE and ITK_AWS_REGION"


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the target before anything is sent."""

    name: str
    id: str
    queue: sqs.Queue | None = None
    dead_letter: sqs.Queue | None = None
    event_sources: tuple[EventSource, ...] = ()
    log_group: str = ""  # of a function


Found = tuple[tuple[Finding, ...], Target | None]


def bad(check: str, what: str, fix: str = CHECK_TARGET) -> Found:
    """One finding that stops the run."""
    return (Finding(check=check, ok=False, what=what, fix=fix),), None


def arn_place(arn: str) -> tuple[str, str]:
    """Account and region of an ARN; empty where it is none, or does not say."""
    parts = arn.split(":")
    return (parts[4], parts[3]) if len(parts) > 5 else ("", "")
