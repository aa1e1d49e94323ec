"""One number with a matcher: `20s`, `{lte: 2}`. A number alone is the most that is allowed."""

from __future__ import annotations

from typing import Any

import msgspec

from itk.checks.matching.matchers import Condition, Matcher, read_matcher, why_not
from itk.checks.matching.values import kind_of, named
from itk.checks.matching.wrongs import Loc, Wrongs

UPPER = ("lt", "lte")
_LOWER = ("gt", "gte")


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """A number that was measured. `low` is None where nobody told; `untold` says why it may be more than `low`."""

    low: float | None
    untold: str = ""


def only_upper(matcher: Matcher) -> bool:
    """Does it bound from above alone?"""
    return all(condition.name in UPPER for condition in matcher.conditions)


def holds(matcher: Matcher, measured: Measured) -> bool | None:
    """Does the number match? None where what is not known would decide."""
    if measured.low is None:
        return None
    if not measured.untold:
        return not why_not(matcher, measured.low)
    answers = {_at_least(condition, measured.low) for condition in matcher.conditions}
    return False if False in answers else None if None in answers else True


def _at_least(condition: Condition, low: float) -> bool | None:
    """The answer where only the least that it may be is known."""
    fits = not why_not(Matcher((condition,)), low)
    if condition.name in UPPER:
        return None if fits else False
    if condition.name in _LOWER:
        return True if fits else None
    if condition.name == "eq":
        return False if low > condition.operand else None
    return False if condition.name == "between" and low > condition.operand[1] else None


def read_bound(written: Any, loc: Loc, wrongs: Wrongs, *, time: bool = False, alone: str = "lte") -> Matcher:
    """A number `alone` is a bound; a length of time needs its unit, and nothing else may be a text."""
    given = written if isinstance(written, dict) else {alone: written}
    operands = given if time else {name: _counted(operand) for name, operand in given.items()}
    found = len(wrongs)
    matcher = read_matcher(operands, loc, wrongs, in_ms=time)
    if len(wrongs) == found:
        for name, operand in operands.items():
            _check_operand(operand, (*loc, name) if given is written else loc, wrongs, time)
    return matcher


def _counted(operand: Any) -> Any:
    """A variable gives a number as text."""
    digits = isinstance(operand, str) and operand.isascii() and operand.isdecimal() and len(operand) < 16
    return int(operand) if digits else operand


def _check_operand(operand: Any, loc: Loc, wrongs: Wrongs, time: bool) -> None:
    for each in operand if isinstance(operand, list) else [operand]:
        if time and not isinstance(each, str):
            wrongs.add(loc, f"this needs a unit, found {named(each)}", "write `20s`, `1500ms` or `2m`")
        elif not time and (kind_of(each) != "number" or each < 0):
            wrongs.add(loc, f"expected a number or a matcher of one, found {named(each)}", "write `2` or `{lte: 2}`")
