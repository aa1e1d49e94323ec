"""The fields of a span, as run.json shows them: which there are, what they hold, and which answers stand early."""

from __future__ import annotations

from typing import Annotated, Any, get_args

import msgspec
from pydantic import BeforeValidator

from itk.checks._answers import is_inferred, matches
from itk.checks.matching.fields import Field, Fields, read_fields
from itk.checks.matching.matchers import Condition, Matcher, why_not
from itk.checks.matching.paths import Path, look_up
from itk.checks.matching.schemas import SPAN_FIELDS, shown_as
from itk.checks.matching.values import shown
from itk.checks.matching.wrongs import Loc, Wrongs
from itk.model.evidence import ErrorFact, Usage
from itk.model.trace import Attempt, Component, Faas, Join, Payload, Span, SpanKind, SpanStatus
from itk.model.tree import FAILING
from itk.model.wording import closest

NAMES = tuple(Span.__struct_fields__)
# Fields that have fields; of a payload its value's, which are anybody's.
_INNER: dict[str, tuple[str, ...]] = {
    "component": (*Component.__struct_fields__, "label"),
    "join": Join.__struct_fields__,
    "attempt": Attempt.__struct_fields__,
    "faas": Faas.__struct_fields__,
    "usage": Usage.__struct_fields__,
    "error": ErrorFact.__struct_fields__,
}
_VALUES = {"kind": get_args(SpanKind), "status": get_args(SpanStatus)}
_PAYLOADS = ("request", "response")
# What a record said of these is not unsaid by the next one.
_FIXED = frozenset(
    ("span_id", "name", "kind", "component", "operation", "attempt", "ids", "request", "response", "attributes")
)
_GROWS = frozenset(("duration_ms", "end_ns"))


def value_of(span: Span, path: Path) -> Any:
    """What a span has in a field; `None`: nothing. A parent that is only inferred is none."""
    head, *rest = path.steps
    if head == "component":
        found: Any = span.component.label if rest in ([], ["label"]) else span.component
        rest = [] if rest == ["label"] else rest
    elif head == "parent_span_id":
        found = None if is_inferred(span) else span.parent_span_id
    elif head == "links":
        found = tuple(link for link in span.links if link.tier != "inferred")
    else:
        found = getattr(span, str(head), None)
    if isinstance(found, Payload) and rest[:1] not in (["value"], ["truncated"]):
        found = found.value
    plain = found if found is None or isinstance(found, str | int | float) else msgspec.to_builtins(found)
    return look_up(plain, tuple(rest))


def difference(span: Span, field: Field) -> str:
    """What keeps the span from having what the field asks for; empty where nothing does."""
    if field.path.steps == ("component",) and field.matcher.is_eq:
        name = field.matcher.conditions[0].operand
        fits = isinstance(name, str) and matches(name, span.component)
        return "" if fits else f"component is {span.component.label}, not {shown(name)}"
    return field.why_not(value_of(span, field.path))


def differences(span: Span, fields: Fields) -> tuple[str, ...]:
    return tuple(why for field in fields if (why := difference(span, field)))


def stays(span: Span, field: Field) -> bool:
    """Will the answer that the field gives now stand, whatever records may still come?"""
    head, value = field.path.steps[0], value_of(span, field.path)
    if value is None:
        return False
    if head in _FIXED:
        return True
    if head == "status":
        return value in FAILING  # a failure that somebody told of is not untold
    return head in _GROWS and all(_stays_as_it_grows(condition, value) for condition in field.matcher.conditions)


def _stays_as_it_grows(condition: Condition, value: Any) -> bool:
    holds = not why_not(Matcher((condition,)), value)
    return condition.name in (("gt", "gte") if holds else ("lt", "lte"))


def read_span_fields(written: Any) -> Fields:
    """The fields of a span that a case names. Raises `ValidationError` with the place of each thing that is wrong."""
    wrongs = Wrongs()
    fields = find_span_fields(written, (), wrongs)
    wrongs.raise_any("fields of a span")
    return fields


def find_span_fields(written: Any, loc: Loc, wrongs: Wrongs) -> Fields:
    """The same for fields that stand at `loc`; what is wrong goes to `wrongs`."""
    return read_fields(written, loc, wrongs, _known)


def _known(path: Path, matcher: Matcher, loc: Loc, wrongs: Wrongs) -> None:
    head, *rest = path.steps
    if head not in NAMES:
        wrongs.add_key(loc, f"a span has no field `{shown(head, 40)}`", _meant(str(head), NAMES))
    elif rest and head in _INNER and rest[0] not in _INNER[str(head)]:
        inner = _INNER[str(head)]
        wrongs.add_key(loc, f"`{head}` of a span has no field `{shown(rest[0], 40)}`", _meant(str(rest[0]), inner))
    elif not rest and head in _VALUES:
        _known_values(_VALUES[str(head)], matcher, loc, wrongs)


def _known_values(values: tuple[str, ...], matcher: Matcher, loc: Loc, wrongs: Wrongs) -> None:
    """`status: eror` would never match, and with `count: 0` never be noticed."""
    for name, operand in ((each.name, each.operand) for each in matcher.conditions):
        asked = operand if name in ("in", "not_in") and isinstance(operand, list) else [operand]
        strange = [o for o in asked if o not in values] if name in ("eq", "ne", "in", "not_in") else []
        if strange:
            what = f"`{shown(strange[0], 40)}` is not one of its values"
            wrongs.add(loc, what, _meant(str(strange[0]), values))


def _meant(name: str, known: tuple[str, ...]) -> str:
    close = closest(name, known)
    return (f"did you mean `{close}`? " if close else "") + f"known: {', '.join(known)}"


def _checked(written: Any) -> Any:
    read_span_fields(written)
    return written


def _checked_some(written: Any) -> Any:
    if isinstance(written, dict) and not written:
        wrongs = Wrongs()
        wrongs.add((), "expected fields, found nothing", "write `{field: value}`, for example `{status: ok}`")
        wrongs.raise_any("fields of a span")
    return _checked(written)


# Kept as they are written, so that they go through JSON unchanged.
SpanFields = Annotated[dict[str, Any], BeforeValidator(_checked), shown_as(SPAN_FIELDS)]
SomeSpanFields = Annotated[dict[str, Any], BeforeValidator(_checked_some), shown_as(SPAN_FIELDS)]
