"""Lines of `key=value`: Go's `slog.TextHandler`, logrus, go-kit, everything that is called logfmt.

    time=2026-11-22T07:31:02.120Z level=INFO msg="order accepted" requestId=7f0c2a52-3d0f-4c7e-9a55-0b6f1c9f7a11
    level=warn ts=2026-11-22T07:31:02.120131Z caller=main.go:9 msg="slow table"

The fields are read as if they had come as JSON. A line counts that begins with the time, level or message and has two
of them; other words with an equals sign are text.
"""

from __future__ import annotations

import re

from itk.model.evidence import Line, LogEvent
from itk.reading.logfields import LEVEL_KEYS, MESSAGE_KEYS, TIME_KEYS, json_line

_FIRST = tuple(f"{key}=" for key in (*TIME_KEYS, *LEVEL_KEYS, *MESSAGE_KEYS))
_KNOWN = frozenset((*TIME_KEYS, *LEVEL_KEYS, *MESSAGE_KEYS))
_PAIR = re.compile(r'([A-Za-z_@][\w.@-]{0,100})=("[^"\\]*(?:\\.[^"\\]*)*"|[^\s"]*)(?:\s+|$)', re.S)
_ESCAPE = re.compile(r'\\(["\\nt])')
_PLAIN = {"n": "\n", "t": "\t"}
_PAIRS_MAX = 200


class KeyValueText:
    """Lines that are nothing but `key=value`."""

    name = "key_value_text"
    begins = "".join({key[0] for key in _FIRST})
    keys: tuple[str, ...] = ()

    def read(self, event: LogEvent) -> tuple[Line, ...] | None:
        message = event.message
        if not message.startswith(_FIRST):
            return None
        fields = _fields(message)
        if fields is None or len(_KNOWN.intersection(fields)) < 2:
            return None
        return (json_line(event, self.name, fields),)


def _fields(message: str) -> dict[str, str] | None:
    fields: dict[str, str] = {}
    at = 0
    while at < len(message) and len(fields) < _PAIRS_MAX:
        pair = _PAIR.match(message, at)
        if pair is None:
            return None
        fields.setdefault(pair[1], _value(pair[2]))
        at = pair.end()
    return fields


def _value(said: str) -> str:
    if not said.startswith('"'):
        return said
    return _ESCAPE.sub(lambda escape: _PLAIN.get(escape[1], escape[1]), said[1:-1])


FORMAT = KeyValueText()
