"""A check that asks several things: each has an answer of its own, and together they make the verdict."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from itk.checks._answers import NEAREST_MAX, failed, passed
from itk.model.case import CheckSpec
from itk.model.run import CheckVerdict, Near
from itk.model.trace import Span


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was asked. `holds`: None where it cannot be told, or not yet."""

    holds: bool | None
    message: str
    expected: str
    actual: str
    spans: tuple[Span, ...] = ()
    nearest: tuple[Near, ...] = ()


def conclude(spec: CheckSpec, parts: Sequence[Part]) -> CheckVerdict:
    """Failed where one part is wrong; passed where all hold; else inconclusive, which `judge` fails at the end."""
    wrong = [part for part in parts if part.holds is False]
    doubtful = [part for part in parts if part.holds is None]
    shown = wrong or doubtful or parts
    message, expected, actual = (
        "; ".join(dict.fromkeys(texts))
        for texts in zip(*((part.message, part.expected, part.actual) for part in shown), strict=True)
    )
    spans = {span.span_id: span for part in shown for span in part.spans}.values()
    nearest = tuple(dict.fromkeys(each for part in shown for each in part.nearest))[:NEAREST_MAX]
    if wrong:
        return failed(spec, message, spans, expected=expected, actual=actual, nearest=nearest)
    verdict = passed(spec, message, spans, expected=expected, actual=actual)
    if doubtful:
        return msgspec.structs.replace(verdict, status="inconclusive", nearest=nearest)
    return verdict
