"""Is the AgentCore runtime's endpoint there, and ready?"""

from __future__ import annotations

from itk.aws import agentcore
from itk.aws.session import Aws
from itk.model.case import BedrockAgentCoreInvoke
from itk.model.run import Finding
from itk.preflight.account import same_place
from itk.preflight.found import Found, Target, arn_place, bad


def check_agent_runtime(aws: Aws, stimulus: BedrockAgentCoreInvoke, account: str) -> Found:
    """Read the endpoint that `qualifier` names."""
    arn, qualifier = stimulus.agent_runtime_arn, stimulus.qualifier
    name = arn.rsplit("/", 1)[-1].rsplit("-", 1)[0]  # `support-1234567890`: a name, and what AWS adds to it
    if elsewhere := same_place(f"agent runtime {name}", *arn_place(arn), account, aws.region):
        return bad("agent", elsewhere)
    found = agentcore.endpoint(aws, arn, qualifier)
    if found.status not in ("READY", ""):
        return bad("agent", f"endpoint {qualifier} of {name} is {found.status}, not READY", "wait until it is ready")
    version = f", version {found.version}" if found.version else ""
    return (Finding(check="agent", ok=True, what=f"{name}, endpoint {qualifier}{version}"),), Target(name=name, id=arn)
