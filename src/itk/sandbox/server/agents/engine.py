"""Plays an agent script: model calls, tools that really invoke local functions, collaborators, and their trace parts.

Shapes and quirks are those of recorded InvokeAgent streams:
- `<uuid>-N` is the traceId of orchestration step N; the uuid is the x-amzn-requestid of the call for the root agent,
  and the `clientRequestId` in the caller's observation for a collaborator;
- invocationInput and observation of an action group both come after the call, with the same eventTime;
- `finalResponse` carries the times of the whole agent.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from itk.sandbox.server.agents import event_stream, parts, script
from itk.sandbox.server.agents.template import TemplateError, decoded, render

COLLABORATOR_DEPTH_MAX = 3


@dataclass(frozen=True, slots=True)
class LambdaAnswer:
    request_id: str
    payload: Any
    error: str = ""


@dataclass(frozen=True, slots=True)
class Services:
    """What a running agent needs from around it."""

    find: Callable[[str, str], script.Agent | None]
    invoke_lambda: Callable[[str, Mapping[str, Any]], LambdaAnswer]
    emit: Callable[[bytes], None]
    account: str
    region: str


@dataclass(slots=True)
class Session:
    """What InvokeAgent was given."""

    id: str
    input_text: str
    attributes: dict[str, str]
    prompt_attributes: dict[str, str]
    trace: bool
    turn: int = 1  # of the session
    memory: dict[str, str] = field(default_factory=dict)  # what earlier turns of the session remembered


class StreamError(Exception):
    """Ends the stream with an exception frame."""

    def __init__(self, kind: str, message: str, traced: bool = False) -> None:
        super().__init__(message)
        self.kind = kind
        self.traced = traced


class _Finished(Exception):
    def __init__(self, text: str, chunks: int = 1) -> None:
        super().__init__(text)
        self.text = text
        self.chunks = chunks


def play(agent: script.Agent, session: Session, request_id: str, services: Services) -> None:
    """Emit the whole stream of one InvokeAgent call."""
    turn = Turn(agent, session, request_id, services)
    try:
        text, chunks = turn.run()
    except StreamError as error:
        services.emit(event_stream.exception(error.kind, str(error)))
        return
    for piece in _pieces(text, chunks):
        services.emit(event_stream.event("chunk", parts.chunk(piece, turn.references)))


@dataclass(slots=True)
class Turn:
    """One agent's turn: the root's, or a collaborator's."""

    agent: script.Agent
    session: Session
    uuid: str
    services: Services
    chain: tuple[str, ...] = ()
    team_name: str = ""
    references: list[dict[str, Any]] = field(default_factory=list)
    _values: dict[str, Any] = field(default_factory=dict)
    _step: int = -1  # number of the latest model call
    _model_spoke_last: bool = False
    _started: float = 0.0

    def run(self) -> tuple[str, int]:
        """The final text, and in how many chunks to send it."""
        self._started = time.time()
        self.chain = (*self.chain, self._alias_arn(self.agent.id, self.agent.alias))
        self._values = self._first_values()
        try:
            self._play(self.agent.steps)
        except _Finished as finished:
            return str(finished), finished.chunks
        except TemplateError as error:
            raise StreamError("internalServerException", f"script of agent {self.agent.id}: {error}") from error
        except StreamError as error:
            if error.traced:
                self._part(parts.failure(self._trace_id, str(error), self._started, time.time()))
            raise
        raise StreamError("internalServerException", f"script of agent {self.agent.id} ended without an answer")

    def _first_values(self) -> dict[str, Any]:
        values: dict[str, Any] = {
            "input": self.session.input_text,
            "session": self.session.attributes,
            "prompt": self.session.prompt_attributes,
            "session_id": self.session.id,
            "turn": self.session.turn,
            "memory": self.session.memory,
            "match": {},
        }
        if self.agent.capture and (found := self.agent.capture.search(self.session.input_text)):
            groups = {str(number): value for number, value in enumerate((found[0], *found.groups()))}
            values["match"] = {key: value for key, value in (groups | found.groupdict()).items() if value is not None}
        return values

    def _play(self, steps: Sequence[script.Step]) -> None:
        for step in steps:
            match step:
                case script.When():
                    met = step.pattern.search(self._render(step.of))
                    self._play(step.steps if met else step.otherwise)
                case script.Wait():
                    time.sleep(step.seconds)
                case script.Model():
                    self._call_model(step)
                case script.Tool():
                    self._call_tool(step)
                case script.KnowledgeBase():
                    self._look_up(step)
                case script.Guardrail():
                    self._guard(step)
                case script.Collaborator():
                    self._call_collaborator(step)
                case script.Fail():
                    raise StreamError(step.exception, self._render(step.message), step.trace)
                case script.Remember():
                    self.session.memory.update({name: self._render(text) for name, text in step.values.items()})
                case script.Answer():
                    self._answer(step)

    # steps

    def _call_model(self, step: script.Model) -> None:
        self._step += 1
        self._model_spoke_last = True
        prompt = self._render(step.prompt) if step.prompt else self._prompt()
        self._part(parts.model_input(self._trace_id, self.agent.model, prompt))
        started = time.time()
        time.sleep(step.latency_s)
        rationale = self._render(step.rationale)
        raw = self._render(step.raw) if step.raw else parts.raw_response(self.agent.model, rationale, step)
        usage = {"inputTokens": step.input_tokens, "outputTokens": step.output_tokens}
        self._part(parts.model_output(self._trace_id, raw, usage, started, time.time()))
        if rationale:
            self._part(parts.rationale(self._trace_id, rationale))

    def _call_tool(self, step: script.Tool) -> None:
        self._ensure_model()
        arguments = [
            {
                "name": name,
                "type": _type_of(value),
                "value": self._render(str(value) if not isinstance(value, str) else value),
            }
            for name, value in step.parameters.items()
        ]
        started = time.time()
        answer = self.services.invoke_lambda(step.lambda_name, self._tool_event(step, arguments))
        ended = time.time()
        # Real streams tell of the call only when it is over: both parts carry the same eventTime.
        asked = parts.tool_input(self._trace_id, step, arguments)
        if answer.error:
            self._part(asked, at=ended)
            raise StreamError("dependencyFailedException", answer.error, traced=True)
        text, state = self._tool_text(answer.payload)
        self._part(asked, at=ended)
        self._part(parts.tool_output(self._trace_id, text, answer.request_id, started, ended), at=ended)
        if state == "FAILURE":
            raise StreamError(
                "dependencyFailedException", f"The Lambda function {step.lambda_name} reported FAILURE: {text}", True
            )
        self._remember(step.name or step.function or step.action_group, text)

    def _look_up(self, step: script.KnowledgeBase) -> None:
        self._ensure_model()
        query = self._render(step.query)
        self._part(parts.lookup_input(self._trace_id, step.id, query))
        started = time.time()
        time.sleep(step.latency_s)
        references = [parts.reference({k: self._render(str(v)) for k, v in ref.items()}) for ref in step.references]
        self._part(parts.lookup_output(self._trace_id, references, self.uuid, started, time.time()))
        self.references += references
        self._remember(step.name or step.id, json.dumps([ref["content"]["text"] for ref in references]))

    def _guard(self, step: script.Guardrail) -> None:
        started = time.time()
        time.sleep(step.latency_s)
        phase = "post" if self._step >= 0 else "pre"
        trace_id = f"{self.uuid}-guardrail-{phase}-{max(self._step, 0)}"
        self._part(parts.guardrail(trace_id, step, phase, started, time.time()))
        if step.action == "INTERVENED":
            raise _Finished(self._render(step.message))  # and no finalResponse, as on AWS

    def _call_collaborator(self, step: script.Collaborator) -> None:
        self._ensure_model()
        colleague = self.services.find(step.agent, step.alias)
        if colleague is None:
            raise StreamError("resourceNotFoundException", f"No agent {step.agent} with alias {step.alias}.")
        if len(self.chain) >= COLLABORATOR_DEPTH_MAX:
            raise StreamError("validationException", f"Collaborators nest {COLLABORATOR_DEPTH_MAX} deep at most.")
        text, arn = self._render(step.input), self._alias_arn(step.agent, step.alias)
        self._part(parts.collaborator_input(self._trace_id, step.name_in_team, arn, text))
        started = time.time()
        session = Session(str(uuid.uuid4()), text, self.session.attributes, {}, self.session.trace)
        turn = Turn(colleague, session, str(uuid.uuid4()), self.services, self.chain, step.name_in_team)
        answer, _ = turn.run()
        self._part(
            parts.collaborator_output(self._trace_id, step.name_in_team, arn, answer, turn.uuid, started, time.time())
        )
        self._remember(step.name or step.name_in_team, answer)

    def _answer(self, step: script.Answer) -> None:
        if not self._model_spoke_last:
            self._call_model(script.Model())
        text = self._render(step.text)
        self._part(parts.final_response(self._trace_id, text, self._started, time.time()))
        raise _Finished(text, step.chunks)

    # helpers

    def _ensure_model(self) -> None:
        """A real agent never calls a tool unasked: where the script names no model call, there is a short one."""
        if self._step < 0:
            self._call_model(script.Model())
        self._model_spoke_last = False

    def _tool_event(self, step: script.Tool, arguments: list[dict[str, str]]) -> dict[str, Any]:
        """The documented event of an action group function."""
        target = (
            {"function": step.function, "parameters": arguments}
            if step.function
            else {"apiPath": step.api_path, "httpMethod": step.verb.upper() or "GET", "parameters": arguments}
        )
        return {
            "messageVersion": "1.0",
            "agent": {
                "name": self.agent.name,
                "id": self.agent.id,
                "alias": self.agent.alias,
                "version": self.agent.version,
            },
            "inputText": self.session.input_text,
            "sessionId": self.session.id,
            "actionGroup": step.action_group,
            **target,
            "sessionAttributes": dict(self.session.attributes),
            "promptSessionAttributes": dict(self.session.prompt_attributes),
        }

    def _tool_text(self, payload: Any) -> tuple[str, str]:
        """The text of the function's answer and its responseState; it may change the session attributes."""
        try:
            response = payload["response"]
            holder = response.get("functionResponse") or response
            [body] = holder["responseBody"].values()
            text = body["body"]
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise StreamError(
                "dependencyFailedException",
                "The server encountered an error processing the Lambda response. "
                f"Check the Lambda response and retry the request: {json.dumps(payload)[:200]}",
                traced=True,
            ) from error
        self.session.attributes.update(payload.get("sessionAttributes") or {})
        self.session.prompt_attributes.update(payload.get("promptSessionAttributes") or {})
        return (text if isinstance(text, str) else json.dumps(text)), holder.get("responseState", "")

    def _remember(self, name: str, text: str) -> None:
        self._values[name] = decoded(text)

    def _render(self, template: str) -> str:
        return render(template, self._values)

    def _prompt(self) -> str:
        messages = [{"role": "user", "content": self.session.input_text}]
        return json.dumps({"system": self.agent.instruction, "messages": messages}, ensure_ascii=False)

    @property
    def _trace_id(self) -> str:
        return f"{self.uuid}-{max(self._step, 0)}"

    def _alias_arn(self, agent: str, alias: str) -> str:
        return f"arn:aws:bedrock:{self.services.region}:{self.services.account}:agent-alias/{agent}/{alias}"

    def _part(self, trace: dict[str, Any], at: float | None = None) -> None:
        if not self.session.trace:
            return
        part = {
            "agentAliasId": self.agent.alias,
            "agentId": self.agent.id,
            "agentVersion": self.agent.version,
            "callerChain": [{"agentAliasArn": arn} for arn in self.chain],
            "eventTime": parts.stamp(at if at is not None else time.time()),
            "sessionId": self.session.id,
            "trace": trace,
        }
        if self.team_name:
            part["collaboratorName"] = self.team_name
        self.services.emit(event_stream.event("trace", part))


def _type_of(value: Any) -> str:
    kinds: list[tuple[type, str]] = [(bool, "boolean"), (int, "integer"), (float, "number"), (list, "array")]
    return next((name for kind, name in kinds if isinstance(value, kind)), "string")


def _pieces(text: str, count: int) -> list[str]:
    size = max(1, -(-len(text) // max(1, count)))
    return [text[i : i + size] for i in range(0, len(text), size)] or [""]
