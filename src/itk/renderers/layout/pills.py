"""Small badges beside a label: which try it was, whether others shared it, whether its place is only likely."""

from __future__ import annotations

from typing import Literal

import msgspec

from itk.model.trace import Span
from itk.renderers import certainty
from itk.renderers.text import width_px

PILL_FONT = 10.5


PillKind = Literal["attempt", "batch", "link", "doubt"]
_LINKED = {"redrive": "redrive", "duplicate_of": "duplicate"}


class Pill(msgspec.Struct, frozen=True, kw_only=True):
    """A small badge beside a label."""

    kind: PillKind
    text: str
    x: float
    width: float


def pills_of(span: Span) -> tuple[tuple[PillKind, str], ...]:
    """Badges of a span: which attempt it was, whether other runs shared it, what it repeats, how sure its place is."""
    found: list[tuple[PillKind, str]] = []
    if span.attempt is not None and (span.attempt.n > 1 or (span.attempt.of or 1) > 1):
        of = f" of {span.attempt.of}" if span.attempt.of else ""
        found.append(("attempt", f"try {span.attempt.n}{of}"))
    if is_shared(span):
        size = span.faas.batch_size if span.faas is not None else None
        found.append(("batch", f"batch of {size}" if size else "batch"))
    found += [("link", _LINKED[reason]) for reason in sorted({link.reason for link in span.links} & _LINKED.keys())]
    if span.join is not None and (doubt := certainty.badge(span.join)):
        found.append(("doubt", doubt))
    return tuple(found)


def pill_width(text: str) -> float:
    """Bold text, and room at both ends."""
    return round(width_px(text, PILL_FONT) * 1.12 + 15, 1)


def is_shared(span: Span) -> bool:
    """Did one invocation serve several messages?"""
    in_batch = span.faas is not None and (span.faas.batch_size or 0) > 1
    return in_batch or any(link.reason == "sqs_batch" for link in span.links)
