"""One number with a matcher: `20s`, `{lte: 2}`. A number alone is the most that is allowed."""

from __future__ import annotations

from typing import Any

import msgspec

from itk.checks.matching.matchers import Condition, Matcher, read_matcher, why_not
from itk.checks.matching.values import named
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


def read_bound(written: Any, loc: Loc, wrongs: Wrongs, *, time: bool = False) -> Matcher:
    """A number alone is a bound from above; a length of time needs its unit."""
    if time and _without_unit(written):
        wrongs.add(loc, f"this needs a unit, found {named(written)}", "write `20s`, `1500ms` or `2m`")
        return Matcher(())
    if isinstance(written, dict):
        return read_matcher(written, loc, wrongs, in_ms=time)
    if not time and isinstance(written, str) and written.isascii() and written.isdecimal():
        written = int(written)  # a variable gives text
    if not time and (isinstance(written, bool) or not isinstance(written, int | float) or written < 0):
        wrongs.add(loc, f"expected a number or a matcher, found {named(written)}", "write `2` or `{lte: 2}`")
        return Matcher(())
    return read_matcher({"lte": written}, loc[:-1] + loc[-1:], wrongs, in_ms=time)


def _without_unit(written: Any) -> bool:
    if isinstance(written, dict):
        return any(_without_unit(each) for each in written.values())
    if isinstance(written, list):
        return any(_without_unit(each) for each in written)
    return not isinstance(written, str)
