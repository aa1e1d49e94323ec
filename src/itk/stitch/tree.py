"""Spans in the order of their tree."""

from __future__ import annotations

from collections.abc import Iterable

from itk.model.trace import Span


def depth_first(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Parents before children, siblings by start; ids break ties, so that equal evidence gives equal order."""
    children: dict[str | None, list[Span]] = {}
    for span in spans:
        children.setdefault(span.parent_span_id, []).append(span)
    for siblings in children.values():
        siblings.sort(key=lambda span: (span.start_ns is None, span.start_ns or 0, span.span_id), reverse=True)
    ordered: list[Span] = []
    stack = children.get(None, [])
    while stack:
        span = stack.pop()
        ordered.append(span)
        stack.extend(children.get(span.span_id, ()))
    return tuple(ordered)
