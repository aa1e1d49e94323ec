"""What differs between two payloads, by path, with what is volatile masked.

Objects are compared key by key, lists item by item (from both ends where they are not equally long), JSON within text
as the JSON that it is. Texts, numbers and truth values are compared as `Sides` spells them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal

from itk.compare.sides import Sides
from itk.model.comparison import Aspect, Change
from itk.model.trace import Payload
from itk.reading.jsontext import DEPTH_MAX, inner

LISTED_MAX = 20  # differences of one payload
SHOWN_MAX = 400  # characters of a value
CUT_SLACK = 64  # the last characters of a payload that was cut: ids of other lengths move the cut

Edit = Literal["changed", "added", "removed"]
Path = tuple[str | int, ...]  # keys and places in lists; None: the payload as a whole
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_\-]{0,80}")


class PayloadDiff:
    """The differences of one request or response, and how many were not listed."""

    def __init__(self, sides: Sides, what: Aspect) -> None:
        self._sides, self._what = sides, what
        self.changes: list[Change] = []
        self.more = 0
        self.too_deep = False
        self.cut = False

    def compare(self, a: Payload | None, b: Payload | None) -> None:
        """Fills `changes`, sorted by path."""
        if a is None or b is None:
            if a is not b:
                whole = a or b
                assert whole is not None
                self._one_sided(None, "", whole.value, side=0 if b is None else 1)
        elif a.truncated or b.truncated:
            self.cut = True
            self._cut(a.value, b.value)
        else:
            self._value((), "", a.value, b.value)
        self.changes.sort(key=lambda change: (change.path, change.edit))

    def _value(self, path: Path, key: str, a: Any, b: Any) -> None:
        left, right = inner(a), inner(b)
        if len(path) >= DEPTH_MAX:
            self.too_deep = True
        elif isinstance(left, dict) and isinstance(right, dict):
            self._members(path, left, right)
        elif isinstance(left, list | tuple) and isinstance(right, list | tuple):
            self._items(path, key, left, right)
        elif _holds(left) or _holds(right):
            self._add("changed", path, self._shown(0, key, left), self._shown(1, key, right))
        elif not self._sides.alike(a, b, key):
            self._scalars(path, key, a, b)

    def _members(self, path: Path, a: dict[Any, Any], b: dict[Any, Any]) -> None:
        gone, new = [key for key in a if key not in b], [key for key in b if key not in a]
        renamed = self._renamed(gone, new) if gone and new else {}
        for key in sorted(a, key=str):
            other = key if key in b else renamed.get(key)
            below = (*path, str(key))
            if other is None:
                self._one_sided(below, str(key), a[key], side=0)
            else:
                self._value(below, str(key), a[key], b[other])
        taken = set(renamed.values())
        for key in sorted((key for key in new if key not in taken), key=str):
            self._one_sided((*path, str(key)), str(key), b[key], side=1)

    def _renamed(self, a: list[Any], b: list[Any]) -> dict[Any, Any]:
        """Keys that are ids: each stands for the one that it met before, else for the next that looks the same."""
        sides, found = self._sides, {}
        met = {number: key for key in b if (number := sides.number(1, str(key))) is not None}
        for key in a:
            number = sides.number(0, str(key))
            if number is not None and number in met:
                found[key] = met[number]
        taken = set(found.values())
        waiting: dict[str, list[Any]] = {}
        for key in reversed([key for key in b if key not in taken]):
            waiting.setdefault(sides.b.text(str(key)).template, []).append(key)
        for key in a:
            template = sides.a.text(str(key)).template
            if key not in found and template != key and waiting.get(template):
                found[key] = waiting[template].pop()
        return found

    def _items(self, path: Path, key: str, a: Any, b: Any) -> None:
        head, tail = 0, 0
        if len(a) != len(b):
            left, right = self._spelled(0, key, a), self._spelled(1, key, b)
            most = min(len(a), len(b))
            while head < most and left[head] == right[head]:
                head += 1
            while tail < most - head and left[-1 - tail] == right[-1 - tail]:
                tail += 1
        both = min(len(a), len(b)) - tail
        for at in range(both):
            self._value((*path, at), key, a[at], b[at])
        for at in range(both, len(a) - tail):
            self._one_sided((*path, at), key, a[at], side=0)
        for at in range(both, len(b) - tail):
            self._one_sided((*path, at), key, b[at], side=1)
        for at in range(-tail, 0):
            self._value((*path, len(b) + at), key, a[at], b[at])

    def _spelled(self, side: int, key: str, items: Any) -> list[str]:
        """The items without what is volatile, to tell which of them is new."""
        volatile = (self._sides.a, self._sides.b)[side]
        return ["\x1f".join(f"{k}={volatile.scalar(v, k).template}" for k, v in leaves(item, key)) for item in items]

    def _scalars(self, path: Path, key: str, a: Any, b: Any) -> None:
        before, after = self._sides.shown(0, a, key), self._sides.shown(1, b, key)
        if isinstance(before, str) and isinstance(after, str):
            before, after = excerpts(before, after)
        self._add("changed", path, before, after)

    def _cut(self, a: Any, b: Any) -> None:
        """Payloads that were cut when they were recorded say the same as far as both go."""
        if not (isinstance(a, str) and isinstance(b, str)):
            self._value((), "", a, b)
            return
        left, right = self._sides.a.text(a).template, self._sides.b.text(b).template
        far = max(0, min(len(left), len(right)) - CUT_SLACK)
        if left[:far] != right[:far]:
            before, after = excerpts(left[:far], right[:far])
            self._add("changed", (), before, after)

    def _one_sided(self, path: Path | None, key: str, value: Any, *, side: int) -> None:
        shown = self._shown(side, key, value)
        if side == 0:
            self._add("removed", path, shown, None)
        else:
            self._add("added", path, None, shown)

    def _shown(self, side: int, key: str, value: Any) -> Any:
        """A value in few words: a container by its leaves."""
        here = inner(value)
        if not isinstance(here, dict | list | tuple):
            shown = self._sides.shown(side, here, key)
            return excerpt(shown, 0) if isinstance(shown, str) else shown
        words: list[str] = []
        for name, leaf in leaves(here, key):
            shown = self._sides.shown(side, leaf, name)
            words.append(f"{name}: {shown}" if name != key else str(shown))
            if sum(map(len, words)) > SHOWN_MAX:
                break
        text = ", ".join(words)
        return excerpt("{" + text + "}" if isinstance(here, dict) else f"[{text}]", 0)

    def _spell(self, path: Path | None, side: int) -> str:
        """A JSONPath. Keys that are ids are masked; the last one may be of the other side."""
        words = [] if path is None else ["$"]
        for n, part in enumerate(path or (), start=1):
            if isinstance(part, int):
                words.append(f"[{part}]")
                continue
            name = self._sides.text(side if n == len(path or ()) else 0, part)
            words.append(f".{name}" if _PLAIN.fullmatch(name) else f'["{excerpt(name, 0)[:80]}"]')
        return "".join(words)

    def _add(self, edit: Edit, path: Path | None, before: Any, after: Any) -> None:
        if len(self.changes) >= LISTED_MAX:
            self.more += 1
            return
        spelled = self._spell(path, 1 if edit == "added" else 0)
        self.changes.append(Change(what=self._what, path=spelled, edit=edit, before=before, after=after))


def leaves(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """Every text, number, truth value and null within `value`, with the key that it stands under; keys sorted."""
    stack = [(key, value, 0)]
    while stack:
        name, here, depth = stack.pop()
        here = inner(here) if depth < DEPTH_MAX else here
        if isinstance(here, dict):
            stack.extend((str(k), here[k], depth + 1) for k in sorted(here, key=str, reverse=True))
        elif isinstance(here, list | tuple):
            stack.extend((name, item, depth + 1) for item in reversed(here))
        else:
            yield name, here


def excerpts(before: str, after: str) -> tuple[str, str]:
    """Both texts around the first place where they differ."""
    if len(before) <= SHOWN_MAX and len(after) <= SHOWN_MAX:
        return before, after
    at = next((n for n, (x, y) in enumerate(zip(before, after, strict=False)) if x != y), min(len(before), len(after)))
    return excerpt(before, at), excerpt(after, at)


def excerpt(text: str, at: int) -> str:
    """`text` around `at`, with how much is left out."""
    if len(text) <= SHOWN_MAX:
        return text
    start = max(0, at - SHOWN_MAX // 4)
    end = start + SHOWN_MAX
    left = f"({start:,} characters) ..." if start else ""
    right = f"... ({len(text) - end:,} characters)" if end < len(text) else ""
    return f"{left}{text[start:end]}{right}"


def _holds(value: Any) -> bool:
    return isinstance(value, dict | list | tuple)
