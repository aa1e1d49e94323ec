"""The critical path: what the end of a run waited for, moment by moment."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from itk.model.tree import Tree


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """From `t0` to `t1` (Unix ns) the end of the run waited for this span itself, not for what it called."""

    span: int
    t0: int
    t1: int


def critical_path(tree: Tree, starts: Sequence[int], ends: Sequence[int]) -> tuple[Stretch, ...]:
    """From the first start to the last end, by going back from the end: who finished last was waited for.

    As in CRISP (Zhang et al., "Critical Path Analysis of Large-Scale Microservice Architectures", USENIX ATC 2022), but
    for messages: who takes one up works on after its sender is done, so a span lasts until all that it caused is done.
    """
    lasts = _lasts(tree, starts, ends)
    by_last = [sorted(node.children, key=lambda at: (lasts[at], starts[at])) for node in tree.nodes]
    roots = sorted((at for at in tree.order if tree.nodes[at].parent is None), key=lambda at: (lasts[at], starts[at]))
    found: list[Stretch] = []
    if not roots:
        return ()
    open_spans: list[int] = [roots.pop()]
    until = lasts[open_spans[0]]
    while open_spans:
        at = open_spans[-1]
        waiting = by_last[at]
        while waiting and starts[waiting[-1]] >= until:
            waiting.pop()
        if waiting and lasts[waiting[-1]] > starts[at]:
            child = waiting.pop()
            done = min(lasts[child], until)
            if done < until:
                found.append(Stretch(span=at, t0=done, t1=until))
            until = done
            open_spans.append(child)
            continue
        begin = min(starts[at], until)
        if begin < until:
            found.append(Stretch(span=at, t0=begin, t1=until))
        until = begin
        open_spans.pop()
    return tuple(reversed(found))


def _lasts(tree: Tree, starts: Sequence[int], ends: Sequence[int]) -> list[int]:
    """Until when a span, or anything that it caused, was at work."""
    lasts = [max(start, end) for start, end in zip(starts, ends, strict=True)]
    for at in reversed(tree.order):
        parent = tree.nodes[at].parent
        if parent is not None:
            lasts[parent] = max(lasts[parent], lasts[at])
    return lasts
