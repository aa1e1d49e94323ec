"""One claim of a benchmark, and the cases that break it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Claim(NamedTuple):
    """`broken` names each case of `cases` that does not hold. Without a case nothing is claimed."""

    what: str
    cases: int
    broken: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not self.broken


def judged(what: str, cases: Iterable[tuple[str, bool]]) -> Claim:
    """A claim of cases by name, each with whether it holds."""
    found = list(cases)
    return Claim(what, len(found), tuple(name for name, holds in found if not holds))
