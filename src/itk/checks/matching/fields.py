"""Fields with matchers, as they are written in a case: `{component: lambda:intake, duration_ms: {lt: 500ms}}`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from itk.checks.matching.matchers import Matcher, read_matcher, why_not
from itk.checks.matching.paths import Path, PathError, read_path
from itk.checks.matching.values import named
from itk.checks.matching.wrongs import Loc, Wrongs

Known = Callable[[Path, Matcher, Loc, Wrongs], None]  # tells of fields that cannot be there


class Field(msgspec.Struct, frozen=True):
    """A field, and what it must be."""

    path: Path
    matcher: Matcher

    @property
    def wants(self) -> str:
        return f"{self.path.text} {self.matcher.wants}"

    def why_not(self, value: Any) -> str:
        """What keeps `value` from being what is wanted; empty where nothing does."""
        why = why_not(self.matcher, value)
        return f"{self.path.text} {why}" if why else ""


Fields = tuple[Field, ...]


def wanted(fields: Fields) -> str:
    return ", ".join(field.wants for field in fields)


def read_fields(written: Any, loc: Loc, wrongs: Wrongs, known: Known | None = None) -> Fields:
    """The fields of a mapping; what is wrong goes to `wrongs`, with its place."""
    if not isinstance(written, dict):
        wrongs.add(loc, f"expected fields, found {named(written)}", "write `{field: value}`")
        return ()
    found = []
    for text, operand in written.items():
        try:
            path = read_path(str(text))
        except PathError as error:
            wrongs.add_key((*loc, text), error.what, error.fix)
            continue
        matcher = read_matcher(operand, (*loc, text), wrongs, in_ms=path.in_ms)
        if known is not None:
            known(path, matcher, (*loc, text), wrongs)
        found.append(Field(path, matcher))
    return tuple(found)
