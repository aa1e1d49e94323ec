"""What was not seen: messages, components that a check asked for, and log lines that would prove more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from itk.model.run import RunResult
from itk.model.trace import Trace
from itk.model.tree import Tree
from itk.renderers.layout.cast import Cast
from itk.renderers.layout.story import last_carrier
from itk.renderers.text import one_line
from itk.renderers.viewer.columns import Words


class Ghost(msgspec.Struct, frozen=True, kw_only=True):
    """A message that should have been seen. `source` and `target` are components by their place among participants."""

    label: str
    source: int | None
    target: int
    span: int | None = None  # whose end is missed, or after which span something is
    missing: int | None = None  # which of the things that were not seen
    checks: tuple[int, ...] = ()  # which checks ask for it


def ghosts(result: RunResult, tree: Tree, cast: Cast) -> tuple[Ghost, ...]:
    """One for each thing that was not seen, then one for each component that only a check misses."""
    trace = result.trace
    asked: dict[str, list[int]] = {}
    for n, check in enumerate(result.checks):
        for label in check.absent:
            asked.setdefault(label, []).append(n)
    index = {span.span_id: at for at, span in reversed(list(enumerate(trace.spans)))}
    found = []
    source: int | None
    for n, missing in enumerate(trace.missing):
        at = index.get(missing.span_id) if missing.span_id else None
        checks = tuple(asked.pop(missing.component, ()))
        if at is not None:
            span, parent = trace.spans[at], tree.nodes[at].parent
            source = cast.of(span.component)
            waits = parent is not None and not tree.nodes[at].delivery
            target = cast.of(trace.spans[parent].component) if waits and parent is not None else source
        else:
            source, target, at = _to_somebody(trace, tree, cast, missing.component)
        label = f"not seen: {one_line(missing.what)}"
        found.append(Ghost(label=label, source=source, target=target, span=at, missing=n, checks=checks))
    for label, checks_of in asked.items():
        source, target, at = _to_somebody(trace, tree, cast, label)
        said = f"not seen: {one_line(label)}"
        found.append(Ghost(label=said, source=source, target=target, span=at, checks=tuple(checks_of)))
    return tuple(found)


def _to_somebody(trace: Trace, tree: Tree, cast: Cast, label: str) -> tuple[int | None, int, int | None]:
    """From whom a message to `label` would have come, to whom, and after which span: the last that nobody took up."""
    if not label:
        return None, 0 if cast.members else cast.by_label("service:(unknown)"), None
    target = cast.by_label(label)
    if not cast.members[target].ghost:
        return None, target, None
    at = last_carrier(trace, tree)
    return (None if at is None else cast.of(trace.spans[at].component)), target, at


def form(ghost: Ghost, place: Sequence[int]) -> dict[str, Any]:
    """As the viewer reads it."""
    made: dict[str, Any] = {"label": ghost.label, "target": ghost.target}
    if ghost.source is not None:
        made["source"] = ghost.source
    if ghost.span is not None:
        made["span"] = place[ghost.span]
    if ghost.missing is not None:
        made["missing"] = ghost.missing
    if ghost.checks:
        made["checks"] = list(ghost.checks)
    return made


def gaps(trace: Trace, place: Sequence[int], words: Words) -> dict[str, Any]:
    """Spans whose link would be exact if something more were logged, and what."""
    found = sorted(
        (place[at], words.of(one_line(span.join.inference.would_be_exact)))
        for at, span in enumerate(trace.spans)
        if span.join is not None and span.join.inference is not None and span.join.inference.would_be_exact
    )
    return {"span": [at for at, _ in found], "text": [text for _, text in found]}
