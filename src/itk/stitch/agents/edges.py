"""Which agent called which: a collaborator hangs under the call that its caller made."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from itk.model.evidence import AgentStep
from itk.model.trace import Join
from itk.stitch.agents.steps import Pair, Paired

_Place = tuple[tuple[str, ...], str]


class Edge(NamedTuple):
    """Why a collaborator hangs under its caller."""

    caller: str
    call: Pair | None
    join: Join


def edges_of(invocations: dict[str, list[AgentStep]], paired: dict[str, Paired]) -> dict[str, Edge]:
    """The caller of every collaborator: by id; where the call has not ended, by the chain of callers if unique."""
    found: dict[str, Edge] = {}
    for key in sorted(invocations):
        for call in collaborations(paired[key]):
            child = call.got.client_request_id if call.got else None
            if child and child in invocations and child != key and child not in found:
                found[child] = Edge(key, call, Join(tier="exact", rule="client_request_id", detail=child))
    places: dict[_Place, list[str]] = defaultdict(list)
    for key in sorted(invocations):
        places[_place(invocations[key])].append(key)
    for (chain, session), siblings in places.items():
        callers = places.get((chain[:-1], session), []) if len(chain) > 1 else []
        if len(callers) != 1:
            continue
        orphans = [key for key in siblings if key not in found]
        calls = [call for call in collaborations(paired[callers[0]]) if _awaits(call, chain[-1])]
        sure = calls[0] if len(calls) == len(orphans) == 1 else None
        join = Join(tier="structural", rule="caller_chain", detail=" > ".join(chain))
        found.update({child: Edge(callers[0], sure, join) for child in orphans})
    return _acyclic(found)


def _place(group: list[AgentStep]) -> _Place:
    """Where an invocation stands among its callers, and in which session."""
    return chain_of(group), group[0].session_id


def _awaits(call: Pair, alias_arn: str) -> bool:
    asked = call.asked.call if call.asked is not None else None
    return call.got is None and asked is not None and asked.collaborator_alias_arn == alias_arn


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
