"""Two runs as one to be drawn: all of the second, and what only the first has, where it stood.

Spans that only the first run has are moved on the time scale, for the runs took place at different times: what stood
below its caller keeps its distance to the caller's start (a message: to its sending), what followed an elder sibling
that both runs have keeps its distance to the end of that one. Lengths stay. The details tell the times as they were.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import msgspec

from itk.model.comparison import Comparison, Pair
from itk.model.run import RunResult
from itk.model.trace import Link, Span, Trace
from itk.model.tree import Tree, grow, stand_in_times
from itk.renderers.viewer.index import Frame, framed


class Merged(msgspec.Struct, frozen=True, kw_only=True):
    """`judged` is the second run at the places that its spans have in `drawn`."""

    drawn: Frame
    judged: Frame
    pairs: tuple[Pair, ...]  # by place
    shifts: tuple[int | None, ...]  # by place: ns by which a span of the first run was moved
    as_recorded: tuple[Span, ...]  # the spans of `drawn`, none of them moved


class _Clock(msgspec.Struct, frozen=True):
    """A run with stand-ins for the times that nobody said."""

    trace: Trace
    tree: Tree
    starts: list[int]
    ends: list[int]


def merge(before: RunResult, after: RunResult, comparison: Comparison) -> Merged:
    """Every span of `after`, in its order and under its caller, and every span that only `before` has."""
    pairs = comparison.pairs
    a, b = _clock(before.trace), _clock(after.trace)
    shifts = _shifts(pairs, a, b)
    order = _order(pairs, len(b.trace.spans))
    own = dict(zip(_removed(pairs), _renamed(pairs, a.trace, b.trace), strict=True))
    recorded = [own[n] if n in own else b.trace.spans[_known(pairs[n].b)] for n in order]
    moved = [_moved(span, shifts.get(n, 0)) for n, span in zip(order, recorded, strict=True)]
    result = msgspec.structs.replace(after, trace=msgspec.structs.replace(after.trace, spans=tuple(moved)))
    times = [_times(pairs[n], a, b, shifts.get(n, 0)) for n in order]
    drawn = framed(result, grow(result.trace), ([start for start, _ in times], [end for _, end in times]))
    place = [0] * len(b.trace.spans)
    for at, n in enumerate(order):
        if (partner := pairs[n].b) is not None:
            place[partner] = drawn.place[at]
    return Merged(
        drawn=drawn,
        judged=msgspec.structs.replace(
            drawn, result=after, tree=b.tree, order=b.tree.order, place=tuple(place), times=(b.starts, b.ends)
        ),
        pairs=tuple(pairs[order[at]] for at in drawn.order),
        shifts=tuple(shifts.get(order[at]) for at in drawn.order),
        as_recorded=tuple(recorded),
    )


def _clock(trace: Trace) -> _Clock:
    tree = grow(trace)
    return _Clock(trace, tree, *stand_in_times(trace, tree))


def _order(pairs: Sequence[Pair], spans: int) -> list[int]:
    """Pairs by number: the spans of B as they stand in its trace, each followed by what only A has behind it."""
    behind: list[int | None] = []
    last: dict[int | None, int] = {}  # the last child of B so far, by the parent's pair
    place: dict[int, int] = {}
    following: dict[int | None, list[int]] = {}
    for n, pair in enumerate(pairs):
        if pair.b is not None:
            behind.append(pair.b)
            place[pair.b] = n
            last[pair.parent] = pair.b
        else:
            above = None if pair.parent is None else behind[pair.parent]
            behind.append(last.get(pair.parent, above))
            following.setdefault(behind[n], []).append(n)
    order = following.get(None, [])
    for at in range(spans):
        order += (place[at], *following.get(at, ()))
    return order


def _removed(pairs: Sequence[Pair]) -> list[int]:
    return [n for n, pair in enumerate(pairs) if pair.b is None]


def _shifts(pairs: Sequence[Pair], a: _Clock, b: _Clock) -> dict[int, int]:
    """By how many ns each span that only A has is moved."""
    shifts: dict[int, int] = {}
    elders: dict[int | None, tuple[int, int]] = {}
    for n, pair in enumerate(pairs):
        if pair.a is None:
            continue
        if pair.b is not None:
            elders[pair.parent] = (pair.a, pair.b)
            continue
        above = None if pair.parent is None else pairs[pair.parent]
        elder = elders.get(pair.parent)
        if pair.parent in shifts:
            shifts[n] = shifts[pair.parent]
        elif a.tree.nodes[pair.a].delivery and above is not None and above.a is not None and above.b is not None:
            shifts[n] = b.ends[above.b] - a.ends[above.a]
        elif elder is not None and a.ends[elder[0]] <= a.starts[pair.a]:
            shifts[n] = b.ends[elder[1]] - a.ends[elder[0]]
        elif above is not None and above.a is not None and above.b is not None:
            shifts[n] = b.starts[above.b] - a.starts[above.a]
        else:
            shifts[n] = min(b.starts, default=0) - min(a.starts, default=0)
    return shifts


def _times(pair: Pair, a: _Clock, b: _Clock, shift: int) -> tuple[int, int]:
    if pair.b is not None:
        return b.starts[pair.b], b.ends[pair.b]
    at = _known(pair.a)
    return a.starts[at] + shift, a.ends[at] + shift


def _renamed(pairs: Sequence[Pair], a: Trace, b: Trace) -> list[Span]:
    """The spans that only A has, under callers of the merged run; with ids that nothing of B has or names."""
    taken = {span.span_id for span in b.spans} | {span.parent_span_id or "" for span in b.spans}
    ids: list[str] = []  # by pair
    names: dict[str, str] = {}  # from an id of A to the one of the merged run
    for n, pair in enumerate(pairs):
        if pair.b is not None:
            ids.append(b.spans[pair.b].span_id)
        else:
            ids.append(_free(a.spans[_known(pair.a)].span_id, n, taken))
            taken.add(ids[n])
        if pair.a is not None:
            names.setdefault(a.spans[pair.a].span_id, ids[n])
    found = []
    for n in _removed(pairs):
        span, parent = a.spans[_known(pairs[n].a)], pairs[n].parent
        above = _elsewhere(span.parent_span_id, names, taken) if parent is None else ids[parent]
        links = tuple(_link(link, names, taken) for link in span.links)
        found.append(msgspec.structs.replace(span, span_id=ids[n], parent_span_id=above, links=links))
    return found


def _free(name: str, n: int, taken: set[str]) -> str:
    """An id of 16 digits where another span has this one already."""
    while name in taken:
        name = sha256(f"{name}\x1f{n}".encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return name


def _elsewhere(parent: str | None, names: dict[str, str], taken: set[str]) -> str | None:
    """The id of a caller that was not seen in A: it must not become somebody's who was seen."""
    return None if parent is None or parent in names else _free(parent, 0, taken)


def _link(link: Link, names: dict[str, str], taken: set[str]) -> Link:
    to = names.get(link.span_id, "" if link.span_id in taken else link.span_id)
    return msgspec.structs.replace(link, span_id=to)


def _moved(span: Span, by: int) -> Span:
    if not by:
        return span
    return msgspec.structs.replace(
        span,
        start_ns=None if span.start_ns is None else span.start_ns + by,
        end_ns=None if span.end_ns is None else span.end_ns + by,
        events=tuple(msgspec.structs.replace(event, time_ns=event.time_ns + by) for event in span.events),
    )


def _known(at: int | None) -> int:
    """A pair has at least one side."""
    assert at is not None
    return at
