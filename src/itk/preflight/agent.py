"""Is the agent's alias there, and prepared?"""

from __future__ import annotations

from itk.aws import bedrock
from itk.aws.session import Aws
from itk.model.case import BedrockInvokeAgent
from itk.model.run import Finding
from itk.preflight.account import same_place
from itk.preflight.found import Found, Target, bad


def check_agent(aws: Aws, stimulus: BedrockInvokeAgent, account: str) -> Found:
    found = bedrock.alias(aws, stimulus.agent_id, stimulus.agent_alias_id)
    elsewhere = same_place(f"agent {stimulus.agent_id}", found.account, found.region, account, aws.region)
    name = found.agent_name or stimulus.agent_id
    if elsewhere:
        return bad("agent", elsewhere)
    if found.status not in ("PREPARED", ""):
        what = f"alias {stimulus.agent_alias_id} of agent {name} is {found.status}, not PREPARED"
        return bad("agent", what, "prepare the agent, or choose another alias")
    finding = Finding(check="agent", ok=True, what=f"{name}, alias {stimulus.agent_alias_id}")
    return (finding,), Target(name=name, id=found.arn)
