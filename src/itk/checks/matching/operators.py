"""The matchers by name: what each takes, when it holds, and how a message says what it wants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from itk.checks.matching import patterns
from itk.checks.matching.values import holds_part, kind_of, named, same, shown
from itk.model.problem import show

JSON_TYPES = {
    "string": "text",
    "number": "number",
    "integer": "number",
    "boolean": "truth value",
    "array": "list",
    "object": "object",
}


class Operator(msgspec.Struct, frozen=True, kw_only=True):
    """One matcher. `takes` says what is wrong with an operand, `clash` why two types cannot be compared."""

    name: str
    meaning: str  # for the reference
    example: str  # as it is written in a case
    wants: Callable[[Any], str]  # operand -> how a message names it
    takes: Callable[[Any], str]
    holds: Callable[[Any, Any], bool]  # value, operand
    clash: Callable[[Any, Any], str] = lambda value, operand: ""
    timed: bool = False  # of a field `*_ms`, operands may be written as `500ms`


def _any_value(operand: Any) -> str:
    return "null is no value; write `absent: true`" if operand is None else ""


def _ordered(operand: Any) -> str:
    return "" if kind_of(operand) in ("number", "text") else f"expected a number or a text, found {named(operand)}"


def _text(operand: Any) -> str:
    return "" if isinstance(operand, str) and operand else f"expected a text, found {named(operand)}"


def _several(operand: Any) -> str:
    if not isinstance(operand, list) or not operand:
        return f"expected a list of values, found {named(operand)}"
    return "null is no value" if None in operand else ""


def _pattern(operand: Any) -> str:
    if not isinstance(operand, str) or not operand:
        return f"expected a regular expression, found {named(operand)}"
    wrong = patterns.wrong_with(operand)
    return f"this regular expression cannot be used: {wrong}" if wrong else ""


def _type(operand: Any) -> str:
    known = ", ".join(JSON_TYPES)
    return "" if isinstance(operand, str) and operand in JSON_TYPES else f"{named(operand)} is no type of JSON: {known}"


def _part(operand: Any) -> str:
    return "" if kind_of(operand) in ("object", "list") else f"expected an object or a list, found {named(operand)}"


def _truth(operand: Any) -> str:
    return "" if isinstance(operand, bool) else f"expected true or false, found {named(operand)}"


def _range(operand: Any) -> str:
    if not isinstance(operand, list) or len(operand) != 2 or _ordered(operand[0]) or _ordered(operand[1]):
        return "expected two values, the least and the greatest: `[1, 5]`"
    if kind_of(operand[0]) != kind_of(operand[1]):
        return f"{named(operand[0])} and {named(operand[1])} cannot be compared"
    return "the least value comes first" if operand[0] > operand[1] else ""


def _near(operand: Any) -> str:
    if not isinstance(operand, list) or [kind_of(each) for each in operand] != ["number", "number"] or operand[1] < 0:
        return "expected a number and how far off it may be: `[12.5, 0.01]`"
    return ""


def _unlike(value: Any, operand: Any) -> str:
    return (
        "" if kind_of(value) == kind_of(operand) else f"{named(value)}, which cannot be compared with {named(operand)}"
    )


def _unlike_all(value: Any, operands: Any) -> str:
    return min((_unlike(value, each) for each in operands), key=len)


def _not(kinds: tuple[str, ...]) -> Callable[[Any, Any], str]:
    wanted = " or ".join(f"a {kind}" if kind != "object" else "an object" for kind in kinds)
    return lambda value, operand: "" if kind_of(value) in kinds else f"{named(value)}, which is not {wanted}"


def _unlike_container(value: Any, operand: Any) -> str:
    if isinstance(value, str):
        return _unlike(value, operand)
    return _not(("text", "list"))(value, operand)


def _contains(value: Any, operand: Any) -> bool:
    return operand in value if isinstance(value, str) else any(same(item, operand) for item in value)


def _is_type(value: Any, name: str) -> bool:
    return kind_of(value) == JSON_TYPES[name] and (name != "integer" or float(value).is_integer())


def _listed(operands: Any) -> str:
    return ", ".join(shown(each, 40) for each in operands)


_TEXT = _not(("text",))
OPERATORS = (
    Operator(
        name="eq", meaning="the same type and value; a value alone means this", example="eq: ok",
        wants=shown, takes=_any_value, holds=same, clash=_unlike, timed=True,
    ),
    Operator(
        name="ne", meaning="the same type, another value", example="ne: 500",
        wants=lambda o: f"anything but {shown(o)}", takes=_any_value, holds=lambda v, o: not same(v, o), clash=_unlike,
        timed=True,
    ),
    Operator(
        name="gt", meaning="more: of numbers, or later in order of characters", example="gt: 0",
        wants=lambda o: f"more than {shown(o)}", takes=_ordered, holds=lambda v, o: v > o, clash=_unlike, timed=True,
    ),
    Operator(
        name="gte", meaning="at least", example="gte: 1",
        wants=lambda o: f"at least {shown(o)}", takes=_ordered, holds=lambda v, o: v >= o, clash=_unlike, timed=True,
    ),
    Operator(
        name="lt", meaning="less", example="lt: 500ms",
        wants=lambda o: f"less than {shown(o)}", takes=_ordered, holds=lambda v, o: v < o, clash=_unlike, timed=True,
    ),
    Operator(
        name="lte", meaning="at most", example="lte: 2",
        wants=lambda o: f"at most {shown(o)}", takes=_ordered, holds=lambda v, o: v <= o, clash=_unlike, timed=True,
    ),
    Operator(
        name="between", meaning="from the first to the second, both included", example="between: [1, 5]",
        wants=lambda o: f"from {shown(o[0])} to {shown(o[1])}", takes=_range, holds=lambda v, o: o[0] <= v <= o[1],
        clash=lambda v, o: _unlike(v, o[0]), timed=True,
    ),
    Operator(
        name="approx", meaning="the number, give or take the second", example="approx: [12.5, 0.01]",
        wants=lambda o: f"{shown(o[0])} give or take {shown(o[1])}", takes=_near,
        holds=lambda v, o: abs(v - o[0]) <= o[1], clash=lambda v, o: _unlike(v, o[0]), timed=True,
    ),
    Operator(
        name="in", meaning="one of these values", example="in: [ok, blocked]",
        wants=lambda o: f"one of {_listed(o)}", takes=_several, holds=lambda v, o: any(same(v, each) for each in o),
        clash=_unlike_all, timed=True,
    ),
    Operator(
        name="not_in", meaning="none of these values", example="not_in: [error, timeout]",
        wants=lambda o: f"none of {_listed(o)}", takes=_several,
        holds=lambda v, o: not any(same(v, each) for each in o), clash=_unlike_all, timed=True,
    ),
    Operator(
        name="contains", meaning="a text with this in it, or a list with this item", example="contains: refund",
        wants=lambda o: f"something that contains {shown(o)}", takes=_any_value, holds=_contains,
        clash=_unlike_container,
    ),
    Operator(
        name="not_contains", meaning="a text or a list without it", example="not_contains: password",
        wants=lambda o: f"something without {shown(o)}", takes=_any_value, holds=lambda v, o: not _contains(v, o),
        clash=_unlike_container,
    ),
    Operator(
        name="starts_with", meaning="a text that begins so", example="starts_with: ITK-",
        wants=lambda o: f"something that starts with {shown(o)}", takes=_text, holds=lambda v, o: v.startswith(o),
        clash=_TEXT,
    ),
    Operator(
        name="ends_with", meaning="a text that ends so", example="ends_with: .json",
        wants=lambda o: f"something that ends with {shown(o)}", takes=_text, holds=lambda v, o: v.endswith(o),
        clash=_TEXT,
    ),
    Operator(
        name="matches", meaning="a text in which the regular expression is found", example='matches: "^ITK-[0-9]+$"',
        wants=lambda o: f"something that matches `{show(o)}`", takes=_pattern, holds=lambda v, o: patterns.found(o, v),
        clash=_TEXT,
    ),
    Operator(
        name="type", meaning=f"a type of JSON: {', '.join(JSON_TYPES)}", example="type: integer",
        wants=lambda o: f"of type {o}", takes=_type, holds=_is_type,
    ),
    Operator(
        name="subset", meaning="has at least these keys and items, at every depth", example="subset: {orderId: 7}",
        wants=lambda o: f"something that holds {shown(o)}", takes=_part, holds=holds_part,
        clash=lambda v, o: _not((kind_of(o),))(v, o),
    ),
    Operator(
        name="exists", meaning="`true`: it has a value; `false`: it has none", example="exists: true",
        wants=lambda o: "some value" if o else "no value", takes=_truth, holds=lambda v, o: (v is not None) is o,
    ),
    Operator(
        name="absent", meaning="`true`: it has no value", example="absent: true",
        wants=lambda o: "no value" if o else "some value", takes=_truth, holds=lambda v, o: (v is None) is o,
    ),
)  # fmt: skip
BY_NAME = {operator.name: operator for operator in OPERATORS}
# These two hold matchers themselves: itk.checks.matching.matchers reads them.
NESTED = {
    "length": ("the number of characters, items or keys, itself a matcher", "length: {gte: 1}"),
    "one_of": ("at least one of these matchers holds", "one_of: [{lt: 5}, {gt: 10}]"),
}
NAMES = (*BY_NAME, *NESTED)
