"""The way that a run took, as one short digest: runs with equal digests did the same things in the same order.

Retries are folded: where a later attempt stands for an earlier one, the earlier branch is left out. The branches are
those below the closest ancestor that both attempts have, and only where both branches are the same piece of work
(component, operation, kind). So a run that needed three tries and one that needed one took the same way, if the last
try went the same; how many were folded is told beside it.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from itk.compare.signature import Mark, Signed, digest

_CLIMB_MAX = 16  # levels between two attempts and the ancestor that they share


class Path(msgspec.Struct, frozen=True, kw_only=True):
    """`digest` of the way, and how many branches were folded into later attempts."""

    digest: str
    folded: int


def path_of(signed: Signed) -> Path:
    """The way of a whole run, ordered, retries folded."""
    left_out = folded(signed)
    nodes, way = signed.tree.nodes, list(signed.own)
    for at in reversed(signed.tree.order):
        kept = [way[child] for child in nodes[at].children if child not in left_out]
        if kept:
            way[at] = digest((signed.own[at], *kept))
    return Path(digest=digest(way[at] for at in signed.roots if at not in left_out), folded=len(left_out))


def folded(signed: Signed) -> set[int]:
    """The earlier branches, for each of which a later attempt stands."""
    return {earlier for earlier, _ in attempts(signed)}


def attempts(signed: Signed) -> Iterator[tuple[int, int]]:
    """The branches of two attempts at the same piece of work, the earlier one first, by their topmost spans."""
    index = {span.span_id: at for at, span in enumerate(signed.trace.spans)}
    for at, span in enumerate(signed.trace.spans):
        for link in span.links:
            earlier = index.get(link.span_id) if link.reason == "retry_of" and link.tier != "inferred" else None
            branches = None if earlier is None else _branches(signed, earlier, at)
            if branches is not None and _same_work(signed.marks[branches[0]], signed.marks[branches[1]]):
                yield branches


def _branches(signed: Signed, one: int, two: int) -> tuple[int, int] | None:
    """The siblings that hold the two spans, if the two share an ancestor close by."""
    nodes = signed.tree.nodes
    for _ in range(_CLIMB_MAX):
        if one == two:
            return None  # the later attempt is a part of the earlier one
        left, right = nodes[one], nodes[two]
        if left.depth == right.depth and left.parent == right.parent:
            return one, two
        if left.depth >= right.depth and left.parent is not None:
            one = left.parent
        if right.depth >= left.depth and right.parent is not None:
            two = right.parent
    return None


def _same_work(a: Mark, b: Mark) -> bool:
    return (a.label, a.operation, a.kind) == (b.label, b.operation, b.kind)
