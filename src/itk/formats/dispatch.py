"""Which formats may know a record, by its first character and the keys of its JSON: the others need not be asked."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain

from itk.ports import LogFormat, PayloadFormat
from itk.reading.jsontext import Inside, document

_PRINTED = tuple(map(chr, range(0x21, 0x7F)))  # behind anything else, white space above all, any format may begin
_KEYS_MAX = 64
_SHAPES_MAX = 1_024  # a function logs few shapes of objects, again and again


class Dispatch:
    """The formats to ask about a record, in their order: asking all of them would give the same answer."""

    def __init__(self, formats: tuple[LogFormat, ...]) -> None:
        self._all = formats
        self._by_first = {first: tuple(f for f in formats if not f.begins or first in f.begins) for first in _PRINTED}
        self._by_keys = lru_cache(maxsize=_SHAPES_MAX)(self._of_object)

    def __call__(self, message: str) -> tuple[LogFormat, ...]:
        first = message[:1]
        if first == "{":
            body = document(message)
            if isinstance(body, dict) and len(body) <= _KEYS_MAX:
                return self._by_keys(tuple(body))
        return self._by_first.get(first, self._all)

    def _of_object(self, keys: tuple[str, ...]) -> tuple[LogFormat, ...]:
        return tuple(f for f in self._by_first["{"] if not f.keys or not set(f.keys).isdisjoint(keys))


def holding(payloads: tuple[PayloadFormat, ...], inside: Sequence[Inside]) -> tuple[PayloadFormat, ...]:
    """The payloads of which one of the objects in a line has a key."""
    keys = tuple(chain.from_iterable(found for _, found in inside))
    return (_remembered if len(keys) <= _KEYS_MAX else _with_keys)(payloads, keys)


def _with_keys(payloads: tuple[PayloadFormat, ...], keys: tuple[str, ...]) -> tuple[PayloadFormat, ...]:
    return tuple(each for each in payloads if not each.keys or not set(each.keys).isdisjoint(keys))


_remembered = lru_cache(maxsize=_SHAPES_MAX)(_with_keys)
