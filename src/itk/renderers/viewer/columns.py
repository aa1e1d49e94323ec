"""Facts of many spans as few bytes: one list a field, in forms that compress well."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any


def deltas(numbers: Iterable[int]) -> list[int]:
    """Each number less the one before it; the first as it is."""
    found, last = [], 0
    for number in numbers:
        found.append(number - last)
        last = number
    return found


def undeltas(numbers: Iterable[int]) -> list[int]:
    """The numbers that `deltas` was given."""
    return list(accumulate(numbers))


def ranges(places: Iterable[int]) -> list[int]:
    """Places as pairs: how many are skipped, then how many follow one another.

    >>> ranges([0, 1, 2, 7])
    [0, 3, 4, 1]
    """
    found: list[int] = []
    end = 0
    for place in sorted(set(places)):
        if found and place == end:
            found[-1] += 1
        else:
            found += (place - end, 1)
        end = place + 1
    return found


def sparse(values: Sequence[Any], nothing: Any = None) -> dict[str, Any]:
    """The values that say something: `at` where (as `deltas`), `is` what."""
    at = [n for n, value in enumerate(values) if value != nothing]
    return {"at": deltas(at), "is": [values[n] for n in at]}


class Words:
    """A list of distinct texts, named by their place in it. The first is the empty text."""

    def __init__(self) -> None:
        self.texts: list[str] = [""]
        self._index: dict[str, int] = {"": 0}

    def of(self, text: str) -> int:
        at = self._index.get(text)
        if at is None:
            at = self._index[text] = len(self.texts)
            self.texts.append(text)
        return at
