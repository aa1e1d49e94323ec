"""Is this an account, and a region, that tests may touch?"""

from __future__ import annotations

from collections.abc import Sequence

from itk.model.run import Finding


def check_account(account: str, allowed: Sequence[str]) -> Finding:
    """In live mode the list is required: nobody tests an account by accident."""
    if not allowed:
        who = f", and these credentials are for account {account}" if account else ""
        line = f"ITK_ALLOWED_ACCOUNTS={account or '<your QA account>'}"
        condition = f"if {account} is your QA account, " if account else ""
        fix = f"{condition}add this line to .env: {line}"
        return Finding(check="account", ok=False, what=f"ITK_ALLOWED_ACCOUNTS is not set{who}", fix=fix)
    if account not in allowed:
        return Finding(
            check="account",
            ok=False,
            what=f"account {account} is not in ITK_ALLOWED_ACCOUNTS ({', '.join(allowed)})",
            fix="use credentials of a QA account (AWS_PROFILE); if it is one, add it to ITK_ALLOWED_ACCOUNTS",
        )
    return Finding(check="account", ok=True, what=f"{account}, in ITK_ALLOWED_ACCOUNTS")


def check_region(region: str) -> Finding:
    if not region:
        return Finding(check="region", ok=False, what="no AWS region is set", fix="set ITK_AWS_REGION in .env")
    return Finding(check="region", ok=True, what=region)


def same_place(what: str, account: str, region: str, caller_account: str, caller_region: str) -> str:
    """Why a resource is not where the caller is; empty if it is, or if the resource does not say."""
    if account and account != caller_account:
        return f"{what} is in account {account}, the credentials are for {caller_account}"
    if region and region != caller_region:
        return f"{what} is in region {region}, the session is in {caller_region}"
    return ""
