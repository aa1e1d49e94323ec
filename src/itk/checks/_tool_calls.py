"""The tool calls of a run's agents, in the order in which they were made, and by which names people know them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

import msgspec

from itk.checks._answers import is_inferred, seen
from itk.model.trace import Span, Trace

_VERBS = frozenset({"GET", "PUT", "POST", "PATCH", "DELETE", "HEAD", "OPTIONS"})


class ToolCall(NamedTuple):
    """One call. `names` are all that it may be written as, the shortest that says enough first."""

    span: Span
    names: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.names[0]

    def answers_to(self, wanted: str) -> bool:
        return any(fnmatchcase(name, wanted) for name in self.names)


class ToolCalls(NamedTuple):
    """`proven`: an agent's for certain. `known`: besides those whose caller is only likely."""

    proven: tuple[ToolCall, ...]
    known: tuple[ToolCall, ...]
    agents: tuple[Span, ...]  # that some record shows

    @property
    def doubtful(self) -> tuple[ToolCall, ...]:
        return tuple(call for call in self.known if call not in self.proven)


def tool_calls(trace: Trace) -> ToolCalls:
    """Every call of a tool, once: a further view of it and an attempt that provably repeats it are no calls.

    An agent that asks its tool the same thing again has decided so, and that is a call.
    """
    spans = {span.span_id: span for span in trace.spans}
    inner = {span.span_id for span in trace.spans if _is_view(span, spans.get(span.parent_span_id or ""))}
    tools = [s for s in trace.spans if s.component.type == "tool" and not s.is_again and s.span_id not in inner]
    doubtful = {span.span_id for span in tools if _is_doubtful(span, spans)}
    known = tuple(ToolCall(span, names_of(span)) for span in _in_order(tools))
    proven = tuple(call for call in known if call.span.span_id not in doubtful)
    return ToolCalls(proven, known, tuple(span for span in seen(trace) if span.component.type == "agent"))


def names_of(span: Span) -> tuple[str, ...]:
    """`orders/lookupOrder` is known as `lookupOrder`, `orders` and `orders/lookupOrder`.

    `orders/GET /orders/{id}` is known as `GET /orders/{id}`, `/orders/{id}` and `orders` as well.
    """
    whole = span.component.name
    group, slash, function = whole.partition("/")
    verb, space, path = function.partition(" ")
    short = [function, *([path] if space and verb in _VERBS | {v.lower() for v in _VERBS} else []), group]
    names = [*(short if slash and group and function else []), whole, span.component.label]
    return tuple(dict.fromkeys(names))


def listed(calls: Iterable[ToolCall]) -> str:
    """`lookupOrder, issueRefund`, or `no tool call`."""
    return ", ".join(call.name for call in calls) or "no tool call"


def arguments_of(call: ToolCall) -> dict[str, Any] | None:
    """What a tool was called with, by name; `None` where nobody said."""
    value = call.span.request.value if call.span.request is not None else None
    if isinstance(value, str):
        try:
            value = msgspec.json.decode(value)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None
    if not isinstance(value, dict):
        return None
    parameters, body = value.get("parameters"), value.get("requestBody")
    if not (isinstance(parameters, list) or isinstance(body, dict)):
        return value
    # An action group's form: `[{name, type, value}]`, and the same for each content type of a body.
    content = body.get("content", body) if isinstance(body, dict) else {}
    parts = [parameters, *(content.values() if isinstance(content, dict) else ())]
    return {name: told for part in parts for name, told in _named(part)}


def _named(part: Any) -> Iterable[tuple[str, Any]]:
    if isinstance(part, dict):
        part = part.get("properties", part)
    for one in part if isinstance(part, list) else ():
        if isinstance(one, dict) and isinstance(one.get("name"), str):
            yield one["name"], one.get("value")


def _is_view(span: Span, above: Span | None) -> bool:
    """A framework's span and its client's within are two views of one call."""
    return above is not None and above.component.type == "tool" and above.component.name == span.component.name


def _is_doubtful(span: Span, spans: dict[str, Span]) -> bool:
    at: Span | None = span
    for _ in range(len(spans)):
        if at is None or at.component.type == "agent":
            return False
        if is_inferred(at):
            return True
        at = spans.get(at.parent_span_id or "")
    return False


def _in_order(tools: Sequence[Span]) -> list[Span]:
    """By their starts, those of one moment by their place in the stream; one without a start follows its elder."""
    order, last = dict[str, tuple[int, str, int]](), 0
    for n, span in enumerate(tools):
        last = span.start_ns if span.start_ns is not None else last
        told = next((seen.event_id for seen in span.evidence if seen.source == "agent_stream"), "")
        order[span.span_id] = (last, told, n)
    return sorted(tools, key=lambda span: order[span.span_id])
