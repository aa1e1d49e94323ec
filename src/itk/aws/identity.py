"""Who calls, and for how long yet."""

from __future__ import annotations

from datetime import UTC, datetime
from os import environ
from typing import Any

import msgspec

from itk.aws.errors import translated
from itk.aws.session import Aws


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """The identity behind the credentials, as STS says. `expires` is None where nobody says it."""

    account: str
    arn: str
    expires: datetime | None = None


def caller(aws: Aws) -> Caller:
    """Ask STS. IAM: none needed (`sts:GetCallerIdentity` cannot be denied).

    Raises AwsError where credentials are missing, expired or unknown.
    """
    credentials = aws.credentials()
    with translated("sts:GetCallerIdentity"):
        answer = aws.client("sts").get_caller_identity()
    return Caller(account=answer["Account"], arn=answer["Arn"], expires=_expiry(credentials))


def _expiry(credentials: Any) -> datetime | None:
    # botocore shows the end of refreshable credentials only in a private field; tools that export keys name it here.
    known = getattr(credentials, "_expiry_time", None)
    if isinstance(known, datetime):
        return known
    try:
        named = datetime.fromisoformat(environ.get("AWS_CREDENTIAL_EXPIRATION", ""))
    except ValueError:
        return None
    return named if named.tzinfo else named.replace(tzinfo=UTC)
