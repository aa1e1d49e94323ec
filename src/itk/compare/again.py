"""What one run has and the other has not because it was tried again: no new way, only more attempts."""

from __future__ import annotations

from itk.compare.align import Alignment
from itk.compare.diagram import Place
from itk.compare.path import attempts
from itk.compare.signature import Signed


class Again:
    """Tells attempts more or less from other spans that only one run has."""

    def __init__(self, a: Signed, b: Signed, alignment: Alignment) -> None:
        self._lone_a = _lone(a, alignment.to_b)
        self._lone_b = _lone(b, alignment.to_a)

    def is_of(self, place: Place) -> bool:
        """Whether the span that stands in one run alone belongs to an attempt that stands there alone."""
        return place.a in self._lone_a if place.b is None else place.b in self._lone_b


def _lone(signed: Signed, partners: list[int | None]) -> set[int]:
    """Branches of attempts whose first span has no partner, with what hangs below and has none either."""
    roots = {at for pair in attempts(signed) for at in pair if partners[at] is None}
    lone: set[int] = set()
    for at in signed.tree.order:
        above = signed.tree.nodes[at].parent
        if at in roots or (above in lone and partners[at] is None):
            lone.add(at)
    return lone
