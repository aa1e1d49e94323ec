"""Is the event bus there, and does it hand anything on?"""

from __future__ import annotations

from itk.aws import events
from itk.aws.session import Aws
from itk.errors import AwsError
from itk.model.run import Finding
from itk.model.wording import counted
from itk.preflight.account import same_place
from itk.preflight.found import Found, Target, arn_place, bad


def check_bus(aws: Aws, name: str, account: str) -> Found:
    """Read the bus. Which rule matches is EventBridge's to say: that there are none is worth knowing."""
    if elsewhere := same_place(f"bus {name.rsplit('/', 1)[-1]}", *arn_place(name), account, aws.region):
        return bad("bus", elsewhere)
    found = events.bus(aws, name)
    if elsewhere := same_place(f"bus {found.name}", found.account, found.region, account, aws.region):
        return bad("bus", elsewhere)
    finding = Finding(check="bus", ok=True, what=f"{found.name}, {_rules(aws, found.name)}")
    return (finding,), Target(name=found.name, id=found.arn)


def _rules(aws: Aws, bus: str) -> str:
    try:
        rules = events.rules(aws, bus)
    except AwsError as error:
        return f"its rules cannot be read: {error.what}"
    return f"{counted(len(rules), 'rule')} enabled" if rules else "no rule is enabled: nothing would come of an event"
