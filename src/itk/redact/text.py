"""Text without secrets: every rule reads the original text, what they found is merged, and only then masked."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from itk.errors import UsageError
from itk.redact import nested, numbers, pairs, patterns
from itk.redact.keys import Keys
from itk.redact.masks import TOO_DEEP, Masks, outside_masks
from itk.redact.nested import Region
from itk.redact.patterns import Hit

MAX_DEPTH = 48
_CACHE_ENTRIES, _CACHE_TEXT = 20_000, 512
_HOLE = "\ue000"  # stands for a JSON value while the text around it is read


class Texts:
    """Redacts text. `value` redacts what a text holds as JSON or percent-encoded, one level deeper."""

    __slots__ = ("_cache", "_keys", "_masks", "_user_patterns", "_value")

    def __init__(
        self, keys: Keys, masks: Masks, user_patterns: Sequence[str], value: Callable[[Any, int], Any]
    ) -> None:
        self._keys = keys
        self._masks = masks
        self._user_patterns = tuple(_compiled(pattern) for pattern in user_patterns)
        self._value = value
        self._cache: dict[tuple[str, int], str] = {}

    def redact(self, text: str, depth: int = 0) -> str:
        """`text` without secrets. Redacting the result again changes nothing."""
        if not text:
            return text
        if depth > MAX_DEPTH:
            return TOO_DEEP
        short = len(text) <= _CACHE_TEXT
        if short and (known := self._cache.get((text, depth))) is not None:
            return text if known == text else known  # the very same object says: unchanged
        out = text
        for _ in range(4):  # a mask may show its neighbour in a new light; twice is rare, more was never seen
            once = self._once(out, depth)
            if once == out:
                break
            out = once
        if short and len(self._cache) < _CACHE_ENTRIES:
            self._cache[text, depth] = out
        return out

    def user_pattern_in(self, text: str) -> bool:
        """A pattern of the user speaks of this text."""
        return any(pattern.search(text) for pattern in self._user_patterns)

    def _once(self, text: str, depth: int) -> str:
        regions = nested.regions(text, lambda value: self._value(value, depth + 1))
        around, back = _around(text, regions)
        masked = [
            (back(start), back(end), hit.kind)
            for hit in (merged(self._hits(around)) if around != _HOLE else ())
            for start, end in outside_masks(around, hit.start, hit.end)
        ]
        starts = [start for start, _, _ in masked]
        edits = [(start, end, self._masks.mask(kind, text[start:end])) for start, end, kind in masked]
        for region in regions:
            n = bisect_left(starts, region.start + 1) - 1
            if (n < 0 or masked[n][1] <= region.start) and text[region.start : region.end] != region.new:
                edits.append(region)
        out, at = [], 0
        for start, end, new in sorted(edits):
            out += [text[at:start], new]
            at = end
        return "".join(out) + text[at:] if edits else text

    def _hits(self, text: str) -> Iterator[Hit]:
        for pattern in self._user_patterns:
            for found in pattern.finditer(text):
                group = "secret" if "secret" in pattern.groupindex else 0
                if found[group]:
                    yield Hit(*found.span(group), "custom")
        low = text.lower()
        for hint in self._keys.hints:
            if hint in low:
                yield from pairs.find(text, self._keys)
                break
        for rule in patterns.candidates(low):
            yield from rule.find(text)
        yield from numbers.find(text)


def merged(hits: Iterable[Hit]) -> list[Hit]:
    """Hits that overlap become one; no rule leaves the tail of another's secret."""
    out: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (h.start, -h.end)):
        if out and hit.start < out[-1].end:
            if hit.end > out[-1].end:
                out[-1] = out[-1]._replace(end=hit.end)
        else:
            out.append(hit)
    return out


def _around(text: str, regions: list[Region]) -> tuple[str, Callable[[int], int]]:
    """The text with a hole for each region, and the way back from places in it."""
    out, at, hidden = [], 0, 0
    holes: list[int] = []
    sizes = [0]
    for region in regions:
        out += [text[at : region.start], _HOLE]
        at = region.end
        holes.append(region.start - hidden)
        hidden += region.end - region.start - 1
        sizes.append(hidden)
    return "".join(out) + text[at:], lambda place: place + sizes[bisect_left(holes, place)]


def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise UsageError(
            f"`{pattern}` in ITK_REDACT_PATTERNS is no regular expression: {error}",
            fix="Python's `re` syntax holds; put a backslash before a bracket or a star that is meant literally",
        ) from None
