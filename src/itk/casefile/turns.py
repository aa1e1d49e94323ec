"""`turns:` of a case: a conversation with an agent, what is said and what must hold of each answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import msgspec
from pydantic import AliasChoices, Field

from itk.casefile.findings import Findings
from itk.casefile.forms import Form
from itk.casefile.nodes import Node
from itk.casefile.reading import Reader
from itk.casefile.stimuli.bedrock_agentcore_invoke import body_of
from itk.model.case import BedrockAgentCoreInvoke, BedrockInvokeAgent, CheckSpec, OnFail, Stimulus, Turn
from itk.model.problem import show

TURNS_MAX = 100
# What they ask for is one answer for the whole run: queues and the whole of the evidence belong to no turn.
OF_THE_RUN = frozenset({"turns", "no_dlq_messages", "queue", "dlq", "complete"})
_JUDGE = "write `response_contains`, `expectedResponse` or `that`; AgentCore Evaluations judges `assertions`"


class TurnForm(Form):
    """One turn of a conversation."""

    input: Any = Field(description="What the agent is told: text; for AgentCore any JSON value.")
    expect: Any = Field(default=None, description="What must hold of this turn: checks as in the case's own `expect`.")
    expected_response: str | None = Field(
        default=None,
        min_length=1,
        validation_alias=AliasChoices("expectedResponse", "expected_response"),
        description="The whole answer, letter for letter.",
    )
    on_fail: OnFail = Field(
        default="stop",
        description="`stop`: when this turn fails, no later one is sent. `continue`: they are sent all the same.",
    )


class Conversation(NamedTuple):
    """What `turns:` says: the turns by what is sent, and the checks of all of them."""

    place: Node
    inputs: tuple[tuple[Any, OnFail, Node], ...]
    checks: tuple[CheckSpec, ...]


def judges_by_model(item: Node, findings: Findings) -> bool:
    """Whether `assertions` are asked for, which only a model could judge; told."""
    key = item.key("assertions") or (item if item.kind == "scalar" and item.text == "assertions" else None)
    if key is None:
        return False
    findings.error(key, "`assertions` are for a model to judge, and ITK asks none", _JUDGE)
    return True


def has_turns(expect: Node | None) -> bool:
    """Whether the `expect:` of a case holds a conversation."""
    return expect is not None and any(item.key("turns") is not None for item in expect.elements)


class TurnsReader:
    """Reads the list behind `turns:`; `read_checks` reads the `expect` of one turn."""

    def __init__(
        self, reader: Reader, read_checks: Callable[[Node, Node, int], Sequence[CheckSpec]], *, lenient: bool
    ) -> None:
        self._reader, self._findings, self._read_checks = reader, reader.findings, read_checks
        self._lenient = lenient

    def read(self, node: Node, key: Node) -> Conversation | None:
        """The conversation, or `None` where it is no list of turns (and told)."""
        if node.kind != "sequence" or not node.elements:
            fix = "start each turn with `- `, for example `- input: Where is my order?`"
            self._findings.error(key, f"`turns` must be a list of turns, found {node.named()}", fix)
            return None
        if len(node.elements) > TURNS_MAX:
            self._findings.error(key, f"more than {TURNS_MAX} turns", "make several cases of them")
            return None
        inputs, checks = list[tuple[Any, OnFail, Node]](), list[CheckSpec]()
        for n, item in enumerate(node.elements, 1):
            form = self._turn(item)
            if form is None:
                continue
            inputs.append((form.input, form.on_fail, item.get("input") or item))
            checks += self._checks(form, item, n)
        return Conversation(key, tuple(inputs), tuple(checks))

    def _turn(self, item: Node) -> TurnForm | None:
        if item.kind != "mapping":
            what = f"a turn must be a mapping, found {item.named()}"
            self._findings.error(item, what, f"write `- input: {show(item.text, 30) or '…'}`")
            return None
        if judges_by_model(item, self._findings):
            return None
        written: dict[str, Any] = {}
        for name, value in item.pairs:
            data = name.text == "input"
            lenient = data and self._lenient
            apart = name.text == "expect"
            written[name.text] = None if apart else self._reader.value(value, lenient=lenient, data=data)
        form = self._reader.fill(TurnForm, written, item, of="a turn")
        if form is not None and (form.input is None or form.input == ""):
            fix = "write what is said to the agent: `input: Where is my order?`"
            self._findings.error(item.key("input") or item, "the agent gets nothing in this turn", fix)
            return None
        return form

    def _checks(self, form: TurnForm, item: Node, n: int) -> Sequence[CheckSpec]:
        checks = list[CheckSpec]()
        if (expect := item.get("expect")) is not None:
            checks += self._read_checks(expect, item.key("expect") or item, n)
        key = item.key("expectedResponse") or item.key("expected_response")
        if form.expected_response is not None and key is not None:
            checks.append(
                CheckSpec(
                    name="expectedResponse",
                    params={"text": form.expected_response},
                    where=self._findings.where(key),
                    title=f"turn {n}: expectedResponse",
                    turn=n,
                )
            )
        return checks


def turns_of(conversation: Conversation, stimulus: Stimulus, findings: Findings) -> tuple[Turn, ...]:
    """What each turn sends, to the target of `stimulus`; what cannot be sent there is told."""
    turns = list[Turn]()
    for n, (value, on_fail, node) in enumerate(conversation.inputs, 1):
        sent: BedrockInvokeAgent | BedrockAgentCoreInvoke
        match stimulus:
            case BedrockInvokeAgent() if isinstance(value, str):
                sent = msgspec.structs.replace(stimulus, input_text=value)
            case BedrockInvokeAgent():
                findings.error(node, f"expected text, found {node.named()}", "put it in quotes: a turn says a text")
                continue
            case BedrockAgentCoreInvoke():
                body = body_of(value, stimulus.content_type)
                sent = msgspec.structs.replace(stimulus, body=body, turn=n)
            case _:
                fix = "`turns` need an entrypoint of type bedrock_invoke_agent or bedrock_agentcore_invoke"
                findings.error(conversation.place, "only an agent can be talked to in turns", fix)
                return ()
        turns.append(Turn(stimulus=sent, on_fail=on_fail, where=findings.where(node)))
    return tuple(turns)
