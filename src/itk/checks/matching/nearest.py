"""The spans that a failed check came close to."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from itk.checks._answers import NEAREST_MAX, near
from itk.checks.matching.fields import Fields
from itk.checks.matching.span_fields import differences
from itk.model.run import Near
from itk.model.trace import Span

_LOOKED_AT_MAX = 20_000  # spans; of more, the first ones


def nearest(spans: Sequence[Span], fields: Fields) -> tuple[Near, ...]:
    """Those that differ in the fewest fields, of these the ones whose names are most alike; each kind once."""
    kinds: dict[tuple[str, str, str], tuple[float, int, Span]] = {}
    for at, span in enumerate(spans[:_LOOKED_AT_MAX]):
        found = differences(span, fields)
        if found:
            kinds.setdefault((span.component.label, span.name, "; ".join(found)), (-len(found), -at, span))
    wishes = tuple(
        str(condition.operand)
        for field in fields
        if field.path.steps[0] in ("component", "name", "operation")
        for condition in field.matcher.conditions
    )
    best = heapq.nsmallest(
        NEAREST_MAX, kinds.items(), key=lambda kind: (-kind[1][0], -alike(kind[1][2], wishes), -kind[1][1])
    )
    return tuple(near(span, differs) for (_, _, differs), (_, _, span) in best)


def alike(span: Span, wishes: Iterable[str]) -> float:
    """How much the span's names look like what was asked for."""
    said = (span.component.label, span.component.name, span.name, span.operation)
    return sum(max(_ratio(wish, name) for name in said) for wish in wishes)


@lru_cache(maxsize=10_000)
def _ratio(wish: str, name: str) -> float:
    return SequenceMatcher(None, wish[:100].casefold(), name[:100].casefold()).ratio()
