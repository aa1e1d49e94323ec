"""Words that messages have in common: counted things, and the name that a misspelt one was meant to be."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def counted(n: int, noun: str, plural: str = "") -> str:
    """A number with its noun.

    >>> counted(1, "retry", "retries"), counted(2, "retry", "retries"), counted(1200, "span")
    ('1 retry', '2 retries', '1,200 spans')
    """
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


_BESIDE = {"warning": ("warning", ""), "xfailed": ("failed as expected",) * 2, "skipped": ("skipped",) * 2}


def tally(passed: int, of: int, statuses: Iterable[str]) -> str:
    """How many checks passed, and how many are neither passed nor failed.

    >>> tally(3, 6, ["passed", "failed", "xfailed", "warning"])
    '3 of 6 checks passed, 1 warning, 1 failed as expected'
    """
    found = list(statuses)
    beside = [counted(found.count(status), *words) for status, words in _BESIDE.items() if status in found]
    return ", ".join((f"{passed} of {counted(of, 'check')} passed", *beside))


def closest(word: str, known: Iterable[str], *, cutoff: float = 0.65) -> str:
    """The name that `word` is probably a misspelling of, or the empty string. Capitals, `-` and blanks do not count.

    >>> closest("Sqs-evnt", ["sqs_event", "lambda_invoke"])
    'sqs_event'
    """
    by_folded = {_folded(name): name for name in known}
    found = difflib.get_close_matches(_folded(word[:80]), by_folded, n=1, cutoff=cutoff)
    return by_folded[found[0]] if found else ""


def _folded(word: str) -> str:
    return word.casefold().replace("-", "_").replace(" ", "_")
