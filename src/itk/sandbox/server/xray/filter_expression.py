"""A subset of X-Ray's filter expressions; what it does not know it refuses, by name."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from operator import ge, gt, le, lt

from itk.sandbox.server.xray.traces import ShownTrace

Matcher = Callable[[ShownTrace], bool]
Values = Callable[[ShownTrace], Iterable[object]]

_TOKEN = re.compile(
    r'\s*(?P<string>"(?:[^"\\]|\\.)*")|\s*(?P<number>-?\d+(?:\.\d+)?)|\s*(?P<service>service\s*\(\s*(?P<name>"[^"]*")\s*\))'
    r"|\s*(?P<bracket>annotation\[\s*(?P<key>[^\]\s]+)\s*\])|\s*(?P<word>[A-Za-z_][\w.]*)|\s*(?P<sign>!=|<=|>=|[=<>()!])"
    r"|\s*(?P<other>\S)"
)
_FLAGS: dict[str, Matcher] = {
    "fault": lambda trace: trace.has("fault"),
    "error": lambda trace: trace.has("error"),
    "throttle": lambda trace: trace.has("throttle"),
    "partial": lambda trace: trace.has("in_progress"),
    "ok": lambda trace: not any(trace.has(flag) for flag in ("fault", "error", "throttle")),
}
_VALUES: dict[str, Values] = {
    "http.url": lambda trace: _http(trace, "request", "url"),
    "http.method": lambda trace: _http(trace, "request", "method"),
    "http.status": lambda trace: _http(trace, "response", "status"),
    "duration": lambda trace: [trace.duration],
    "responsetime": lambda trace: [trace.summary("")["ResponseTime"]],
}
_NUMERIC: dict[str, Callable[[float, float], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}
_TEXTUAL: dict[str, Callable[[str, str], bool]] = {
    "CONTAINS": lambda text, part: part in text,
    "BEGINSWITH": lambda text, part: text.startswith(part),
    "ENDSWITH": lambda text, part: text.endswith(part),
}


class ExpressionError(ValueError):
    """Why a filter expression is refused."""


def compile_expression(text: str) -> Matcher:
    """A predicate over traces; an empty expression takes all."""
    return _Parser(text).whole() if text.strip() else lambda _trace: True


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(_TOKEN.finditer(text.rstrip()))

    def whole(self) -> Matcher:
        matcher = self._any_of()
        if self._tokens:
            raise self._refusal(f"it cannot read `{self._tokens[0][0].strip()}` there")
        return matcher

    def _any_of(self) -> Matcher:
        parts = [self._all_of()]
        while self._took("OR"):
            parts.append(self._all_of())
        return lambda trace: any(part(trace) for part in parts)

    def _all_of(self) -> Matcher:
        parts = [self._one()]
        while self._took("AND"):
            parts.append(self._one())
        return lambda trace: all(part(trace) for part in parts)

    def _one(self) -> Matcher:
        if self._took("!") or self._took("NOT"):
            inner = self._one()
            return lambda trace: not inner(trace)
        if self._took("("):
            inside = self._any_of()
            if not self._took(")"):
                raise self._refusal("a parenthesis is not closed")
            return inside
        return self._term()

    def _term(self) -> Matcher:
        token = self._next()
        if token["service"]:
            name = json.loads(token["name"])
            return lambda trace: any(segment["name"] == name for segment in trace.segments)
        word = token["word"] or ""
        key = token["key"] or (word.removeprefix("annotation.") if word.startswith("annotation.") else "")
        if key:
            return self._compared(lambda trace: [value for name, value, _ in trace.annotations() if name == key])
        if word in _FLAGS:
            return _FLAGS[word]
        if word in _VALUES:
            return self._compared(_VALUES[word])
        known = ", ".join(["annotation.key", "annotation[key]", 'service("name")', *_FLAGS, *_VALUES])
        raise self._refusal(f"it has no keyword `{token[0].strip()}`; it has {known}")

    def _compared(self, values: Values) -> Matcher:
        """A keyword alone asks whether there is a value at all."""
        operator = (self._tokens[0]["sign"] or self._tokens[0]["word"] or "") if self._tokens else ""
        if operator.upper() in ("", "AND", "OR", ")"):
            return lambda trace: any(True for _ in values(trace))
        self._next()
        wanted = self._value()
        if operator == "=":
            return lambda trace: any(_same(value, wanted) for value in values(trace))
        if operator == "!=":
            return lambda trace: any(not _same(value, wanted) for value in values(trace))
        if operator in _NUMERIC and isinstance(wanted, float):
            number, compare = wanted, _NUMERIC[operator]
            return lambda trace: any(compare(float(v), number) for v in values(trace) if isinstance(v, int | float))
        if operator.upper() in _TEXTUAL and isinstance(wanted, str):
            part, test = wanted, _TEXTUAL[operator.upper()]
            return lambda trace: any(test(v, part) for v in values(trace) if isinstance(v, str))
        raise self._refusal(f"it cannot compare by `{operator}` with {wanted!r}")

    def _value(self) -> object:
        token = self._next()
        if token["string"]:
            return json.loads(token["string"])
        if token["number"]:
            return float(token["number"])
        if token["word"] in ("true", "false"):
            return token["word"] == "true"
        raise self._refusal(f"`{token[0].strip()}` is not a value")

    def _next(self) -> re.Match[str]:
        if not self._tokens:
            raise self._refusal("it ends too early")
        return self._tokens.pop(0)

    def _took(self, text: str) -> bool:
        if not self._tokens or (self._tokens[0]["word"] or self._tokens[0]["sign"] or "").upper() != text:
            return False
        self._tokens.pop(0)
        return True

    def _refusal(self, why: str) -> ExpressionError:
        return ExpressionError(f"the sandbox cannot run this filter expression: {why}: {self._text}")


def _same(value: object, wanted: object) -> bool:
    if isinstance(value, bool) or isinstance(wanted, bool):
        return value is wanted
    return float(value) == wanted if isinstance(value, int | float) else value == wanted


def _http(trace: ShownTrace, side: str, name: str) -> list[object]:
    found = (((segment.get("http") or {}).get(side) or {}).get(name) for segment in trace.segments)
    return [value for value in found if value is not None]
