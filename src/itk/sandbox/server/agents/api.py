"""Bedrock agents over HTTP: the control plane's reading operations, and InvokeAgent."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from itk.sandbox.server.agents.engine import LambdaAnswer, Services, Session, play
from itk.sandbox.server.agents.parts import stamp
from itk.sandbox.server.agents.script import Agent, parse_scripts
from itk.sandbox.server.aws_error import AwsAnswerError
from itk.sandbox.server.operations import Call

Json = dict[str, Any]
LambdaInvoker = Callable[[str, Any, str], LambdaAnswer]  # function, event, region


@dataclass(slots=True)
class _Conversation:
    """What a session keeps from turn to turn."""

    turns: int = 0
    attributes: dict[str, str] = field(default_factory=dict)
    memory: dict[str, str] = field(default_factory=dict)


CREATED = 1735689600.0  # 2025-01-01: a script has no date of birth


class AgentsApi:
    """The agents loaded, by id and alias. Loading one again replaces it."""

    def __init__(self, account: str, invoke_lambda: LambdaInvoker) -> None:
        self._account = account
        self._invoke_lambda = invoke_lambda
        self._lock = threading.Lock()
        self._agents: dict[tuple[str, str], Agent] = {}
        self._sessions: dict[tuple[str, str, str], _Conversation] = {}
        self._operations: dict[str, Callable[[Call], Json]] = {
            "ListAgents": self._list_agents,
            "GetAgent": self._get_agent,
            "ListAgentAliases": self._list_aliases,
            "GetAgentAlias": self._get_alias,
            "ListAgentVersions": self._list_versions,
        }

    def load(self, text: str) -> list[Agent]:
        agents = parse_scripts(text)
        with self._lock:
            self._agents.update({(agent.id, agent.alias): agent for agent in agents})
        return agents

    def clear(self) -> None:
        with self._lock:
            self._agents.clear()
            self._sessions.clear()

    def loaded(self) -> list[Agent]:
        with self._lock:
            return list(self._agents.values())

    def find(self, agent: str, alias: str) -> Agent | None:
        with self._lock:
            return self._agents.get((agent, alias))

    def answers(self, operation: str) -> bool:
        return operation in self._operations

    def answer(self, call: Call) -> Json:
        return self._operations[call.operation](call)

    def invocation(self, call: Call, body: Json, request_id: str, emit: Callable[[bytes], None]) -> Callable[[], None]:
        """Check the request now; the callable it returns plays the stream and blocks while it does."""
        agent_id, alias, session_id = (call.parameter(name) for name in ("agentId", "agentAliasId", "sessionId"))
        agent = self.find(agent_id, alias)
        if agent is None:
            raise _not_found(f"Failed to retrieve resource because it doesn't exist: agent {agent_id}, alias {alias}")
        state = body.get("sessionState") or {}
        with self._lock:
            kept = self._sessions.setdefault((agent_id, alias, session_id), _Conversation())
            kept.turns += 1
            kept.attributes.update(state.get("sessionAttributes") or {})
        session = Session(
            id=session_id,
            input_text=body.get("inputText", ""),
            attributes=kept.attributes,
            prompt_attributes=dict(state.get("promptSessionAttributes") or {}),
            trace=bool(body.get("enableTrace")),
            turn=kept.turns,
            memory=kept.memory,
        )
        services = Services(
            find=self.find,
            invoke_lambda=lambda name, event: self._invoke_lambda(name, event, call.region),
            emit=emit,
            account=self._account,
            region=call.region,
        )
        return lambda: play(agent, session, request_id, services)

    # control plane

    def _list_agents(self, _call: Call) -> Json:
        newest = {agent.id: agent for agent in self.loaded()}
        return {
            "agentSummaries": [
                {
                    "agentId": agent.id,
                    "agentName": agent.name,
                    "agentStatus": "PREPARED",
                    "latestAgentVersion": agent.version,
                    "updatedAt": stamp(CREATED),
                }
                for agent in newest.values()
            ]
        }

    def _get_agent(self, call: Call) -> Json:
        agent = self._aliases_of(call)[-1]
        return {
            "agent": {
                "agentArn": f"arn:aws:bedrock:{call.region}:{self._account}:agent/{agent.id}",
                "agentId": agent.id,
                "agentName": agent.name,
                "agentResourceRoleArn": f"arn:aws:iam::{self._account}:role/itk-sandbox-agent",
                "agentStatus": "PREPARED",
                "agentVersion": "DRAFT",
                "createdAt": stamp(CREATED),
                "foundationModel": agent.model,
                "idleSessionTTLInSeconds": 600,
                "instruction": agent.instruction,
                "preparedAt": stamp(CREATED),
                "updatedAt": stamp(CREATED),
            }
        }

    def _list_aliases(self, call: Call) -> Json:
        return {"agentAliasSummaries": [_alias(agent) for agent in self._aliases_of(call)]}

    def _get_alias(self, call: Call) -> Json:
        alias = call.parameter("agentAliasId")
        agent = next((a for a in self._aliases_of(call) if a.alias == alias), None)
        if agent is None:
            raise _not_found(f"Could not find agent alias {alias} of agent {call.parameter('agentId')}")
        arn = f"arn:aws:bedrock:{call.region}:{self._account}:agent-alias/{agent.id}/{agent.alias}"
        return {"agentAlias": {**_alias(agent), "agentId": agent.id, "agentAliasArn": arn}}

    def _list_versions(self, call: Call) -> Json:
        aliases = self._aliases_of(call)
        versions = ["DRAFT", *sorted({agent.version for agent in aliases})]
        return {
            "agentVersionSummaries": [
                {
                    "agentName": aliases[-1].name,
                    "agentStatus": "PREPARED",
                    "agentVersion": version,
                    "createdAt": stamp(CREATED),
                    "updatedAt": stamp(CREATED),
                }
                for version in versions
            ]
        }

    def _aliases_of(self, call: Call) -> list[Agent]:
        agent_id = call.parameter("agentId")
        aliases = [agent for agent in self.loaded() if agent.id == agent_id]
        if not aliases:
            raise _not_found(f"Could not find agent {agent_id}")
        return aliases


def _alias(agent: Agent) -> Json:
    return {
        "agentAliasId": agent.alias,
        "agentAliasName": agent.alias_name,
        "agentAliasStatus": "PREPARED",
        "createdAt": stamp(CREATED),
        "updatedAt": stamp(CREATED),
        "routingConfiguration": [{"agentVersion": agent.version}],
    }


def _not_found(message: str) -> AwsAnswerError:
    return AwsAnswerError("ResourceNotFoundException", message, 404)
