"""What lies under what, by proven parents alone: what is only inferred decides nothing."""

from __future__ import annotations

from itk.checks.matching.fields import Fields
from itk.checks.matching.span_fields import difference, stays
from itk.model.trace import Span, Trace

PROVEN = ("exact", "structural")


def has_proven_parent(span: Span) -> bool:
    return span.parent_span_id is not None and span.join is not None and span.join.tier in PROVEN


def proven_parents(trace: Trace) -> list[int | None]:
    """The index of each span's parent; None where it has none, or it is not proven."""
    index: dict[str, int] = {}
    for at, span in enumerate(trace.spans):
        index.setdefault(span.span_id, at)
    return [index.get(span.parent_span_id or "") if has_proven_parent(span) else None for span in trace.spans]


class Ancestry:
    """Which spans lie under one with certain fields: True, False, or None where a parent on the way is not proven."""

    def __init__(self, trace: Trace, fields: Fields, complete: bool) -> None:
        self._spans = trace.spans
        self._parents = proven_parents(trace)
        self._fields, self._complete = fields, complete
        self._known: dict[int, bool | None] = {}

    def lies_under(self, at: int) -> bool | None:
        way: list[int] = []
        here, answer = at, self._step(at)
        seen = {at}
        while isinstance(answer, int) and not isinstance(answer, bool):
            way.append(here)
            here = answer
            # A way that never ends proves nothing.
            answer = None if here in seen else self._known.get(here, self._step(here))
            seen.add(here)
        for each in (*way, here):
            self._known[each] = answer
        return answer

    def _step(self, at: int) -> bool | int | None:
        """The answer for a span, or where to look on: the index of its parent."""
        parent = self._parents[at]
        if parent is None:
            # The first span is what ITK sent: above it there is nothing.
            return False if at == 0 and self._spans[at].parent_span_id is None else None
        above = self._spans[parent]
        if any(difference(above, field) for field in self._fields):
            return parent
        return True if self._complete or all(stays(above, field) for field in self._fields) else None
