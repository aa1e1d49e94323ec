"""The spans of a trace as a tree that is safe to walk: no dangling parent, no cycle, every span once."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from itk.model.trace import Span, Tier, Trace

FAILING = ("error", "timeout", "throttled", "blocked")
ASYNC_CARRIERS = ("queue", "topic", "bus")


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """A span's place in the tree. Spans are named by their index in `trace.spans`."""

    span: int
    parent: int | None
    children: tuple[int, ...]
    depth: int
    delivery: bool  # the parent put a message down, and this span picked it up
    sent: bool  # the root: what ITK itself sent


class Tree(msgspec.Struct, frozen=True, kw_only=True):
    """`nodes[i]` belongs to `spans[i]`; `order` is depth first."""

    nodes: tuple[Node, ...]
    order: tuple[int, ...]
    origin_ns: int | None  # the earliest time that anything says
    end_ns: int | None


def grow(trace: Trace) -> Tree:
    spans = trace.spans
    parents = _parents(spans)
    children: list[list[int]] = [[] for _ in spans]
    for at, parent in enumerate(parents):
        if parent is not None:
            children[parent].append(at)
    depth = [0] * len(spans)
    order: list[int] = []
    stack = [at for at, parent in enumerate(parents) if parent is None][::-1]
    while stack:
        at = stack.pop()
        order.append(at)
        for child in reversed(children[at]):
            depth[child] = depth[at] + 1
            stack.append(child)
    nodes = tuple(
        Node(
            span=at,
            parent=parents[at],
            children=tuple(children[at]),
            depth=depth[at],
            delivery=_is_delivery(spans, parents[at]),
            sent=not span.parent_span_id and span.join is None,
        )
        for at, span in enumerate(spans)
    )
    times = [ns for span in spans for ns in (span.start_ns, span.end_ns) if ns is not None]
    return Tree(nodes=nodes, order=tuple(order), origin_ns=min(times, default=None), end_ns=max(times, default=None))


def first_to_look_at(trace: Trace, cited: Sequence[str], tree: Tree) -> int | None:
    """The span a reader wants to see first: one that failed, one that a failed check cites, one without an end."""
    wanted = set(cited)
    tests = (
        lambda span: span.status in FAILING,
        lambda span: span.span_id in wanted,
        lambda span: span.status == "incomplete",
    )
    for test in tests:
        for at in tree.order:
            if test(trace.spans[at]):
                return at
    return tree.order[0] if tree.order else None


def stand_in_times(trace: Trace, tree: Tree) -> tuple[list[int], list[int]]:
    """Starts and ends for all spans, to sort by.

    A span without a start stands after its elder sibling, or at its parent's start; one without an end lasts as long
    as what it called; who takes a message up later does not make its sending longer.
    """
    starts = [0] * len(trace.spans)
    youngest: dict[int, int] = {}
    for at in tree.order:
        span, parent = trace.spans[at], tree.nodes[at].parent
        if span.start_ns is not None:
            starts[at] = span.start_ns
        elif parent is not None:
            starts[at] = youngest.get(parent, starts[parent])
        else:
            starts[at] = span.end_ns if span.end_ns is not None else tree.origin_ns or 0
        if parent is not None:
            youngest[parent] = starts[at]
    ends = list(starts)
    for at in reversed(tree.order):
        end_ns, parent = trace.spans[at].end_ns, tree.nodes[at].parent
        if end_ns is not None:
            ends[at] = max(end_ns, starts[at])
        if parent is not None and not tree.nodes[at].delivery:
            ends[parent] = max(ends[parent], ends[at])
    return starts, ends


def tier_of(span: Span | None) -> Tier:
    """How a line to a span is drawn; the root hangs nowhere, and nobody doubts it."""
    return "exact" if span is None or span.join is None else span.join.tier


def _parents(spans: Sequence[Span]) -> list[int | None]:
    """Each span's parent; none where the parent is unknown or the way up would never end."""
    index: dict[str, int] = {}
    for at, span in enumerate(spans):
        index.setdefault(span.span_id, at)
    parents = [index.get(span.parent_span_id) if span.parent_span_id else None for span in spans]
    done = [False] * len(spans)
    for start in range(len(spans)):
        path: list[int] = []
        on_path: set[int] = set()
        here: int | None = start
        while here is not None and not done[here]:
            if here in on_path:
                parents[here] = None
                break
            path.append(here)
            on_path.add(here)
            here = parents[here]
        for seen in path:
            done[seen] = True
    return parents


def _is_delivery(spans: Sequence[Span], parent: int | None) -> bool:
    return parent is not None and spans[parent].kind == "PRODUCER" and spans[parent].component.type in ASYNC_CARRIERS
