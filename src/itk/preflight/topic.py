"""Is the topic there, and does anybody subscribe to it?"""

from __future__ import annotations

from itk.aws import sns
from itk.aws.session import Aws
from itk.model.run import Finding
from itk.model.wording import counted
from itk.preflight.account import same_place
from itk.preflight.found import Found, Target, arn_place, bad


def check_topic(aws: Aws, arn: str, account: str) -> Found:
    """Read the topic. Whom a filter policy keeps out is for SNS to say: that nobody subscribes is worth knowing."""
    if elsewhere := same_place(f"topic {arn.rsplit(':', 1)[-1]}", *arn_place(arn), account, aws.region):
        return bad("topic", elsewhere)
    found = sns.topic(aws, arn)
    who = "" if found.subscriptions is None else f", {counted(found.subscriptions, 'subscription')}"
    if found.subscriptions == 0:
        who = ", nobody subscribes: nothing would come of a message"
    return (Finding(check="topic", ok=True, what=f"{found.name}{who}"),), Target(name=found.name, id=arn)
