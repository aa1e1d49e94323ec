"""Bedrock agents: is the alias there, and one turn with the trace on."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

import msgspec
from botocore.exceptions import ClientError, EventStreamError

from itk.aws.errors import code_of, translated
from itk.aws.session import Aws


class Alias(msgspec.Struct, frozen=True, kw_only=True):
    """What GetAgentAlias says of an alias; `agent_name` is empty where `bedrock:GetAgent` is not allowed."""

    agent_id: str
    arn: str
    status: str
    account: str
    region: str
    agent_name: str = ""


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """The head of InvokeAgent's answer; the parts follow in `stream`."""

    request_id: str
    session_id: str
    retries: int
    stream: Iterator[dict[str, Any]]


def alias(aws: Aws, agent_id: str, alias_id: str) -> Alias:
    """Read an alias. IAM: `bedrock:GetAgentAlias`, and `bedrock:GetAgent` for its name. Raises NotFound, AwsError."""
    client = aws.client("bedrock-agent")
    with translated("bedrock:GetAgentAlias", f"{agent_id}/{alias_id}"):
        found = client.get_agent_alias(agentId=agent_id, agentAliasId=alias_id)["agentAlias"]
    arn = str(found.get("agentAliasArn", ""))
    parts = arn.split(":")
    return Alias(
        agent_id=agent_id,
        arn=arn,
        status=str(found.get("agentAliasStatus", "")),
        account=parts[4] if len(parts) > 5 else "",
        region=parts[3] if len(parts) > 5 else "",
        agent_name=_name(client, agent_id),
    )


def _name(client: Any, agent_id: str) -> str:
    try:
        return str(client.get_agent(agentId=agent_id)["agent"]["agentName"])
    except ClientError:
        return ""


def invoke_agent(
    aws: Aws,
    agent_id: str,
    alias_id: str,
    session_id: str,
    text: str,
    session_attributes: dict[str, str],
    prompt_session_attributes: dict[str, str],
) -> Turn:
    """Begin one turn with the trace on. IAM: `bedrock:InvokeAgent`. Errors in mid-stream are `{"error": ...}` parts."""
    with translated("bedrock:InvokeAgent", f"{agent_id}/{alias_id}"):
        answer = aws.client("bedrock-agent-runtime").invoke_agent(
            agentId=agent_id,
            agentAliasId=alias_id,
            sessionId=session_id,
            inputText=text,
            enableTrace=True,
            sessionState={
                "sessionAttributes": session_attributes,
                "promptSessionAttributes": prompt_session_attributes,
            },
        )
    meta = answer["ResponseMetadata"]
    return Turn(
        request_id=str(meta.get("RequestId") or meta.get("HTTPHeaders", {}).get("x-amzn-requestid", "")),
        session_id=str(answer.get("sessionId", session_id)),
        retries=int(meta.get("RetryAttempts", 0)),
        stream=_parts(answer["completion"]),
    )


def _parts(completion: Any) -> Iterator[dict[str, Any]]:
    # An exception frame inside HTTP 200 is raised while iterating, where the SDK's retries do not reach.
    with translated("bedrock:InvokeAgent"):
        try:
            for event in completion:
                yield plain(event)
        except EventStreamError as error:
            message = error.response.get("Error", {}).get("Message", "")
            yield {"error": {"type": code_of(error), "message": str(message)}}


def plain(value: Any) -> Any:
    """JSON values for what botocore made: times as RFC 3339, bytes as base64."""
    return _plain(value, {datetime: datetime.isoformat, date: date.isoformat})


def _plain(value: Any, times: dict[type, Callable[[Any], str]]) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner, times) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner, times) for inner in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return times[type(value)](value) if type(value) in times else value
