"""When each piece of work begins and ends, in order: numbers only, cheap enough for a hundred thousand spans."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal

from itk.model.trace import Component, Span, Trace
from itk.model.tree import FAILING, Node, Tree, stand_in_times

ITK = Component(type="client", name="itk")
BEFORE_FAILURE = 12  # moments that lead up to the first failure, where it lies too far down to be reached

Opening = Literal["call", "send", "deliver", "self", "found"]
# What it is sorted by (a time, and its place in the tree), the span, and whether it is the end of it.
Moment = tuple[int, int, int, bool]


def moments(trace: Trace, tree: Tree) -> list[Moment]:
    """The rows of the whole story: every span begins once and ends at most once."""
    starts, ends = stand_in_times(trace, tree)
    found: list[Moment] = []
    for at, closing in _walk(tree):
        if not closing:
            found.append((starts[at], len(found), at, False))
        elif has_end(trace, tree.nodes[at], trace.spans[at]):
            found.append((ends[at], len(found), at, True))
    found.sort()
    return found


def opening(trace: Trace, node: Node, span: Span) -> tuple[Opening, Component | None]:
    """How a span begins, and who began it: its parent, ITK itself, or nobody that is known."""
    if node.parent is None:
        if not node.sent:
            return "found", None
        if span.component.type == "client":
            return "self", None
        return ("send" if span.kind == "PRODUCER" else "call"), ITK
    caller = trace.spans[node.parent].component
    if node.delivery:
        return "deliver", caller
    if (caller.type, caller.name) == (span.component.type, span.component.name):
        return "self", caller
    return ("send" if span.kind == "PRODUCER" else "call"), caller


def has_end(trace: Trace, node: Node, span: Span) -> bool:
    """Is there an end to tell of? A self call that did nothing else has its length beside its beginning."""
    if span.status in FAILING:
        return True
    if span.end_ns is None or span.kind == "PRODUCER":
        return False
    return bool(node.children) or node.delivery or is_answer(trace, node, span)


def is_answer(trace: Trace, node: Node, span: Span) -> bool:
    """Does the end of a span go back to somebody who waits for it?"""
    if node.delivery or (node.parent is None and not node.sent):
        return False
    caller = ITK if node.parent is None else trace.spans[node.parent].component
    return (caller.type, caller.name) != (span.component.type, span.component.name)


def excerpt(trace: Trace, told: Sequence[Moment], most: int, cited: Collection[str] = ()) -> tuple[range, ...]:
    """Which moments to tell if no more than `most` may be: the first, and those around the first failure.

    Without a failure: around the first span that a failed check cites, or the first that was not seen to end.
    """
    if len(told) <= most:
        return (range(len(told)),)
    goal = _first_to_see(trace, told, cited)
    if goal is None or goal < most:
        return (range(most),)
    head = max(most * 3 // 5, 1)
    tail = most - head
    start = min(max(goal - min(BEFORE_FAILURE, tail - 1), head), len(told) - tail)
    return (range(head), range(start, start + tail)) if tail else (range(head),)


def _first_to_see(trace: Trace, told: Sequence[Moment], cited: Collection[str]) -> int | None:
    spans, wanted = trace.spans, frozenset(cited)
    found: dict[str, int] = {}
    for n, (_, _, at, closing) in enumerate(told):
        if closing and spans[at].status in FAILING:
            return n
        if not closing and spans[at].span_id in wanted:
            found.setdefault("cited", n)
        if not closing and spans[at].status == "incomplete":
            found.setdefault("incomplete", n)
    return found.get("cited", found.get("incomplete"))


def _walk(tree: Tree) -> list[tuple[int, bool]]:
    """Depth first: each span when it opens (False) and when it closes (True)."""
    found: list[tuple[int, bool]] = []
    stack = [(at, False) for at in tree.order if tree.nodes[at].parent is None][::-1]
    while stack:
        at, closing = stack.pop()
        found.append((at, closing))
        if not closing:
            stack.append((at, True))
            stack.extend((child, False) for child in reversed(tree.nodes[at].children))
    return found
