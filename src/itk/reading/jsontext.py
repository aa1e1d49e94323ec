"""JSON that hides in text: whole lines, objects behind a prefix, strings that hold JSON again, and Python's `repr`.

Nothing here raises on what a log may hold: lone surrogates, `NaN`, numbers without end, nesting without end.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import msgspec

from itk.reading.reprtext import literal_at

Json = dict[str, Any] | list[Any]
Inside = tuple[tuple[str, ...], dict[str, Any]]  # the keys that lead to an object, and the object

DEPTH_MAX = 64  # deeper documents are text to us: whoever walks them next may recurse
OBJECTS_MAX = 2_000  # objects that `objects` looks at in one line
STARTS_MAX = 3  # places in a line where `embedded` tries

_OPENERS = frozenset("{[")
_CONTAINERS = frozenset((dict, list))
_MAY_HOLD = _CONTAINERS | {str}
_ENDS = frozenset(("{}", "[]"))
_JSON = msgspec.json.Decoder()


def clean(text: str) -> str:
    """`text` with every lone surrogate replaced, so that it can be written as UTF-8."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text


@lru_cache(maxsize=4)
def document(text: str) -> Json | None:
    """The object or array that is the whole of `text`, or `None`.

    Parsed once, however many formats ask, so it is shared: never change it.
    """
    stripped = text.strip()
    if stripped[:1] + stripped[-1:] not in _ENDS:
        return None
    try:
        value = _JSON.decode(clean(stripped))
    except RecursionError:
        return None
    except (msgspec.DecodeError, msgspec.ValidationError):
        value = _lenient(stripped)
    return _bounded(value, stripped)


def embedded(text: str) -> Json | None:
    """The first JSON object, array of objects, or Python dict within `text`: `Received event: {...}`."""
    whole = document(text)
    if whole is not None:
        return whole
    start = -1
    for _ in range(STARTS_MAX):
        start = _next_start(text, start + 1)
        if start < 0:
            return None
        value = value_at(text, start)
        if value is not None:
            return value
    return None


def inner(value: Any) -> Any:
    """`value`, or what it says if it is a string that holds an object or array."""
    if isinstance(value, str) and value[:1] in _OPENERS:
        parsed = document(value)
        return value if parsed is None else parsed
    return value


def objects(value: Any, depth: int) -> list[Inside]:
    """Every object in `value`, outer ones first, with the keys that lead there; strings that hold JSON are opened.

    `depth` counts keys; an array adds none.
    """
    found: list[Inside] = []
    waiting: list[tuple[tuple[str, ...], Any]] = [((), value)]
    for path, item in waiting:  # which grows on the way
        if type(item) is str:
            item = inner(item)
        if type(item) is dict:
            found.append((path, item))
            if len(found) == OBJECTS_MAX:
                break
            if len(path) < depth:
                for key, below in item.items():
                    if below[:1] in _OPENERS if type(below) is str else type(below) in _CONTAINERS:
                        waiting.append(((*path, key), below))
        elif type(item) is list:
            waiting += [(path, each) for each in item[:OBJECTS_MAX] if type(each) in _MAY_HOLD]
    return found


def compact(value: Any) -> str:
    """`value` as one line of JSON; text stays as it is."""
    if isinstance(value, str):
        return value
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, default=str)


def _lenient(text: str) -> Any:
    """What Python and JavaScript loggers write and JSON forbids: `NaN`, half of a surrogate pair, `1e999`."""
    try:
        return _scrubbed(json.loads(text, parse_constant=str), 0)
    except (ValueError, RecursionError):
        return None


def _scrubbed(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return clean(value)
    if depth > DEPTH_MAX:
        return None
    if isinstance(value, list):
        return [_scrubbed(v, depth + 1) for v in value]
    if isinstance(value, dict):
        return {clean(k): _scrubbed(v, depth + 1) for k, v in value.items()}
    if isinstance(value, float) and value - value != 0.0:  # infinite: no JSON number says that
        return str(value)
    return value


def _bounded(value: Any, text: str) -> Json | None:
    if not isinstance(value, dict) and not isinstance(value, list):
        return None
    if text.count("{") + text.count("[") > DEPTH_MAX and _depth(value) > DEPTH_MAX:
        return None
    return value


def _depth(value: Json) -> int:
    level: list[Any] = [value]
    depth = 0
    while level and depth <= DEPTH_MAX:
        depth += 1
        below: list[Any] = []
        for item in level:
            below.extend(v for v in (item.values() if isinstance(item, dict) else item) if isinstance(v, dict | list))
        level = below
    return depth


def _next_start(text: str, start: int) -> int:
    """Where an object may begin: `{`, or `[` just before one."""
    at = text.find("{", start)
    return at - 1 if at > start and text[at - 1] == "[" else at


def value_at(text: str, start: int) -> Json | None:
    """The JSON, Python `repr` or Node `inspect` of an object or array that begins at `text[start]`, or `None`."""
    try:
        value, end = _DECODER.raw_decode(text, start)
    except (ValueError, RecursionError):
        return literal_at(text, start)
    return _bounded(_scrubbed(value, 0), text[start:end])


_DECODER = json.JSONDecoder(parse_constant=str)
