"""`turns:` of a case: a conversation with an agent, what is said and what must hold of each answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import msgspec
from pydantic import AliasChoices, Field

from itk.casefile.findings import Findings
from itk.casefile.forms import MODIFIERS, Form, ModifiersForm
from itk.casefile.nodes import Node
from itk.casefile.reading import Reader
from itk.casefile.stimuli.bedrock_agentcore_invoke import body_of
from itk.model.case import BedrockAgentCoreInvoke, BedrockInvokeAgent, CheckSpec, OnFail, Stimulus, Turn
from itk.model.problem import show

ChecksOf = Callable[[Node], Sequence[CheckSpec]]

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


class Said(NamedTuple):
    """What one turn says, and where it stands."""

    value: Any
    on_fail: OnFail
    node: Node


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
    """Reads the `turns` of a case: `said` and `place` are there once they were read."""

    def __init__(self, reader: Reader, *, lenient: bool) -> None:
        self._reader, self._findings, self._lenient = reader, reader.findings, lenient
        self.place: Node | None = None
        self.said: tuple[Said, ...] = ()

    def read(self, item: Node, key: Node, checks_of: ChecksOf) -> tuple[CheckSpec, ...]:
        """The check of the whole conversation, then those of its turns. `checks_of` reads an item of their `expect`."""
        node = item.get("turns")
        modifiers = self._modifiers(item, key)
        if self.place is not None:
            fix = f"the first is at {self.place.line}:{self.place.column}: make one list of both"
            self._findings.error(key, "a case holds one conversation", fix)
            return ()
        self.place = key
        if node is None or modifiers is None or not self._is_list(node, key):
            return ()
        said, checks = list[Said](), list[CheckSpec]()
        for n, turn in enumerate(node.elements, 1):
            if (form := self._turn(turn)) is not None:
                said.append(Said(form.input, form.on_fail, turn.get("input") or turn))
                checks += self._checks(form, turn, n, checks_of)
        self.said = tuple(said)
        whole = CheckSpec(
            name="turns",
            params={"turns": [{"input": one.value, "on_fail": one.on_fail} for one in said]},
            where=self._findings.where(key),
            title=modifiers.name,
            severity=modifiers.severity,
            xfail=modifiers.expected_failure,
        )
        return (whole, *checks)

    def _modifiers(self, item: Node, key: Node) -> ModifiersForm | None:
        beside = Node("mapping", key.line, key.column, key.width)
        for name, value in item.pairs:
            if name.text in MODIFIERS:
                beside.pairs.append((name, value))
            elif name is not key:
                fix = f"put `- ` before `{show(name.text, 30)}` too; keys of a turn stand below its `- `"
                self._findings.error(name, "one `- ` holds one check", fix)
        return self._reader.fill(ModifiersForm, self._reader.value(beside), beside, of="`turns`")

    def _is_list(self, node: Node, key: Node) -> bool:
        if node.kind != "sequence" or not node.elements:
            fix = "start each turn with `- `, for example `- input: Where is my order?`"
            self._findings.error(key, f"`turns` must be a list of turns, found {node.named()}", fix)
        elif len(node.elements) > TURNS_MAX:
            self._findings.error(key, f"more than {TURNS_MAX} turns", "make several cases of them")
        else:
            return True
        return False

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

    def _checks(self, form: TurnForm, turn: Node, n: int, checks_of: ChecksOf) -> Iterator[CheckSpec]:
        expect, key = turn.get("expect"), turn.key("expect")
        if expect is not None and key is not None:
            for item in self._of_turn(expect, key):
                for check in checks_of(item):
                    yield msgspec.structs.replace(check, turn=n, title=f"turn {n}: {check.title or check.name}")
        key = turn.key("expectedResponse") or turn.key("expected_response")
        if form.expected_response is not None and key is not None:
            where, name = self._findings.where(key), "expectedResponse"
            params = {"text": form.expected_response}
            yield CheckSpec(name=name, params=params, where=where, title=f"turn {n}: {name}", turn=n)

    def _of_turn(self, expect: Node, key: Node) -> Iterator[Node]:
        """The items of a turn's `expect`, without what asks for the whole run, which is told."""
        if expect.kind != "sequence" or not expect.elements:
            fix = "start each check with `- `, for example `- no_error_spans`"
            self._findings.error(key, f"`expect` must be a list of checks, found {expect.named()}", fix)
        for item in expect.elements:
            heads = [item] if item.kind == "scalar" else [name for name, _ in item.pairs]
            head = next((head for head in heads if head.text in OF_THE_RUN), None)
            if head is None:
                yield item
                continue
            fix = "write it in the case's own `expect`" if head.text != "turns" else "write one list of turns"
            self._findings.error(head, f"`{head.text}` is about the whole run, not about a turn", fix)


def turns_of(conversation: TurnsReader, stimulus: Stimulus, findings: Findings) -> tuple[Turn, ...]:
    """What each turn sends, to the target of `stimulus`; what cannot be sent there is told."""
    turns = list[Turn]()
    for n, (value, on_fail, node) in enumerate(conversation.said, 1):
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
                findings.error(conversation.place or node, "only an agent can be talked to in turns", fix)
                return ()
        turns.append(Turn(stimulus=sent, on_fail=on_fail, where=findings.where(node)))
    return tuple(turns)
