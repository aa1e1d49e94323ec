"""Plain values of inference: pieces of work, who may call whom, and guesses of who called whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec


class Signature(msgspec.Struct, frozen=True, order=True):
    """What sort of work it is. In a call graph an empty field stands for any value."""

    component: str
    operation: str = ""
    kind: str = ""
    peer: str = ""

    def covers(self, other: Signature) -> bool:
        return all(
            mine in ("", theirs)
            for mine, theirs in zip(msgspec.structs.astuple(self), msgspec.structs.astuple(other), strict=True)
        )


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of work with a start and an end, in nanoseconds of the clock of its component.

    `id` is unique in one call. `run` and `parent` are what exact evidence says, `None` where nobody said. `root`: exact
    evidence says that nothing called it.
    """

    id: str
    component: str
    start_ns: int
    end_ns: int
    operation: str = ""
    kind: str = ""
    peer: str = ""
    instance: str = ""
    run: str | None = None
    parent: str | None = None
    root: bool = False

    @property
    def signature(self) -> Signature:
        return Signature(self.component, self.operation, self.kind, self.peer)


class Edge(msgspec.Struct, frozen=True, order=True):
    """Work like `parent` may cause work like `child`; `asynchronous`: the parent does not wait (queues, events)."""

    parent: Signature
    child: Signature
    asynchronous: bool = False


class CallGraph(msgspec.Struct, frozen=True):
    """Who may call whom: given by configuration or by earlier exact runs, never guessed from time."""

    edges: tuple[Edge, ...] = ()

    def __or__(self, other: CallGraph) -> CallGraph:
        return CallGraph(tuple(sorted({*self.edges, *other.edges})))

    def pairs(self, present: Iterable[Signature]) -> dict[Signature, dict[Signature, bool]]:
        """For each signature that is present: its possible parents among them, and is that call asynchronous?"""
        signatures = sorted(set(present))
        by_component: defaultdict[str, list[Signature]] = defaultdict(list)
        for signature in signatures:
            by_component[signature.component].append(signature)
        found: dict[Signature, dict[Signature, bool]] = {}
        for edge in self.edges:
            for child in _covered(edge.child, signatures, by_component):
                parents = found.setdefault(child, {})
                for parent in _covered(edge.parent, signatures, by_component):
                    parents[parent] = parents.get(parent, False) or edge.asynchronous
        return found


def _covered(
    pattern: Signature, signatures: Sequence[Signature], by_component: dict[str, list[Signature]]
) -> list[Signature]:
    among = by_component.get(pattern.component, []) if pattern.component else signatures
    return [signature for signature in among if pattern.covers(signature)]


class Guess(msgspec.Struct, frozen=True, kw_only=True):
    """Who called one piece of work, as far as time can tell. `parent` is None where time cannot tell; `why` says why.

    `probability` is the calibrated share of right guesses among earlier exact runs with a like margin; None means
    uncalibrated. `margin` is the log-likelihood by which the runner-up explains the times worse (None: no runner-up).
    `gap_ns` is from the start of the parent to the start of the child after the clock correction; `expected_ns` is
    where 5 and 95 % of the gaps of earlier runs lie. `clock_offset_ns` was subtracted from the gap.
    """

    child: str
    parent: str | None
    probability: float | None
    candidates: int
    why: str
    gap_ns: int | None = None
    expected_ns: tuple[int, int] | None = None
    margin: float | None = None
    runner_up: str | None = None
    clock_offset_ns: int = 0
    asynchronous: bool = False

    def accepted(self, least: float = 0.99) -> bool:
        """May it be drawn as a link? Only with a calibrated probability that is high enough."""
        return self.parent is not None and self.probability is not None and self.probability >= least
