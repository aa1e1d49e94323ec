"""`bedrock_agentcore_invoke`: one request to an agent on AgentCore Runtime."""

from __future__ import annotations

import json
import re
from typing import Any, Literal

from pydantic import Field

from itk.casefile.forms import Form, Seconds, Word
from itk.casefile.written import Written, without_run_id
from itk.model.case import BedrockAgentCoreInvoke
from itk.model.problem import show

_RUNTIME = re.compile(
    r"arn:aws[a-z-]*:bedrock-agentcore:[a-z0-9-]+:\d{12}:runtime/[A-Za-z][A-Za-z0-9_]{0,99}-[A-Za-z0-9]{10}", re.ASCII
)
SESSION_LENGTHS = range(33, 101)  # InvokeAgentRuntime takes 33 to 256 and answers with at most 100


class AgentCoreTarget(Form):
    agent_runtime_arn: Word = Field(default="", description="The agent runtime.")
    qualifier: Word = Field(default="DEFAULT", description="The name of an endpoint.")
    session_id: Word = Field(default="", description="A session to go on with. A new one for each run, when not given.")
    user_id: Word = Field(default="", description="On behalf of whom the agent acts.")
    content_type: Word = Field(default="application/json", description="What `payload` is sent as.")
    accept: Word = Field(default="", description="What kind of answer is wanted. The agent decides, when not given.")
    timeout: Seconds = Field(default=900.0, gt=0, description="How long to read the answer.")


class AgentCoreEntrypoint(Form):
    type: Literal["bedrock_agentcore_invoke"]
    target: AgentCoreTarget = Field(default_factory=AgentCoreTarget)
    payload: Any = Field(
        default=None,
        description='Any JSON value. A text alone is sent as `{"prompt": …}`. Left out where `expect` has `turns`.',
    )


def read(form: AgentCoreEntrypoint, at: Written) -> BedrockAgentCoreInvoke:
    """The stimulus; what is wrong with it is told."""
    target = form.target
    arn = at.needed("agent_runtime_arn", target.agent_runtime_arn)
    fix = "write `arn:aws:bedrock-agentcore:<region>:<account>:runtime/<id>`; an endpoint's name is its `qualifier`"
    at.matches("agent_runtime_arn", arn, _RUNTIME, "the ARN of an agent runtime", fix)
    _check_session(target.session_id, at)
    if at.has_turns:
        body = ""
        at.unsaid("payload")
    else:
        body = body_of(form.payload, target.content_type)
    if form.payload is None and not at.has_turns:
        at.findings.error(at.at("payload"), "the agent gets nothing", "write a text or a mapping as `payload`")
    return BedrockAgentCoreInvoke(
        agent_runtime_arn=arn,
        qualifier=target.qualifier,
        session_id=target.session_id,
        body=body,
        content_type=target.content_type,
        accept=target.accept,
        user_id=target.user_id,
        timeout_s=target.timeout,
    )


def body_of(payload: Any, content_type: str) -> str:
    """What is sent for `payload`: JSON, unless it is a text and the content type another."""
    if isinstance(payload, str):
        if "json" not in content_type:
            return payload
        payload = {"prompt": payload}
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":"))


def _check_session(session: str, at: Written) -> None:
    known = without_run_id(session)
    length = len(known)
    if session and length not in SESSION_LENGTHS and "${" not in known:
        least, most = SESSION_LENGTHS[0], SESSION_LENGTHS[-1]
        what = f"`{show(session)}` has {length} characters; a session id has {least} to {most}"
        at.findings.error(at.at("target", "session_id"), what, "remove it: ITK makes one of the run's id")
