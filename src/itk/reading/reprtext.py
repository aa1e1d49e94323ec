"""Python's `repr` of dicts and lists, as `print(event)` leaves it in a log; and Node's `util.inspect`.

    {'Records': [{'messageId': '059f36b4', 'attributes': {'ApproximateReceiveCount': '1'}}]}
    {'eventTime': datetime.datetime(2026, 11, 22, 7, 31, 2, 120131, tzinfo=tzutc()), 'body': b'x', 'o': <obj at 0x1>}
    { Records: [ { messageId: '059f36b4', attributes: [Object] } ], next: undefined }

The third is what `console.log(event)` writes. A small reader: nothing is ever evaluated. Tuples and sets become lists,
`datetime.datetime(...)` an ISO time, any other call, `<...>` or `[Object]` its own text.
"""

from __future__ import annotations

import re
from typing import Any

CHARS_MAX = 262_144
DEPTH_MAX = 40

_SPACE = re.compile(r"\s*")
_STRING = re.compile(r"""[bBrRuU]{0,2}(?:'([^'\\]*(?:\\.[^'\\]*)*)'|"([^"\\]*(?:\\.[^"\\]*)*)")""", re.S)
_NUMBER = re.compile(r"-?(?:\d{1,400}(?:\.\d*)?(?:[eE][+-]?\d{1,3})?)")
_HIDDEN = re.compile(r"\[(?:Object|Array|Function|Circular|Getter|class)\b[^\[\]{}]{0,80}\]")
_KEY = re.compile(r"([A-Za-z_$][\w$]*)\s*(?=:)")
_MORE = re.compile(r"\s*\.\.\. \d+ more items?\s*")
_WORD = re.compile(r"[A-Za-z_][\w.]*")
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U0010[0-9a-fA-F]{4}|U000[0-9a-fA-F]{5}|.)", re.S)
_ARGUMENT = re.compile(r"\d{1,6}")
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "b": "\b", "f": "\f", "a": "\a", "v": "\v", "\n": ""}
_CLOSES = {"{": "}", "[": "]", "(": ")"}
_WORDS = {"None": None, "null": None, "True": True, "true": True, "False": False, "false": False, "undefined": None}


class _Broken(Exception):
    """Not a literal that this module reads."""


def literal_at(text: str, start: int) -> dict[str, Any] | list[Any] | None:
    """The dict or list whose repr begins at `text[start]`, or `None`."""
    if start >= len(text) or text[start] not in "{[":
        return None
    try:
        value, _ = _value(text[start : start + CHARS_MAX], 0, 0)
    except (_Broken, ValueError):
        return None
    return value if isinstance(value, dict | list) else None


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _value(text: str, at: int, depth: int) -> tuple[Any, int]:
    at = _skip(text, at)
    if depth > DEPTH_MAX or at >= len(text):
        raise _Broken
    first = text[at]
    if first == "[" and (hidden := _HIDDEN.match(text, at)) is not None:
        return hidden[0], hidden.end()
    if first in _CLOSES:
        return _container(text, at, depth)
    if (string := _STRING.match(text, at)) is not None:
        return _string(text, string)
    if (number := _NUMBER.match(text, at)) is not None:
        digits = number[0]
        return (int(digits) if digits.lstrip("-").isdigit() else float(digits)), number.end()
    if first == "<":
        end = text.find(">", at)
        if end < 0:
            raise _Broken
        return text[at : end + 1], end + 1
    return _word(text, at, depth)


def _string(text: str, string: re.Match[str]) -> tuple[str, int]:
    """A string, with those that go on with it: Node breaks long ones by `+`, Python's `pprint` by a new line."""
    pieces = [string]
    while (at := _next_piece(text, pieces[-1].end())) > 0:
        further = _STRING.match(text, at)
        if further is None:
            raise _Broken
        pieces.append(further)
    return "".join(_unescaped(p[1] if p[1] is not None else p[2]) for p in pieces), pieces[-1].end()


def _next_piece(text: str, end: int) -> int:
    at = _skip(text, end)
    broken = text[at : at + 1] == "+"
    if broken:
        at = _skip(text, at + 1)
    return at if text[at : at + 1] in ("'", '"') and (broken or "\n" in text[end:at]) else 0


def _container(text: str, at: int, depth: int) -> tuple[Any, int]:
    opening = text[at]
    closing = _CLOSES[opening]
    pairs: dict[str, Any] = {}
    items: list[Any] = []
    is_dict = opening == "{"
    at = _skip(text, at + 1)
    while at < len(text) and text[at] != closing:
        item: Any
        if is_dict and (key := _KEY.match(text, at)) is not None:
            item, at = key[1], key.end()
        elif not is_dict and (more := _MORE.match(text, at)) is not None:
            at = more.end()
            continue
        else:
            item, at = _value(text, at, depth + 1)
            at = _skip(text, at)
        if is_dict and text[at : at + 1] == ":":
            value, at = _value(text, at + 1, depth + 1)
            pairs[item if isinstance(item, str) else str(item)] = value
            at = _skip(text, at)
        else:
            items.append(item)
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)
        elif text[at : at + 1] != closing:
            raise _Broken
    if at >= len(text):
        raise _Broken
    return (items if items or not is_dict else pairs), at + 1


def _word(text: str, at: int, depth: int) -> tuple[Any, int]:
    word = _WORD.match(text, at)
    if word is None:
        raise _Broken
    name, end = word[0], word.end()
    if text[end : end + 1] != "(":
        if name not in _WORDS:
            raise _Broken
        return _WORDS[name], end
    if name.rpartition(".")[2] in ("OrderedDict", "defaultdict", "dict", "list", "set"):
        arguments, after = _container(text, end, depth + 1)
        last = arguments[-1] if arguments else {}
        if isinstance(last, list) and all(isinstance(p, list) and len(p) == 2 for p in last):
            last = {str(k): v for k, v in last}
        return last, after
    after = _call_end(text, end)
    if name.rpartition(".")[2] == "datetime":
        numbers = [int(n) for n in _ARGUMENT.findall(text[end:after].partition("tz")[0])]
        return _iso(numbers), after
    return text[at:after], after


def _call_end(text: str, at: int) -> int:
    """The place behind the bracket that closes the one at `at`; strings are jumped over."""
    depth = 0
    while at < len(text):
        char = text[at]
        if char in "'\"":
            string = _STRING.match(text, at)
            if string is None:
                raise _Broken
            at = string.end()
            continue
        depth += (char == "(") - (char == ")")
        at += 1
        if depth == 0:
            return at
    raise _Broken


def _iso(numbers: list[int]) -> str:
    """boto3 gives aware datetimes, always UTC."""
    year, month, day, hour, minute, second, micro = (numbers + [0] * 7)[:7]
    return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micro:06}Z"


def _unescaped(body: str) -> str:
    return _ESCAPE.sub(_escape, body) if "\\" in body else body


def _escape(match: re.Match[str]) -> str:
    code = match[1]
    if len(code) > 1:
        char = chr(int(code[1:], 16))
        return "\N{REPLACEMENT CHARACTER}" if "\ud800" <= char <= "\udfff" else char
    return _PLAIN.get(code, code)
