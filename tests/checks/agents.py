"""Tool calls for checks: an agent, and what it called one after the other."""

from __future__ import annotations

from typing import Any

from itk.model.trace import Component, Inference, Join, Payload, Span
from itk.ports import Facts
from tests.checks.build import MS, facts, receipt, root, span

LIKELY = Join(tier="inferred", rule="assignment", inference=Inference(confidence=0.9, candidates=2))


def agent(**fields: Any) -> Span:
    """A Bedrock agent that ITK asked: its call and its own view of it are one span."""
    component = Component("agent", "gatekeeper")
    fields = {"name": "InvokeAgent gatekeeper", "kind": "SERVER", "component": component, "start_ns": 0} | fields
    return span("a", None, "agent", **fields)


def tool(n: int, name: str, told: Any = None, *, parent: str = "a", **fields: Any) -> Span:
    """The `n`th call, of a tool with this name."""
    base: dict[str, Any] = {"name": f"execute_tool {name}", "kind": "CLIENT", "component": Component("tool", name)}
    base |= {"start_ns": n * MS, "end_ns": (n + 1) * MS, "request": None if told is None else Payload(value=told)}
    return span(f"t{n}", parent, "tool", **(base | fields))


def parameters(**told: str) -> dict[str, Any]:
    """The form in which Bedrock tells arguments."""
    return {"parameters": [{"name": name, "type": "string", "value": value} for name, value in told.items()]}


def called(*names: str, **fields: Any) -> Facts:
    """An agent that called these tools in this order."""
    tools = [tool(n, name) for n, name in enumerate(names, 1)]
    return facts(agent(), *tools, **({"receipt": receipt("agent")} | fields))


def unseen() -> Facts:
    """A run without an agent."""
    return facts(root(), span())
