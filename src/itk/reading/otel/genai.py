"""What OpenTelemetry spans say of agents, models and tools: old and new names of the GenAI conventions.

The conventions are still in development (their names changed in 2024, 2025 and 2026), and Traceloop and OpenInference
have names of their own: all are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from itk.model.evidence import Usage
from itk.reading.aws.resources import Resource, short_name
from itk.reading.jsontext import inner
from itk.reading.logfields import first, text_of, whole

_MODEL_OPERATIONS = frozenset(("chat", "text_completion", "generate_content", "embeddings", "completion"))
_AGENT_OPERATIONS = frozenset(("invoke_agent", "create_agent"))
_BY_KIND = {  # traceloop.span.kind, openinference.span.kind
    "llm": "model",
    "embedding": "model",
    "tool": "tool",
    "agent": "agent",
    "retriever": "knowledge_base",
    "guardrail": "guardrail",
}
_MODEL = ("gen_ai.request.model", "gen_ai.response.model", "llm.model_name", "embedding.model_name")
_AGENT = ("gen_ai.agent.name", "agent.name", "gen_ai.agent.id", "traceloop.entity.name")
_TOOL = ("gen_ai.tool.name", "tool.name", "traceloop.entity.name")
_KNOWLEDGE_BASE = ("aws.bedrock.knowledge_base.id", "gen_ai.data_source.id")

_INPUT = ("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens", "llm.token_count.prompt")
_OUTPUT = ("gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens", "llm.token_count.completion")
_CACHE_READ = (
    "gen_ai.usage.cache_read_input_tokens",
    "gen_ai.usage.cache_read.input_tokens",
    "llm.token_count.prompt_details.cache_read",
)
_CACHE_WRITE = (
    "gen_ai.usage.cache_write_input_tokens",
    "gen_ai.usage.cache_creation_input_tokens",
    "gen_ai.usage.cache_creation.input_tokens",
    "llm.token_count.prompt_details.cache_write",
)
_REQUEST = ("gen_ai.input.messages", "gen_ai.tool.call.arguments", "traceloop.entity.input", "input.value")
_RESPONSE = ("gen_ai.output.messages", "gen_ai.tool.call.result", "traceloop.entity.output", "output.value")


def component(said: Mapping[str, Any]) -> Resource | None:
    """The agent, model, tool, knowledge base or guardrail that a span is about; `None` if it is about none."""
    kind = _kind(said)
    names = {"model": _MODEL, "agent": _AGENT, "tool": _TOOL, "knowledge_base": _KNOWLEDGE_BASE}.get(kind, ())
    if not kind:
        return None
    if kind == "guardrail":
        name = text_of(said.get("aws.bedrock.guardrail.id"))
        return Resource(kind, short_name(name) or "guardrail", name)
    name = next((text for key in names if (text := text_of(said.get(key)))), "")
    if not name:
        return None
    ids = {"agent": "gen_ai.agent.id", "tool": "gen_ai.tool.call.id"}
    # A tool call's id is that of one call, no id of the tool.
    own = text_of(said.get(ids["agent"])) if kind == "agent" else ""
    return Resource(kind, short_name(name), own or (name if name.startswith("arn:") else ""))


def _kind(said: Mapping[str, Any]) -> str:
    operation = text_of(said.get("gen_ai.operation.name"))
    if operation in _MODEL_OPERATIONS:
        return "model"
    if operation in _AGENT_OPERATIONS:
        return "agent"
    if operation == "execute_tool":
        return "tool"
    told = first(said, ("openinference.span.kind", "traceloop.span.kind"))  # type: ignore[arg-type]
    if (kind := _BY_KIND.get(text_of(told).lower())) is not None:
        return kind
    if text_of(said.get("gen_ai.tool.name")):  # a tool's span that names no operation
        return "tool"
    if text_of(said.get("llm.request.type")) or any(key in said for key in (*_INPUT, *_OUTPUT)):
        return "model"
    return "knowledge_base" if text_of(said.get("aws.bedrock.knowledge_base.id")) else ""


def model_id(said: Mapping[str, Any]) -> str:
    """The model that answered, by the name that it was asked for."""
    return next((text for key in _MODEL if (text := text_of(said.get(key)))), "")


def usage(said: Mapping[str, Any]) -> Usage | None:
    """Tokens, where a span says any."""
    counts = [_count(said, keys) for keys in (_INPUT, _OUTPUT, _CACHE_READ, _CACHE_WRITE)]
    if all(count is None for count in counts[:2]):
        return None
    return Usage(
        input_tokens=counts[0], output_tokens=counts[1], cache_read_tokens=counts[2], cache_write_tokens=counts[3]
    )


def _count(said: Mapping[str, Any], keys: tuple[str, ...]) -> int | None:
    return next((number for key in keys if (number := whole(said.get(key))) is not None), None)


def request(said: Mapping[str, Any]) -> Any:
    """What was asked, opened where it is JSON in a string."""
    return _payload(said, _REQUEST)


def response(said: Mapping[str, Any]) -> Any:
    """What came back, opened where it is JSON in a string."""
    return _payload(said, _RESPONSE)


def _payload(said: Mapping[str, Any], keys: tuple[str, ...]) -> Any:
    value = next((said[key] for key in keys if said.get(key) is not None), None)
    return None if value is None else inner(value)


def tool_failed(said: Mapping[str, Any]) -> bool:
    """A tool that failed while its span says OK: only this attribute tells."""
    return text_of(said.get("gen_ai.tool.status")).lower() in ("error", "failure", "failed")
