"""What is wrong with what a person wrote, part by part, in the form that pydantic collects errors in."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from pydantic_core import InitErrorDetails

from itk.casefile.forms import wrong
from itk.casefile.reading import KEY

Loc = tuple[str | int, ...]


class Wrongs:
    """Collects errors with the way to each, so that a person sees all of them at their places."""

    def __init__(self) -> None:
        self._found: list[InitErrorDetails] = []

    def __len__(self) -> int:
        return len(self._found)

    def add(self, loc: Loc, what: str, fix: str = "") -> None:
        self._found.append(InitErrorDetails(type=wrong(what, fix), loc=loc, input=None))

    def add_key(self, loc: Loc, what: str, fix: str = "") -> None:
        """The same of a key, which is the last step of `loc`."""
        self.add((*loc, *KEY), what, fix)

    def raise_any(self, title: str) -> None:
        """Raise what was found. A validator that raises this keeps every place."""
        if self._found:
            raise ValidationError.from_exception_data(title, self._found)


def refuse(loc: Loc, what: str, fix: str = "") -> Any:
    """Raise one error at its place."""
    wrongs = Wrongs()
    wrongs.add(loc, what, fix)
    wrongs.raise_any("check")
