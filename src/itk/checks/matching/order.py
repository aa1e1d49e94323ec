"""When the spans are: each after or before one of others, or none so where there must be none."""

from __future__ import annotations

from itk.checks._answers import NEAREST_MAX, names, near, took_part
from itk.checks._parts import Part
from itk.checks.matching.asked import Asked
from itk.checks.matching.fields import wanted
from itk.checks.matching.nearest import nearest
from itk.checks.matching.selection import Selection
from itk.checks.matching.times import Times
from itk.model.run import Near
from itk.model.trace import Span
from itk.model.wording import counted
from itk.ports import Facts

ORDER = {"after": Times.one_ended_before, "before": Times.one_started_after}


def absence(asked: Asked, selection: Selection, others: dict[str, Selection], facts: Facts) -> Part:
    """`count: 0`: fields and relations together say which spans must not be there."""
    for name, other in others.items():
        if not other.sure and not other.doubtful:
            return _no_other(name, asked, facts, asked.wants)
    times = {name: Times(other.sure) for name, other in others.items()}
    related = {span.span_id: _related(span, times, others) for span in selection.sure}
    wrong = tuple(span for span in selection.sure if related[span.span_id])
    maybe = [near(span, "when it was, is not told well enough") for span in selection.sure
             if related[span.span_id] is None]  # fmt: skip
    maybe += [near(each.span, each.why) for each in selection.doubtful]
    told = False if wrong else None if maybe or not facts.complete else True
    actual = counted(len(wrong), "span") if wrong else f"perhaps {counted(len(maybe), 'span')}" if maybe else "none"
    return Part(
        holds=told,
        message=f"found: {names(wrong)}" if wrong else f"{actual} found",
        expected=asked.wants,
        actual=actual,
        spans=wrong,
        nearest=found_ones(Selection(sure=wrong, doubtful=())) if wrong else tuple(maybe[:NEAREST_MAX]),
    )


def _related(span: Span, times: dict[str, Times], others: dict[str, Selection]) -> bool | None:
    """Does it stand in every relation? None where that is not proven."""
    answers = {ORDER[name](each, span) for name, each in times.items()}
    doubtful = any(other.doubtful for other in others.values())
    if False in answers and not doubtful:
        return False
    return None if answers & {None, False} else True


def in_relation(name: str, asked: Asked, selection: Selection, other: Selection, facts: Facts) -> Part:
    """Each of the spans that are meant must stand in the relation to one of the others."""
    fields = asked.order[name]
    expected = f"each {name} one with {wanted(fields)}"
    if not other.sure and not other.doubtful and facts.complete:
        return _no_other(name, asked, facts, expected)
    times = Times(other.sure)
    answers = [(span, ORDER[name](times, span)) for span in selection.sure]
    wrong = tuple(span for span, answer in answers if answer is False)
    untold = tuple(span for span, answer in answers if answer is None)
    told: bool | None = True
    if not facts.complete or untold or selection.doubtful or (wrong and other.doubtful):
        told = None
    if wrong and facts.complete and not other.doubtful:
        told = False
    said = _order_said(name, wrong, untold, selection)
    differs = f"is not proven to {'start after' if name == 'after' else 'end before'} one with {wanted(fields)}"
    return Part(
        holds=told,
        message=f"{expected}: {said}",
        expected=expected,
        actual=said,
        spans=wrong or untold or selection.sure,
        nearest=() if told else tuple(near(span, differs) for span in (*wrong, *untold)[:NEAREST_MAX]),
    )


def _order_said(name: str, wrong: tuple[Span, ...], untold: tuple[Span, ...], selection: Selection) -> str:
    if wrong:
        return f"not {name} it: {names(wrong)}"
    if untold:
        return f"not proven, for a time is unknown or too coarse: {names(untold)}"
    return selection.doubts or f"all of {counted(len(selection.sure), 'span')}"


def _no_other(name: str, asked: Asked, facts: Facts, expected: str) -> Part:
    what = f"no span with {wanted(asked.order[name])} was seen to be {name}"
    what = what if name == "before" else what.replace("seen to be after", "seen to come after")
    return Part(
        holds=None if not facts.complete else False,
        message=what,
        expected=expected,
        actual=f"no span with {wanted(asked.order[name])}",
        nearest=nearest(took_part(facts.trace), asked.order[name]),
    )


def found_ones(selection: Selection) -> tuple[Near, ...]:
    """Those that are too many."""
    sure = tuple(near(span, "is one of those that were found") for span in selection.sure)
    return (*sure, *(near(each.span, each.why) for each in selection.doubtful))[:NEAREST_MAX]
