"""Is the function there?"""

from __future__ import annotations

import re

from itk.aws import lambda_
from itk.aws.session import Aws
from itk.model.run import Finding
from itk.preflight.account import same_place
from itk.preflight.found import Found, Target, bad

_FUNCTION_ARN = re.compile(r"arn:[a-z-]+:lambda:([a-z0-9-]+):(\d{12}):function:.+")


def check_function(aws: Aws, name: str, qualifier: str, account: str) -> Found:
    if written := _FUNCTION_ARN.fullmatch(name):
        elsewhere = same_place(f"function {name.rsplit(':', 1)[-1]}", written[2], written[1], account, aws.region)
        if elsewhere:
            return bad("function", elsewhere)
    found = lambda_.function(aws, name, qualifier)
    elsewhere = same_place(f"function {found.name}", found.account, found.region, account, aws.region)
    if elsewhere:
        return bad("function", elsewhere)
    finding = Finding(check="function", ok=True, what=f"{found.name}, logs to {found.log_group}")
    return (finding,), Target(name=found.name, id=found.arn, log_group=found.log_group)
