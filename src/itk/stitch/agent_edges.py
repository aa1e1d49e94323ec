"""Which agent called which: a collaborator hangs under the call that its caller made."""

from __future__ import annotations

from typing import NamedTuple

from itk.model.evidence import AgentStep
from itk.model.trace import Join
from itk.stitch.agent_steps import Pair, Paired


class Edge(NamedTuple):
    """Why a collaborator hangs under its caller."""

    caller: str
    call: Pair | None
    join: Join


def edges_of(invocations: dict[str, list[AgentStep]], paired: dict[str, Paired]) -> dict[str, Edge]:
    """The caller of every collaborator: by id; where the call has not ended, by the chain of callers if unique."""
    found: dict[str, Edge] = {}
    open_calls: list[tuple[str, Pair]] = []
    for key in sorted(invocations):
        for call in collaborations(paired[key]):
            child = call.got.client_request_id if call.got else None
            if child and child in invocations and child != key and child not in found:
                found[child] = Edge(key, call, Join(tier="exact", rule="client_request_id", detail=child))
            elif call.got is None:
                open_calls.append((key, call))
    for child in sorted(set(invocations) - set(found)):
        chain = chain_of(invocations[child])
        if len(chain) < 2:
            continue
        session = invocations[child][0].session_id
        callers = [
            key
            for key, group in invocations.items()
            if key != child and chain_of(group) == chain[:-1] and group[0].session_id == session
        ]
        if len(callers) != 1:
            continue
        calls = [
            call
            for key, call in open_calls
            if key == callers[0]
            and call.asked
            and call.asked.call
            and call.asked.call.collaborator_alias_arn == chain[-1]
        ]
        join = Join(tier="structural", rule="caller_chain", detail=" > ".join(chain))
        found[child] = Edge(callers[0], calls[0] if len(calls) == 1 else None, join)
    return _acyclic(found)


def _acyclic(edges: dict[str, Edge]) -> dict[str, Edge]:
    """Without the edges that would make an invocation its own ancestor, which only broken evidence can say."""
    kept: dict[str, Edge] = {}
    for child in sorted(edges):
        at: str | None = edges[child].caller
        while at is not None and at != child:
            at = kept[at].caller if at in kept else None
        if at is None:
            kept[child] = edges[child]
    return kept


def collaborations(paired: Paired) -> list[Pair]:
    return [call for call in paired.calls if is_collaboration(call)]


def is_collaboration(call: Pair) -> bool:
    if call.asked is not None and call.asked.call is not None:
        return call.asked.call.type == "collaborator"
    return call.one.call_type == "AGENT_COLLABORATOR"


def chain_of(group: list[AgentStep]) -> tuple[str, ...]:
    return next((step.caller_chain for step in group if step.caller_chain), ())
