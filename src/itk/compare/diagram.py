"""Both runs in one tree: B's spans in B's order, and what only A has where it stood."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from itk.compare.align import Alignment
from itk.compare.signature import Signed


class Place(NamedTuple):
    """One place of the common diagram: a span of A, of B, or of both."""

    a: int | None
    b: int | None


def places(a: Signed, b: Signed, alignment: Alignment) -> Iterator[tuple[Place, int | None]]:
    """Every place once, parents first, with the number of its parent's place."""
    count = 0
    stack: list[tuple[Place, int | None]] = []
    stack.extend((place, None) for place in _merged(a.roots, b.roots, alignment)[::-1])
    while stack:
        place, parent = stack.pop()
        yield place, parent
        mine, count = count, count + 1
        left = () if place.a is None else a.tree.nodes[place.a].children
        right = () if place.b is None else b.tree.nodes[place.b].children
        stack.extend((below, mine) for below in _merged(left, right, alignment)[::-1])


def _merged(left: Sequence[int], right: Sequence[int], alignment: Alignment) -> list[Place]:
    """B's children, each with its partner, wherever that hangs; A's without a partner after their elder siblings."""
    here = set(right)
    gone: dict[int | None, list[Place]] = {}
    elder: int | None = None
    for at in left:
        partner = alignment.to_b[at]
        if partner is None:
            gone.setdefault(elder, []).append(Place(at, None))
        elif partner in here:
            elder = partner
    merged = gone.get(None, [])
    for at in right:
        merged.append(Place(alignment.to_a[at], at))
        merged.extend(gone.get(at, ()))
    return merged
