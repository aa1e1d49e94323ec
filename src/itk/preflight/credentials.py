"""Are there credentials, and how long do they last?"""

from __future__ import annotations

from datetime import UTC, datetime

from itk.aws.identity import Caller, caller
from itk.aws.session import Aws
from itk.errors import AwsError
from itk.model.run import Finding


def check_credentials(aws: Aws, now: datetime) -> tuple[Finding, Caller | None]:
    """Ask STS who calls. Without an answer nothing else can be asked."""
    try:
        found = caller(aws)
    except AwsError as error:
        return Finding(check="credentials", ok=False, what=error.what, fix=error.fix), None
    if found.expires is not None and found.expires <= now:
        what = f"credentials of {found.arn} expired at {found.expires.astimezone(UTC):%Y-%m-%d %H:%M:%SZ}"
        return Finding(check="credentials", ok=False, what=what, fix="log in again"), None
    return Finding(check="credentials", ok=True, what=f"{found.arn}{_left(found, now)}"), found


def _left(found: Caller, now: datetime) -> str:
    if found.expires is None:
        return ", lasting: not known"
    minutes = int((found.expires - now).total_seconds() // 60)
    return f", {minutes // 60} h {minutes % 60} min left"
