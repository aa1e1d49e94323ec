"""Filter patterns for unstructured text: terms, "quoted terms", ?any ?of ?these, -not.

What we do not understand is refused. An emulator that answers every row to a pattern it cannot read makes a wrong
query pass its test.
"""

from __future__ import annotations

import re
from collections.abc import Callable

Matcher = Callable[[str], bool]

_TERM = re.compile(r'\s*([?-]?)("(?:[^"\\]|\\.)*"|[^\s"]+)(?=\s|$)')


class PatternError(ValueError):
    """Why a pattern is refused, in words for the caller."""


def compile_pattern(pattern: str) -> Matcher:
    """A predicate over messages.

    >>> wanted = compile_pattern('"order-17" -DEBUG')
    >>> wanted("INFO order-17 shipped"), wanted("DEBUG order-17"), wanted("INFO order-18")
    (True, False, False)
    """
    if not pattern.strip():
        return lambda _message: True
    if pattern.lstrip()[0] in "{[%":
        raise PatternError(
            f"Invalid filter pattern: JSON, space-delimited and regex patterns are not emulated: {pattern}"
        )
    needed, wanted_any, unwanted = _terms(pattern)
    if wanted_any and (needed or unwanted):
        raise PatternError(f"Invalid filter pattern: `?term` cannot be combined with other terms: {pattern}")

    def matches(message: str) -> bool:
        return (
            all(term in message for term in needed)
            and not any(term in message for term in unwanted)
            and (not wanted_any or any(term in message for term in wanted_any))
        )

    return matches


def _terms(pattern: str) -> tuple[list[str], list[str], list[str]]:
    found: dict[str, list[str]] = {"": [], "?": [], "-": []}
    position = 0
    while pattern[position:].strip():
        term = _TERM.match(pattern, position)
        if term is None:
            raise PatternError(f"Invalid filter pattern: cannot read it from character {position + 1}: {pattern}")
        found[term[1]].append(_plain(term[2], pattern))
        position = term.end()
    return found[""], found["?"], found["-"]


def _plain(term: str, pattern: str) -> str:
    if term.startswith('"'):
        return re.sub(r"\\(.)", r"\1", term[1:-1])
    if not re.fullmatch(r"\w+", term):
        raise PatternError(
            f"Invalid filter pattern: the term {term} has characters other than letters, digits and _; "
            f"put it in double quotes: {pattern}"
        )
    return term
