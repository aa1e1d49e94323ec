"""`-k`: words that a case must have, with `and`, `or`, `not` and parentheses, as pytest's users know it."""

from __future__ import annotations

import re
from collections.abc import Callable

from itk.errors import UsageError
from itk.model.problem import show

Test = Callable[[str], bool]

_TOKEN = re.compile(r"\s*([()]|[^\s()]+)")
_DEPTH_MAX = 50
_FIX = "write words, `and`, `or`, `not` and parentheses: -k 'refund and not slow'"


def keyword(expression: str) -> Test:
    """Says of a text whether it fits. A word fits where it stands anywhere in the text, whatever its capitals.

    >>> fits = keyword("refund and not (slow or flaky)")
    >>> fits("refund-001 ledger"), fits("refund-002 slow")
    (True, False)
    """
    parser = _Parser(expression)
    test = parser.either(0)
    if parser.left:
        raise _wrong(expression, f"`{show(parser.left[0])}` is not expected there")
    return lambda text: test(text.casefold())


class _Parser:
    def __init__(self, expression: str) -> None:
        self._expression = expression
        self.left = _TOKEN.findall(expression)

    def either(self, depth: int) -> Test:
        first = self._both(depth)
        while self._takes("or"):
            first = _or(first, self._both(depth))
        return first

    def _both(self, depth: int) -> Test:
        first = self._one(depth)
        while self._takes("and"):
            first = _and(first, self._one(depth))
        return first

    def _one(self, depth: int) -> Test:
        if depth > _DEPTH_MAX:
            raise _wrong(self._expression, "it is nested too deep")
        if self._takes("not"):
            return _not(self._one(depth + 1))
        if self._takes("("):
            inner = self.either(depth + 1)
            if not self._takes(")"):
                raise _wrong(self._expression, "a `)` is missing")
            return inner
        if not self.left or self.left[0] in ("and", "or", ")"):
            found = f"found `{self.left[0]}`" if self.left else "it ends"
            raise _wrong(self._expression, f"a word must stand where {found}" if self.left else "a word is missing")
        return _holds(self.left.pop(0).casefold())

    def _takes(self, token: str) -> bool:
        if self.left and self.left[0] == token:
            self.left.pop(0)
            return True
        return False


def _holds(word: str) -> Test:
    return lambda text: word in text


def _not(test: Test) -> Test:
    return lambda text: not test(text)


def _and(one: Test, two: Test) -> Test:
    return lambda text: one(text) and two(text)


def _or(one: Test, two: Test) -> Test:
    return lambda text: one(text) or two(text)


def _wrong(expression: str, what: str) -> UsageError:
    return UsageError(f"-k `{show(expression, 200)}`: {what}", where="-k", fix=_FIX)
