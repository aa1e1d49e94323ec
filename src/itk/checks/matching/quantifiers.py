"""What must hold of the spans that are meant: of all, any, none, the first, the last or the nth of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from itk.checks._answers import NAMED_MAX, NEAREST_MAX, near
from itk.checks._parts import Part
from itk.checks.matching.fields import Fields, wanted
from itk.checks.matching.selection import Selection, holds, in_order
from itk.checks.matching.span_fields import differences
from itk.model.run import Near
from itk.model.trace import Span
from itk.model.wording import counted


def every(selection: Selection, fields: Fields, complete: bool) -> Part:
    """`all`: none of them may differ."""
    answers = [(span, holds(span, fields, complete)) for span in selection.sure]
    wrong = tuple(span for span, answer in answers if answer is False)
    maybe = [each.span for each in selection.doubtful if differences(each.span, fields)]
    open_ = maybe or not complete
    return _part(
        False if wrong else None if open_ else True,
        f"all: {wanted(fields)}",
        wrong or tuple(maybe) or selection.sure,
        fields,
        f"{len(wrong)} of {len(selection.sure)} differ" if wrong else _of_all(selection, bool(maybe)),
    )


def some(selection: Selection, fields: Fields, complete: bool) -> Part:
    """`any`: one is enough."""
    fitting = tuple(span for span in selection.sure if holds(span, fields, complete))
    maybe = [each.span for each in selection.doubtful if not differences(each.span, fields)]
    told = True if fitting else None if maybe or not complete else False
    said = f"{counted(len(fitting), 'span')} of {len(selection.sure)} {'is' if len(fitting) == 1 else 'are'} so"
    return _part(told, f"any: {wanted(fields)}", fitting or selection.sure, fields, said if fitting else "none is so")


def no_one(selection: Selection, fields: Fields, complete: bool) -> Part:
    """`none`: not one may be so."""
    wrong = tuple(span for span in selection.sure if holds(span, fields, complete))
    maybe = tuple(each.span for each in selection.doubtful if not differences(each.span, fields))
    told = False if wrong else None if maybe or not complete else True
    if wrong:
        said = f"{counted(len(wrong), 'span')} of {len(selection.sure)} {'is' if len(wrong) == 1 else 'are'} so"
        nearest = tuple(near(span, f"has {wanted(fields)}") for span in wrong[:NEAREST_MAX])
    else:
        said, nearest = (f"perhaps {counted(len(maybe), 'span')}" if maybe else "none is so"), ()
    expected = f"none: {wanted(fields)}"
    return Part(holds=told, message=f"{expected}: {said}", expected=expected, actual=said, spans=wrong, nearest=nearest)


def at_position(name: str, position: int, selection: Selection, fields: Fields, complete: bool) -> Part:
    """`first`, `last` and `nth`, by start. Spans that start at the same time must agree."""
    expected = f"{name}: {wanted(fields)}"
    ordered = in_order(selection.sure)
    if ordered is None:
        return _untold(expected, "their order is not known: one of them has no start")
    if selection.doubtful or not complete:
        return _untold(expected, f"their order is not known: {selection.doubts or 'more may come'}")
    index = position if position < 0 else position - 1
    if index >= len(ordered):
        actual = f"only {counted(len(ordered), 'span')}"
        return Part(holds=False, message=f"{expected}: {actual}", expected=expected, actual=actual, spans=ordered)
    tied = tuple(span for span in ordered if span.start_ns == ordered[index].start_ns)
    answers = {not differences(span, fields) for span in tied}
    if len(answers) > 1:
        return _untold(expected, f"{counted(len(tied), 'span')} started at the same time, and they differ", tied)
    said = "is so" if True in answers else _how(tied, fields)
    return _part(answers == {True}, expected, tied, fields, said)


QUANTIFIERS: dict[str, Callable[[Selection, Fields, bool], Part]] = {"all": every, "any": some, "none": no_one}
POSITIONS = {"first": 1, "last": -1}


def _part(told: bool | None, expected: str, spans: Sequence[Span], fields: Fields, said: str) -> Part:
    nearest = () if told else _near(spans, fields)
    how = _how(spans, fields) if not told else ""
    actual = f"{said}: {how}" if how and how != said else said
    return Part(
        holds=told,
        message=f"{expected}: {actual}",
        expected=expected,
        actual=actual,
        spans=tuple(spans),
        nearest=nearest,
    )


def _untold(expected: str, why: str, spans: tuple[Span, ...] = ()) -> Part:
    return Part(holds=None, message=f"{expected}: {why}", expected=expected, actual="cannot be told", spans=spans)


def _near(spans: Iterable[Span], fields: Fields) -> tuple[Near, ...]:
    """Those that differ in the fewest fields first."""
    found = [(span, why) for span in spans if (why := differences(span, fields))]
    found.sort(key=lambda each: len(each[1]))
    return tuple(near(span, "; ".join(why)) for span, why in found[:NEAREST_MAX])


def _how(spans: Iterable[Span], fields: Fields) -> str:
    found = dict.fromkeys("; ".join(why) for span in spans if (why := differences(span, fields)))
    rest = len(found) - NAMED_MAX
    return " | ".join(list(found)[:NAMED_MAX]) + (f" and {rest} more" if rest > 0 else "")


def _of_all(selection: Selection, doubtful: bool) -> str:
    return f"not told of {counted(len(selection.doubtful), 'span')}" if doubtful else "all are so"
