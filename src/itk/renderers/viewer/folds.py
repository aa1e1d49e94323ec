"""What the viewer may show as one: attempts of one thing, and repetitions of the same calls."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from itk.model.trace import Span, Trace
from itk.model.tree import Tree

PERIOD_MAX = 5  # the longest body of a loop, in calls
TIMES_MIN = 3


class Loop(msgspec.Struct, frozen=True, kw_only=True):
    """`times` times the same `period` calls, one after the other, by one caller; `first` is the first of them."""

    first: int
    period: int
    times: int


def attempts(trace: Trace, tree: Tree) -> tuple[tuple[int, ...], ...]:
    """Spans that tried the same thing for the same caller, in the order of trying. Likeness alone joins nothing."""
    index = {span.span_id: at for at, span in reversed(list(enumerate(trace.spans)))}
    first: dict[int, int] = {}
    groups: dict[int, list[int]] = {}
    for at in tree.order:
        span = trace.spans[at]
        for link in span.links:
            before = index.get(link.span_id)
            if link.reason != "retry_of" or link.tier == "inferred" or before is None:
                continue
            if before != at and tree.nodes[before].parent == tree.nodes[at].parent:
                head = first.setdefault(before, before)
                first[at] = head
                groups.setdefault(head, [head]).append(at)
                break
    return tuple(tuple(dict.fromkeys(group)) for group in groups.values())


def loops(trace: Trace, tree: Tree) -> tuple[Loop, ...]:
    """Calls that repeat at once, with everything below them the same but for times and payloads."""
    shapes = _shapes(trace.spans, tree)
    found: list[Loop] = []
    roots = tuple(at for at in tree.order if tree.nodes[at].parent is None)
    for siblings in (roots, *(tree.nodes[at].children for at in tree.order)):
        if len(siblings) >= TIMES_MIN:
            found += _repetitions(siblings, [shapes[at] for at in siblings])
    return tuple(found)


def _shapes(spans: Sequence[Span], tree: Tree) -> list[int]:
    """A number for each span: equal where component, operation, outcome and all that it called are equal."""
    known: dict[tuple[object, ...], int] = {}
    shapes = [0] * len(spans)
    for at in reversed(tree.order):
        span = spans[at]
        below = tuple(shapes[child] for child in tree.nodes[at].children)
        key = (span.component.type, span.component.name, span.operation or span.name, span.status, below)
        shapes[at] = known.setdefault(key, len(known))
    return shapes


def _repetitions(siblings: Sequence[int], shapes: Sequence[int]) -> list[Loop]:
    found = []
    at = 0
    while at < len(shapes):
        period, times = max(((p, _times(shapes, at, p)) for p in range(1, PERIOD_MAX + 1)), key=_folded_away)
        if times >= TIMES_MIN:
            found.append(Loop(first=siblings[at], period=period, times=times))
            at += period * times
        else:
            at += 1
    return found


def _folded_away(loop: tuple[int, int]) -> tuple[int, int]:
    period, times = loop
    return (period * (times - 1) if times >= TIMES_MIN else 0, -period)


def _times(shapes: Sequence[int], at: int, period: int) -> int:
    """How often the `period` shapes at `at` stand there in a row."""
    end = at + period
    while end < len(shapes) and shapes[end] == shapes[end - period]:
        end += 1
    return (end - at) // period
