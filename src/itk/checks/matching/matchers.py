"""A matcher as it is written behind a field, and what it says of a value."""

from __future__ import annotations

from typing import Any

import msgspec

from itk.checks.matching.operators import BY_NAME, NAMES, NESTED
from itk.checks.matching.values import named, shown
from itk.checks.matching.wrongs import Loc, Wrongs
from itk.model.duration import seconds
from itk.model.wording import closest


class Condition(msgspec.Struct, frozen=True):
    """One condition: the matcher's name, and what it compares with; of `length` and `one_of`, matchers."""

    name: str
    operand: Any

    @property
    def wants(self) -> str:
        if self.name == "length":
            return f"a length of {self.operand.wants}"
        if self.name == "one_of":
            return " or ".join(each.wants for each in self.operand)
        return BY_NAME[self.name].wants(self.operand)


class Matcher(msgspec.Struct, frozen=True):
    """Conditions that must all hold."""

    conditions: tuple[Condition, ...]

    @property
    def wants(self) -> str:
        return " and ".join(condition.wants for condition in self.conditions)

    @property
    def is_eq(self) -> bool:
        return len(self.conditions) == 1 and self.conditions[0].name == "eq"


def why_not(matcher: Matcher, value: Any) -> str:
    """What keeps `value` from matching, to be said behind its field's name; empty where nothing does."""
    return "; ".join(why for condition in matcher.conditions if (why := _why_not(condition, value)))


def _why_not(condition: Condition, value: Any) -> str:
    if value is None and condition.name not in ("exists", "absent"):
        return f"has no value, wanted: {condition.wants}"
    if condition.name == "length":
        if not isinstance(value, str | list | tuple | dict):
            return f"is {named(value)}, which has no length"
        why = why_not(condition.operand, len(value))
        return f"has a length that {why}" if why else ""
    if condition.name == "one_of":
        whys = [why_not(each, value) for each in condition.operand]
        return "" if "" in whys else " and ".join(whys)
    operator = BY_NAME[condition.name]
    if clash := operator.clash(value, condition.operand):
        return f"is {clash}"
    return "" if operator.holds(value, condition.operand) else f"is {shown(value)}, not {condition.wants}"


def read_matcher(written: Any, loc: Loc, wrongs: Wrongs, *, in_ms: bool = False) -> Matcher:
    """What is written behind a field: a value alone must be equal, a mapping names matchers."""
    if not isinstance(written, dict):
        if isinstance(written, list):
            wrongs.add(loc, "a list is no matcher", "write `eq: […]` for the whole list, or `in: […]` for one of them")
        written = {"eq": written}
        return Matcher(tuple(_condition(name, operand, loc, wrongs, in_ms) for name, operand in written.items()))
    if not written:
        wrongs.add(
            loc, "expected a value or a matcher, found nothing", "write a value, or for example `{exists: true}`"
        )
    conditions = []
    for name, operand in written.items():
        if name not in NAMES:
            wrongs.add_key((*loc, name), *_unknown(str(name)))
        else:
            conditions.append(_condition(name, operand, (*loc, name), wrongs, in_ms))
    return Matcher(tuple(conditions))


def _condition(name: str, operand: Any, loc: Loc, wrongs: Wrongs, in_ms: bool) -> Condition:
    if name == "length":
        return Condition(name, _length(operand, loc, wrongs))
    if name == "one_of":
        if not isinstance(operand, list) or not operand:
            wrongs.add(loc, f"expected a list of matchers, found {named(operand)}", f"write `{NESTED[name][1]}`")
            return Condition(name, ())
        return Condition(name, tuple(read_matcher(o, (*loc, at), wrongs, in_ms=in_ms) for at, o in enumerate(operand)))
    operator = BY_NAME[name]
    if in_ms and operator.timed:
        operand = _in_ms(operand, loc, wrongs)
    if wrong := operator.takes(operand):
        wrongs.add(loc, wrong, f"for example `{operator.example}`")
    return Condition(name, operand)


def _length(operand: Any, loc: Loc, wrongs: Wrongs) -> Matcher:
    matcher = read_matcher(operand, loc, wrongs)
    for condition in matcher.conditions:
        if isinstance(condition.operand, str):
            wrongs.add(
                loc, f"a length is a number, not {named(condition.operand)}", f"for example `{NESTED['length'][1]}`"
            )
    return matcher


def _in_ms(operand: Any, loc: Loc, wrongs: Wrongs) -> Any:
    """`500ms` and `2s` as the number of milliseconds that the field holds."""
    if isinstance(operand, list):
        return [_in_ms(each, (*loc, at), wrongs) for at, each in enumerate(operand)]
    if not isinstance(operand, str):
        return operand
    length = seconds(operand) if operand.strip()[-1:].isalpha() else None
    if length is None:
        wrongs.add(
            loc, "this is not a length of time", "write a number of milliseconds, or a unit: `500ms`, `2s`, `1m`"
        )
        return 0
    ms = round(length * 1000, 6)
    return int(ms) if ms.is_integer() else ms


def _unknown(name: str) -> tuple[str, str]:
    close = closest(name, NAMES)
    meant = f"did you mean `{close}`? " if close else ""
    fix = f"{meant}known: {', '.join(NAMES)}; to compare with an object write `eq: {{…}}` or `subset: {{…}}`"
    return f"unknown matcher `{shown(name, 40)}`", fix
