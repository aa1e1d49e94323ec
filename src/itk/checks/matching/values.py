"""Values of a run and of a case: what they are called, when two are the same, and how a message shows one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from itk.model.problem import show

SHOWN_MAX = 120  # characters of a value that a message shows
_WORD = re.compile(r"[A-Za-z_*][\w:./@*+-]*")


def kind_of(value: Any) -> str:
    """What a value is, in a user's words. `null` is no value.

    >>> [kind_of(v) for v in (None, True, 1.5, "a", [], {})]
    ['no value', 'truth value', 'number', 'text', 'list', 'object']
    """
    if value is None:
        return "no value"
    if isinstance(value, bool):
        return "truth value"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "text"
    return "list" if isinstance(value, list | tuple) else "object"


def same(value: Any, wanted: Any) -> bool:
    """Are both of one type, and equal in every part? `1` is `1.0`, but neither `"1"` nor `true`."""
    if kind_of(value) != kind_of(wanted):
        return False
    if isinstance(wanted, dict):
        return value.keys() == wanted.keys() and all(same(value[key], item) for key, item in wanted.items())
    if isinstance(wanted, list | tuple):
        return len(value) == len(wanted) and all(map(same, value, wanted))
    return bool(value == wanted)


def holds_part(value: Any, wanted: Any) -> bool:
    """Is all of `wanted` in `value`? Objects may have more keys, lists more items, in any order."""
    if isinstance(wanted, dict):
        return isinstance(value, dict) and all(
            key in value and holds_part(value[key], item) for key, item in wanted.items()
        )
    if isinstance(wanted, list | tuple):
        return isinstance(value, list | tuple) and all(any(holds_part(v, item) for v in value) for item in wanted)
    return same(value, wanted)


def shown(value: Any, limit: int = SHOWN_MAX) -> str:
    """A value as a message shows it, however large it is: a plain word as it is, anything else as JSON.

    >>> shown("lambda:intake"), shown("two words"), shown("5"), shown({"a": [1, None]})
    ('lambda:intake', '"two words"', '"5"', '{"a": [1, null]}')
    """
    if isinstance(value, str) and _WORD.fullmatch(value[: limit + 1]) and value not in ("true", "false", "null"):
        return show(value, limit)
    written = ""
    for piece in _pieces(value, limit):
        written += piece
        if len(written) > limit:
            break
    return show(written, limit)


def named(value: Any, limit: int = SHOWN_MAX) -> str:
    """A value with its type: `the text "5"`."""
    return "no value" if value is None else f"the {kind_of(value)} {shown(value, limit)}"


def _pieces(value: Any, limit: int) -> Iterator[str]:
    """The JSON of `value`, bit by bit: whoever has read enough stops, so depth and size cost nothing."""
    if isinstance(value, dict):
        yield "{"
        for at, (key, item) in enumerate(islice(value.items(), limit)):
            yield f"{', ' if at else ''}{_scalar(str(key), limit)}: "
            yield from _pieces(item, limit)
        yield "}"
    elif isinstance(value, list | tuple):
        yield "["
        for at, item in enumerate(value[:limit]):
            yield ", " if at else ""
            yield from _pieces(item, limit)
        yield "]"
    else:
        yield _scalar(value, limit)


def _scalar(value: Any, limit: int) -> str:
    if isinstance(value, str):
        return json.dumps(value[: limit + 1], ensure_ascii=False)
    if value is None or isinstance(value, bool | int | float):
        return json.dumps(value)
    return str(value)[: limit + 1]
