"""Field paths: `attributes."http.status_code"`, `request.Item.orderId.S`, `body.items[0].sku`."""

from __future__ import annotations

import re
from typing import Any

import msgspec

PATH_MAX = 300  # characters
STEPS_MAX = 32
JSON_TEXT_MAX = 1_000_000  # a longer text is not looked into

# A name in quotes, which may hold anything; an index; a bare name.
_STEP = re.compile(r'"((?:[^"\\]|\\.)*)"|\[(-?[0-9]{1,6})\]|([^."\[\]]+)', re.DOTALL)


class PathError(Exception):
    """A text that is no path: what is wrong with it, and how to write it."""

    def __init__(self, what: str, fix: str) -> None:
        super().__init__(what)
        self.what, self.fix = what, fix


class Path(msgspec.Struct, frozen=True):
    """The way to a field: names and indices of lists."""

    text: str
    steps: tuple[str | int, ...]

    @property
    def in_ms(self) -> bool:
        """Is the field a length of time by its name?"""
        return isinstance(self.steps[-1], str) and self.steps[-1].endswith("_ms")


def read_path(text: str) -> Path:
    """The steps of a path as it is written. Raises `PathError`.

    >>> read_path('attributes."http.status_code"').steps, read_path("items[-1].sku").steps
    (('attributes', 'http.status_code'), ('items', -1, 'sku'))
    """
    if len(text) > PATH_MAX:
        raise PathError(f"this path is longer than {PATH_MAX} characters", "shorten it")
    steps: list[str | int] = []
    at = 0
    while at < len(text):
        if text[at] == "." and steps:
            at += 1
        elif text[at] != "[" and steps:
            raise _unreadable(text, at)
        match = _STEP.match(text, at)
        if match is None:
            raise _unreadable(text, at)
        steps.append(_step(match))
        at = match.end()
    if not steps or text.endswith("."):
        raise _unreadable(text, len(text))
    if len(steps) > STEPS_MAX:
        raise PathError(f"this path has more than {STEPS_MAX} steps", "shorten it")
    return Path(text, tuple(steps))


def look_up(value: Any, steps: tuple[str | int, ...]) -> Any:
    """What stands at the end of `steps`; `None` where nothing does. A text that holds JSON is looked into."""
    for step in steps:
        value = _inside(_opened(value) if isinstance(value, str) else value, step)
        if value is None:
            return None
    return value


def _inside(value: Any, step: str | int) -> Any:
    if isinstance(value, dict):
        return value.get(step if isinstance(step, str) else str(step))
    if isinstance(value, list | tuple):
        try:
            return value[int(step)]
        except (ValueError, IndexError):
            return None
    return None


def _opened(text: str) -> Any:
    """API Gateway, SNS and SQS carry JSON as text."""
    if text.lstrip()[:1] not in ("{", "[") or len(text) > JSON_TEXT_MAX:
        return None
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None


def _step(match: re.Match[str]) -> str | int:
    quoted, index, bare = match.groups()
    if index is not None:
        return int(index)
    return bare if bare is not None else re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL)


def _unreadable(text: str, at: int) -> PathError:
    where = f"at character {at + 1}" if at < len(text) else "at its end"
    return PathError(
        f"this path cannot be read {where}",
        'write names with dots between them, `[0]` for items of lists, and a name that has dots in quotes: a."b.c"[0]',
    )
