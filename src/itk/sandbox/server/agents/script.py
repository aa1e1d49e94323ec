"""Agent scripts: YAML text -> what one agent alias does when it is invoked. Every mistake is named with its place.

The format is described, with an example that the tests run, in docs/reference/sandbox.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import yaml


class ScriptError(ValueError):
    """A script that cannot be played: what is wrong and where in it."""


@dataclass(frozen=True, slots=True)
class Model:
    rationale: str = ""
    latency_s: float = 0.005
    input_tokens: int = 100
    output_tokens: int = 20
    raw: str = ""
    prompt: str = ""


@dataclass(frozen=True, slots=True)
class Tool:
    action_group: str
    lambda_name: str
    function: str = ""
    api_path: str = ""
    verb: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    name: str = ""  # `as`: what templates call the result


@dataclass(frozen=True, slots=True)
class KnowledgeBase:
    id: str
    query: str = "{{ input }}"
    references: tuple[dict[str, Any], ...] = ()
    latency_s: float = 0.005
    name: str = ""


@dataclass(frozen=True, slots=True)
class Guardrail:
    action: str = "NONE"
    id: str = "sandboxguard"
    message: str = "Sorry, the model cannot answer this question."
    latency_s: float = 0.005


@dataclass(frozen=True, slots=True)
class Collaborator:
    name_in_team: str
    agent: str
    alias: str
    input: str = "{{ input }}"
    name: str = ""


@dataclass(frozen=True, slots=True)
class Fail:
    exception: str = "dependencyFailedException"
    message: str = "The script said so."
    trace: bool = False  # a failureTrace part before the exception


@dataclass(frozen=True, slots=True)
class Answer:
    text: str
    chunks: int = 1


@dataclass(frozen=True, slots=True)
class Remember:
    """What later turns of the same session find under `memory`."""

    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Wait:
    seconds: float


@dataclass(frozen=True, slots=True)
class When:
    """A branch: `pattern` is searched in `of`, by default in the input text."""

    pattern: re.Pattern[str]
    steps: tuple[Step, ...]
    otherwise: tuple[Step, ...] = ()
    of: str = "{{ input }}"


Step = Model | Tool | KnowledgeBase | Guardrail | Collaborator | Fail | Answer | Remember | Wait | When


@dataclass(frozen=True, slots=True)
class Agent:
    id: str
    alias: str
    steps: tuple[Step, ...]
    name: str = ""
    alias_name: str = ""
    version: str = "1"
    model: str = "anthropic.claude-3-haiku-20240307-v1:0"
    instruction: str = "You are a scripted agent of the ITK sandbox."
    capture: re.Pattern[str] | None = None


def parse_scripts(text: str) -> list[Agent]:
    """One agent per YAML document."""
    try:
        documents = list(yaml.safe_load_all(text))
    except yaml.YAMLError as error:
        raise ScriptError(f"not YAML: {error}") from error
    agents = [_agent(document) for document in documents if document is not None]
    if not agents:
        raise ScriptError("no agent in this script")
    return agents


def _agent(raw: Any) -> Agent:
    fields = _Fields(raw, "agent script")
    agent_id, alias = fields.text("agent"), fields.text("alias")
    place = f"agent {agent_id}"
    for label, value in (("agent", agent_id), ("alias", alias)):
        if not re.fullmatch(r"[0-9a-zA-Z]{10}", value):  # SDKs refuse any other before they send
            raise ScriptError(f"{place}: `{label}` is an id of ten letters and digits, got {value!r}")
    capture = fields.text("capture", "")
    agent = Agent(
        id=agent_id,
        alias=alias,
        steps=_steps(fields.take("steps"), f"{place}, steps"),
        name=fields.text("name", agent_id),
        alias_name=fields.text("alias_name", alias),
        version=fields.text("version", "1"),
        model=fields.text("model", Agent.__dataclass_fields__["model"].default),
        instruction=fields.text("instruction", Agent.__dataclass_fields__["instruction"].default),
        capture=_regex(capture, f"{place}, capture") if capture else None,
    )
    fields.done()
    return agent


def _steps(raw: Any, place: str) -> tuple[Step, ...]:
    if not isinstance(raw, list) or not raw:
        raise ScriptError(f"{place}: expected a list of steps")
    return tuple(_step(item, f"{place}[{number}]") for number, item in enumerate(raw))


def _step(raw: Any, place: str) -> Step:
    if not isinstance(raw, dict):
        raise ScriptError(f"{place}: a step is a mapping such as `answer: text`, got {raw!r}")
    if "when" in raw:
        return _when(raw, place)
    if len(raw) != 1:
        raise ScriptError(f"{place}: one step, one key; got {', '.join(map(str, raw))}")
    [(kind, content)] = raw.items()
    if kind == "remember":
        return Remember(_texts(content, f"{place}, remember"))
    if kind not in _KINDS:
        raise ScriptError(f"{place}: unknown step `{kind}`; known: {', '.join([*_KINDS, 'remember', 'when'])}")
    shorthand, build = _KINDS[kind]
    if not isinstance(content, dict):
        content = {shorthand: content} if content is not None else {}
    fields = _Fields(content, f"{place}, {kind}")
    step = build(fields)
    fields.done()
    return step


def _when(raw: dict[str, Any], place: str) -> When:
    fields = _Fields(raw, place)
    otherwise = fields.take("else", None)
    step = When(
        pattern=_regex(fields.text("when"), f"{place}, when"),
        steps=_steps(fields.take("steps"), f"{place}, steps"),
        otherwise=_steps(otherwise, f"{place}, else") if otherwise is not None else (),
        of=fields.text("of", "{{ input }}"),
    )
    fields.done()
    return step


def _texts(raw: Any, place: str) -> dict[str, str]:
    if not isinstance(raw, dict) or not raw or any(isinstance(value, (dict, list)) for value in raw.values()):
        raise ScriptError(f"{place}: expected texts by name, such as `order: {{{{ match.order }}}}`, got {raw!r}")
    return {str(name): str(value) for name, value in raw.items()}


def _model(f: _Fields) -> Model:
    usage = _Fields(f.take("usage", {}), f"{f.place}, usage")
    model = Model(
        rationale=f.text("rationale", ""),
        latency_s=f.number("latency_s", 0.005),
        input_tokens=int(usage.number("input", 100)),
        output_tokens=int(usage.number("output", 20)),
        raw=f.text("raw", ""),
        prompt=f.text("prompt", ""),
    )
    usage.done()
    return model


def _tool(f: _Fields) -> Tool:
    tool = Tool(
        action_group=f.text("action_group"),
        lambda_name=f.text("lambda"),
        function=f.text("function", ""),
        api_path=f.text("api_path", ""),
        verb=f.text("verb", ""),
        parameters=dict(f.take("parameters", {})),
        name=f.text("as", ""),
    )
    if bool(tool.function) == bool(tool.api_path):
        raise ScriptError(f"{f.place}: say either `function` or `api_path` (with `verb`)")
    return tool


def _knowledge_base(f: _Fields) -> KnowledgeBase:
    return KnowledgeBase(
        id=f.text("id"),
        query=f.text("query", "{{ input }}"),
        references=tuple(f.take("references", ())),
        latency_s=f.number("latency_s", 0.005),
        name=f.text("as", ""),
    )


def _guardrail(f: _Fields) -> Guardrail:
    action = f.text("action", "NONE")
    if action not in ("NONE", "INTERVENED"):
        raise ScriptError(f"{f.place}: `action` is NONE or INTERVENED, got {action!r}")
    message = f.text("message", Guardrail.__dataclass_fields__["message"].default)
    return Guardrail(action, f.text("id", "sandboxguard"), message, f.number("latency_s", 0.005))


def _collaborator(f: _Fields) -> Collaborator:
    return Collaborator(
        f.text("name"), f.text("agent"), f.text("alias"), f.text("input", "{{ input }}"), f.text("as", "")
    )


def _fail(f: _Fields) -> Fail:
    message = f.text("message", "The script said so.")
    return Fail(f.text("exception", "dependencyFailedException"), message, bool(f.take("trace", False)))


_KINDS: dict[str, tuple[str, Callable[[_Fields], Step]]] = {
    "model": ("rationale", _model),
    "tool": ("action_group", _tool),
    "knowledge_base": ("id", _knowledge_base),
    "guardrail": ("action", _guardrail),
    "collaborator": ("name", _collaborator),
    "fail": ("exception", _fail),
    "answer": ("text", lambda f: Answer(f.text("text"), int(f.number("chunks", 1)))),
    "wait": ("seconds", lambda f: Wait(f.number("seconds"))),
}
_MISSING: Any = object()


class _Fields:
    """The keys of one mapping; what nobody took is a mistake."""

    def __init__(self, raw: Any, place: str) -> None:
        if not isinstance(raw, dict):
            raise ScriptError(f"{place}: expected a mapping, got {raw!r}")
        self.place = place
        self._left = dict(raw)
        self._seen: list[str] = []

    def take(self, name: str, default: Any = _MISSING) -> Any:
        self._seen.append(name)
        if name in self._left:
            return self._left.pop(name)
        if default is _MISSING:
            raise ScriptError(f"{self.place}: `{name}` is missing")
        return default

    def text(self, name: str, default: Any = _MISSING) -> str:
        value = self.take(name, default)
        if isinstance(value, (dict, list)) or value is None:
            raise ScriptError(f"{self.place}: `{name}` is a text, got {value!r}")
        return str(value)

    def number(self, name: str, default: Any = _MISSING) -> float:
        value = self.take(name, default)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise ScriptError(f"{self.place}: `{name}` is a number, got {value!r}")
        return value

    def done(self) -> None:
        if self._left:
            unknown = ", ".join(f"`{name}`" for name in self._left)
            raise ScriptError(f"{self.place}: unknown key {unknown}; known: {', '.join(self._seen)}")


def _regex(pattern: str, place: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise ScriptError(f"{place}: not a regular expression: {error}") from error
