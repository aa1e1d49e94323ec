"""A subset of Logs Insights QL: `fields | filter | sort @timestamp | limit`. What it does not know it refuses, by name.

An emulator that answers every row to a command it cannot read makes a wrong query pass its test.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

Row = Mapping[str, str]  # what a record has; a record without a request id has no @requestId
Condition = Callable[[Row], bool]

# Times are compared as numbers (milliseconds), all others as text.
NUMBERS = ("@timestamp", "@ingestionTime")
FIELDS = (*NUMBERS, "@message", "@logStream", "@log", "@ptr", "@requestId")
LIMIT_DEFAULT = 10_000
LIMIT_MAX = 100_000

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
      | (?P<regex>/(?:[^/\\]|\\.)*/[a-zA-Z]*)
      | (?P<number>\d+)
      | (?P<word>[@\w.]+)
      | (?P<sign>!=|<=|>=|=~|[=<>()\[\],|])
      | (?P<other>\S)
    )""",
    re.VERBOSE | re.DOTALL,
)
_ORDERINGS: Mapping[str, Callable[[int, int], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


class QueryError(ValueError):
    """Why a query is refused, in words for the caller; `at` is the place in the query."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.at = at


@dataclass(frozen=True, slots=True)
class Token:
    kind: str  # string, regex, number, word, sign, other, or "" at the end
    text: str
    at: int


@dataclass(slots=True)
class Query:
    """What a query asks for. Without `fields` Insights shows @timestamp and @message; without `sort`, newest first."""

    fields: tuple[str, ...] = ("@timestamp", "@message")
    conditions: list[Condition] = field(default_factory=list)
    ascending: bool = False
    limit: int | None = None

    def matches(self, row: Row) -> bool:
        return all(condition(row) for condition in self.conditions)


def parse_query(text: str) -> Query:
    """Read a query, or raise `QueryError`.

    >>> query = parse_query('filter @message like "order-17" and not @logStream = "a" | sort @timestamp asc | limit 5')
    >>> query.ascending, query.limit
    (True, 5)
    >>> query.matches({"@message": "order-17 shipped", "@logStream": "b"})
    True
    """
    return _Parser(text).query()


class _Parser:
    """Recursive descent over one query; every method eats what it is named after."""

    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._commands = {
            "fields": self._fields,
            "filter": self._filter,
            "sort": self._sort,
            "limit": self._limit,
        }
        self._query = Query()

    def query(self) -> Query:
        seen: list[str] = []
        while True:
            command = self._next()
            if command.text.lower() not in self._commands:
                raise QueryError(
                    f"the sandbox has no command `{command.text}`; it has fields, filter, sort, limit", command.at
                )
            name = command.text.lower()
            if "limit" in seen or (name in seen and name != "filter"):
                raise QueryError(f"the sandbox cannot run `{name}` after `{seen[-1]}` in this query", command.at)
            seen.append(name)
            self._commands[name]()
            if self._peek().kind == "":
                return self._query
            self._expect("|")

    # commands

    def _fields(self) -> None:
        names = [self._field().text]
        while self._took(","):
            names.append(self._field().text)
        self._query.fields = tuple(dict.fromkeys(names))

    def _filter(self) -> None:
        self._query.conditions.append(self._any_of())

    def _sort(self) -> None:
        name = self._field()
        if name.text != "@timestamp":
            raise QueryError(f"the sandbox sorts by @timestamp only, not by `{name.text}`", name.at)
        self._query.ascending = not self._took("desc")
        self._took("asc")

    def _limit(self) -> None:
        number = self._next("number")
        if not 1 <= int(number.text) <= LIMIT_MAX:
            raise QueryError(f"limit must be between 1 and {LIMIT_MAX}, not {number.text}", number.at)
        self._query.limit = int(number.text)

    # conditions

    def _any_of(self) -> Condition:
        parts = [self._all_of()]
        while self._took("or"):
            parts.append(self._all_of())
        return lambda row: any(part(row) for part in parts)

    def _all_of(self) -> Condition:
        parts = [self._one()]
        while self._took("and"):
            parts.append(self._one())
        return lambda row: all(part(row) for part in parts)

    def _one(self) -> Condition:
        if self._took("not"):
            inner = self._one()
            return lambda row: not inner(row)
        if self._took("("):
            inner = self._any_of()
            self._expect(")")
            return inner
        return self._comparison()

    def _comparison(self) -> Condition:
        name = self._field().text
        negated = self._took("not")
        operator = self._next()
        sign = operator.text.lower()
        if sign == "like" or (sign == "=~" and not negated):
            found = self._pattern(regex_only=sign == "=~")
        elif sign == "in":
            found = self._members(name)
        elif sign in _ORDERINGS and not negated:
            found = self._ordering(name, sign, operator.at)
        else:
            raise QueryError(f"the sandbox has no operator `{'not ' if negated else ''}{operator.text}`", operator.at)
        return lambda row: (name in row and found(row[name])) != negated

    def _pattern(self, *, regex_only: bool) -> Callable[[str], bool]:
        token = self._next()
        if token.kind == "string" and not regex_only:
            part = _unquoted(token)
            return lambda value: part in value
        if token.kind != "regex":
            raise QueryError(f"expected a text or a /regular expression/, got `{token.text}`", token.at)
        expression, _, flags = token.text[1:].rpartition("/")
        if flags:
            raise QueryError(f"the sandbox has no flags after a regular expression; write /(?{flags})…/", token.at)
        try:
            search = re.compile(expression).search
        except re.error as error:
            raise QueryError(
                f"the sandbox cannot read the regular expression {token.text}: {error}", token.at
            ) from error
        return lambda value: search(value) is not None

    def _members(self, name: str) -> Callable[[str], bool]:
        self._expect("[")
        members = {self._value(name)}
        while self._took(","):
            members.add(self._value(name))
        self._expect("]")
        return lambda value: value in members

    def _ordering(self, name: str, sign: str, at: int) -> Callable[[str], bool]:
        wanted = self._value(name)
        if name in NUMBERS:
            compare = _ORDERINGS[sign]
            return lambda value: compare(int(value), int(wanted))
        if sign not in ("=", "!="):
            raise QueryError(f"the sandbox compares `{name}` by = and != only, not by {sign}", at)
        return lambda value: (value == wanted) == (sign == "=")

    def _value(self, name: str) -> str:
        token = self._next("number" if name in NUMBERS else "string")
        return token.text if token.kind == "number" else _unquoted(token)

    # tokens

    def _field(self) -> Token:
        token = self._next("word")
        if token.text not in FIELDS:
            raise QueryError(f"the sandbox has no field `{token.text}`; it has {', '.join(FIELDS)}", token.at)
        return token

    def _peek(self) -> Token:
        return self._tokens[0]

    def _next(self, kind: str = "") -> Token:
        token = self._tokens[0]
        if not token.kind or (kind and token.kind != kind):
            raise QueryError(
                f"expected a {kind or 'command'}, got {f'`{token.text}`' if token.kind else 'the end'}", token.at
            )
        return self._tokens.pop(0)

    def _took(self, text: str) -> bool:
        if self._peek().kind not in ("word", "sign") or self._peek().text.lower() != text:
            return False
        self._tokens.pop(0)
        return True

    def _expect(self, text: str) -> None:
        token = self._peek()
        if not self._took(text):
            raise QueryError(f"expected `{text}`, got `{token.text}`", token.at)


def _tokens(text: str) -> Iterator[Token]:
    position = 0
    end = len(text.rstrip())
    while position < end:
        found = _TOKEN.match(text, position)
        assert found is not None  # whatever is not of the language is an `other`
        kind = found.lastgroup or ""
        yield Token(kind, found[kind], found.start(kind))
        position = found.end()
    yield Token("", "", end)


def _unquoted(token: Token) -> str:
    return re.sub(r"\\(.)", r"\1", token.text[1:-1])
