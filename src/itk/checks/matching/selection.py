"""Which spans a case means: those that are one of them for sure, and those of which it cannot be told."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from itk.checks._answers import took_part
from itk.checks.matching.fields import Fields
from itk.checks.matching.relations import Ancestry
from itk.checks.matching.span_fields import difference, stays
from itk.model.trace import Span, Trace


class Doubtful(msgspec.Struct, frozen=True):
    """A span that may be one of those that are meant, and why that cannot be told."""

    span: Span
    why: str


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """The spans that are meant, in the order of the trace."""

    sure: tuple[Span, ...]
    doubtful: tuple[Doubtful, ...]

    @property
    def doubts(self) -> str:
        """Why more spans may be meant, in words."""
        reasons = dict.fromkeys(each.why for each in self.doubtful)
        return f"{len(self.doubtful)} more may be: {', '.join(reasons)}" if reasons else ""


def holds(span: Span, fields: Fields, complete: bool) -> bool | None:
    """Has the span what the fields ask for? While records may come, None where the answer may still change."""
    answers = [(not difference(span, field), complete or stays(span, field)) for field in fields]
    if any(not fits and sure for fits, sure in answers):
        return False
    if not all(fits for fits, _ in answers):
        return False if complete else None
    return True if all(sure for _, sure in answers) else None


def select(trace: Trace, fields: Fields, complete: bool, under: Fields | None = None) -> Selection:
    """The spans with these fields, proven to lie under one with the fields of `under`, at whatever depth."""
    proven = {span.span_id for span in took_part(trace)}
    above = Ancestry(trace, under, complete) if under is not None else None
    sure, doubtful = list[Span](), list[Doubtful]()
    for at, span in enumerate(trace.spans):
        fits = holds(span, fields, complete)
        if not fits and any(difference(span, field) for field in fields):
            continue
        lies = above.lies_under(at) if above is not None else True
        if lies is False:
            continue
        if fits and lies and span.span_id in proven:
            sure.append(span)
        else:
            doubtful.append(Doubtful(span, _why(fits, lies)))
    return Selection(sure=tuple(sure), doubtful=tuple(doubtful))


def _why(fits: bool | None, lies: bool | None) -> str:
    if lies is None:
        return "under what it lies is not proven"
    return "no record proves it" if fits else "what is known of it may still change"


def in_order(spans: Sequence[Span]) -> tuple[Span, ...] | None:
    """By start; None where the start of one is not known."""
    if any(span.start_ns is None for span in spans):
        return None
    return tuple(sorted(spans, key=lambda span: span.start_ns or 0))
