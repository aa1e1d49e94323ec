"""How lines of AgentCore are told from those of Lambda: their `requestId` is no Lambda invocation's."""

from __future__ import annotations

from typing import Any

GROUPS = ("/aws/bedrock-agentcore/", "/aws/vendedlogs/bedrock-agentcore/")


def of_agentcore(group: str, body: dict[str, Any]) -> bool:
    """By the log group, else by the logger of AgentCore's own runtime library."""
    logger = body.get("logger")
    return group.startswith(GROUPS) or (isinstance(logger, str) and logger.startswith("bedrock_agentcore"))
