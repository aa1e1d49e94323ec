"""Are the log groups there, and may they be read?"""

from __future__ import annotations

from collections.abc import Sequence

from itk.aws import logs
from itk.aws.session import Aws
from itk.errors import AwsError
from itk.model.run import Finding


def check_log_groups(aws: Aws, groups: Sequence[str], now_ms: int) -> tuple[Finding, ...]:
    """One finding for each group: it exists, and one small query of it is answered."""
    if not groups:
        return (no_log_groups(),)
    return tuple(_check(aws, group, now_ms) for group in groups)


def no_log_groups() -> Finding:
    fix = "list the log groups of your functions: ITK_LOG_GROUPS=/aws/lambda/first,/aws/lambda/second"
    return Finding(check="log_groups", ok=False, what="ITK_LOG_GROUPS is empty: nothing could be seen", fix=fix)


def _check(aws: Aws, group: str, now_ms: int) -> Finding:
    try:
        if not logs.group_exists(aws, group):
            fix = "correct ITK_LOG_GROUPS; a function's group appears with its first invocation or in your template"
            return Finding(check="log_groups", ok=False, what=f"no log group `{group}` here", fix=fix)
        logs.filter_events(aws, group, now_ms - 1000, now_ms, limit=1)
    except AwsError as error:
        return Finding(check="log_groups", ok=False, what=f"`{group}`: {error.what}", fix=error.fix)
    return Finding(check="log_groups", ok=True, what=f"{group} can be read")
