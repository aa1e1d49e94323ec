"""How many: a number, or `{min: …, max: …}`."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from pydantic import BeforeValidator, WithJsonSchema

from itk.checks.matching.values import named
from itk.checks.matching.wrongs import Loc, Wrongs
from itk.model.wording import counted

_ABSENCE = "write `count: 0` where there must be none"


class Count(msgspec.Struct, frozen=True):
    """At least `least`, and at most `most` where that is given."""

    least: int = 1
    most: int | None = None
    exact: bool = False  # written as one number

    @property
    def wants(self) -> str:
        if self.most is None:
            return f"at least {counted(self.least, 'span')}"
        if self.most == 0:
            return "no span"
        if self.least == self.most:
            return f"exactly {counted(self.most, 'span')}"
        return f"{self.least} to {counted(self.most, 'span')}"

    def holds(self, sure: int, doubtful: int, complete: bool) -> bool | None:
        """With so many, and perhaps some more; None where it cannot be told, or not yet."""
        if self.most is not None and sure > self.most:
            return False
        if complete and sure + doubtful < self.least:
            return False
        if sure < self.least or (self.most is not None and (not complete or sure + doubtful > self.most)):
            return None
        return True


def read_count(written: Any) -> Count:
    """Raises `ValidationError` with the place of what is wrong."""
    wrongs = Wrongs()
    if isinstance(written, dict):
        count = _bounds(written, wrongs)
    else:
        number = _number(written, (), wrongs)
        count = Count(number, number, exact=True)
    wrongs.raise_any("count")
    return count


def _bounds(written: dict[str, Any], wrongs: Wrongs) -> Count:
    for name in written.keys() - {"min", "max"}:
        wrongs.add_key((name,), f"unknown key `{name}` in `count`", "write `{min: 1, max: 3}`, or one of the two")
    if not written:
        wrongs.add((), "expected a number, found nothing", "write `count: 2` or `count: {min: 1, max: 3}`")
    bounds = {name: _number(written[name], (name,), wrongs) for name in ("min", "max") if name in written}
    for name, number in bounds.items():
        if number == 0:
            wrongs.add((name,), f"`{name}: 0` would let a check pass that looked at nothing", _ABSENCE)
    least, most = bounds.get("min", 1), bounds.get("max")
    if most is not None and 0 < most < least:
        wrongs.add(("max",), "`max` is less than `min`", "swap them")
    return Count(least, most)


def _number(written: Any, loc: Loc, wrongs: Wrongs) -> int:
    """A whole number; a variable gives it as text."""
    digits = str(written) if isinstance(written, int | str) and not isinstance(written, bool) else ""
    if digits.isascii() and digits.isdecimal() and len(digits) < 10:
        return int(digits)
    wrongs.add(loc, f"expected a whole number, found {named(written)}", "write `count: 2` or `count: {min: 1, max: 3}`")
    return 1


def _checked(written: Any) -> Any:
    read_count(written)
    return written


_NUMBER = {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": r"\$\{"}]}
_SCHEMA = {
    "anyOf": [
        *_NUMBER["anyOf"],
        {
            "type": "object",
            "properties": {"min": {"type": "integer", "minimum": 1}, "max": {"type": "integer", "minimum": 1}},
            "additionalProperties": False,
            "minProperties": 1,
        },
    ]
}
WrittenCount = Annotated[Any, BeforeValidator(_checked), WithJsonSchema(_SCHEMA)]
