"""What differs between any two runs, as it looks in text: ids, times, durations, log streams, ports.

`Volatile` knows one run: its own ids, and when it took place. Each find becomes a placeholder that keeps the kind,
`<uuid>`; the values are given beside it, so that a swapped id is still seen. What has no such shape is business.

Every pattern starts behind an edge and what it repeats without bound it never gives back: linear on any text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from itk.compare.volatile_keys import kind_by_key
from itk.compare.words import kind_of_word
from itk.reading.timetext import unix_ns

DAY_NS = 86_400 * 1_000_000_000
NEAR_NS = 2 * DAY_NS  # bare numbers and dates are times if they are that near to the run
TEXT_IDS_MAX = 100  # own ids without a shape of their own that are looked for within texts

# Two of these are the same or not. The others (times, ...) may be equal by chance, or by a warm container.
_IDENTITIES = frozenset(("run", "uuid", "id", "trace"))

_UUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
_ZONE = r"(?:\s?(?:Z|UTC|GMT|[+-]\d\d:?\d\d)(?![A-Za-z0-9]))?"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_CLOCK = r"\d\d:\d\d(?::\d\d(?:[.,]\d{1,12})?)?"

_SHAPES: dict[str, str] = {
    "redacted": r"\[redacted:[a-z0-9-]{1,40}(?:#[0-9a-f]{6})?\]",
    "stream": r"\d{4}/\d\d/\d\d/[\w\-]{0,64}\[[\w$.]{1,64}\][0-9a-f]{8,64}",
    "time": rf"\d{{4}}[-/]\d\d[-/]\d\d[T _]{_CLOCK}{_ZONE}"
    r"|\d{8}T\d{6}(?:\.\d{1,9})?Z"
    rf"|(?:[A-Z][a-z]{{2}}, )?\d\d?[ /-]{_MONTH}[ /-]\d{{4}}[: ]{_CLOCK}{_ZONE}"
    rf"|(?:[A-Z][a-z]{{2}} )?{_MONTH} {{1,2}}\d\d? \d\d:\d\d:\d\d (?:UTC |GMT )?\d{{4}}",
    "date": r"\d{4}-\d\d-\d\d(?![\w-])",
    "trace": r"1-[0-9a-fA-F]{8}-[0-9a-fA-F]{24}",
    "uuid": _UUID,
    "run": r"itk-[0-9a-f]{20}(?![0-9A-Za-z])",
    "port": r"(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]|host\.docker\.internal):\d{2,5}(?!\d)",
    "execution": r"arn:aws[a-z\-]{0,20}:states:[a-z0-9\-]{0,30}:\d{0,12}:(?:execution|express):[\w\-]{1,80}"
    r":[\w\-:.]{1,200}",
    "call": r"(?:toolu|tooluse|toolu_bdrk|call|req|msg|resp|chatcmpl)[_-][A-Za-z0-9_\-]{16,}+",
    "handle": r"AQEB[A-Za-z0-9+/]{40,}+={0,2}",
    "duration": r"\d{1,12}(?:\.\d{1,9})?(?: ?(?:ms|msecs?|milliseconds?)|µs|us|ns)(?![A-Za-z0-9])"
    r"|\d{1,12}\.\d{1,9} ?(?:s|secs?|seconds?)(?![A-Za-z0-9])",
    "epoch": r"\d{10}\.\d{1,9}(?![0-9A-Za-z])",
    "word": r"[A-Za-z0-9]{8,}+",
}
_SPOKEN = {"stream": "log-stream", "handle": "receipt-handle", "call": "id", "epoch": "time"}
_EDGE = r"(?<![A-Za-z0-9])"


class Spelled(NamedTuple):
    """A text with placeholders, and what they stand for: (kind, value), in order, of what has an identity."""

    template: str
    values: tuple[tuple[str, str], ...]


class Volatile:
    """Finds what is volatile in the texts and values of one run."""

    def __init__(self, ids: Mapping[str, str], *, run_id: str = "", near: tuple[int, int] | None = None) -> None:
        """`ids`: values of ids and their kinds. `near`: when the run took place, in Unix ns."""
        self._ids = ids
        self._run_id = run_id
        self._near = None if near is None else (near[0] - NEAR_NS, near[1] + NEAR_NS)
        shapes = [f"(?P<{kind}>{shape})" for kind, shape in _SHAPES.items()]
        odd = sorted((value for value in ids if not _has_shape(value)), key=lambda value: (-len(value), value))
        self.not_in_texts = max(0, len(odd) - TEXT_IDS_MAX)
        own = "|".join(re.escape(value) for value in odd[:TEXT_IDS_MAX])
        named = [f"(?P<own>(?:{own})(?![A-Za-z0-9]))"] if own else []
        self._pattern = re.compile(_EDGE + "(?:" + "|".join(named + shapes) + ")", re.ASCII)

    def text(self, text: str) -> Spelled:
        """`text` with a placeholder for each volatile part."""
        if len(text) < 5:
            return Spelled(text, ())
        if text in self._ids or (self._run_id and text == self._run_id):
            return self._whole(self.kind_of(text), text)
        values: list[tuple[str, str]] = []

        def placeholder(found: re.Match[str]) -> str:
            return self._placeholder(found, values)

        return Spelled(self._pattern.sub(placeholder, text), tuple(values))

    def scalar(self, value: Any, key: str = "") -> Spelled:
        """A text, number, truth value or null that stands under `key`."""
        if value is None or isinstance(value, bool):
            return Spelled(repr(value), ())
        kind = kind_by_key(key, value) if key else None
        if kind is not None:
            return self._whole(self.kind_of(value) if kind == "id" else kind, str(value))
        if isinstance(value, str):
            return self.text(value)
        return Spelled("<time>" if self._is_near(value) else repr(value), ())

    def kind_of(self, value: str) -> str:
        """How an id of this run is called in a placeholder."""
        if value == self._run_id:
            return "run"
        shape = _WHOLE.fullmatch(value)
        return shape.lastgroup or "id" if shape else "id"

    def _whole(self, kind: str, text: str) -> Spelled:
        return Spelled(f"<{kind}>", ((kind, text),) if kind in _IDENTITIES else ())

    def _placeholder(self, found: re.Match[str], values: list[tuple[str, str]]) -> str:
        shape, text = found.lastgroup or "", found[0]
        kept = ""
        match shape:
            case "own":
                kind: str | None = self.kind_of(text)
            case "redacted":
                inner, _, tag = text[1:-1].partition("#")
                if tag:
                    values.append((inner, text))
                return f"<{inner}>"
            case "port" | "execution":
                # The host and the state machine stay; the port and the name of the execution do not.
                cut = text.rindex(":") if shape == "port" else _nth(text, ":", 7)
                kept, text = text[: cut + 1], text[cut + 1 :]
                kind = "port" if shape == "port" else "id"
            case "call":
                kind = "id" if any(len(part) >= 16 and _DIGIT.search(part) for part in _PARTS.split(text)) else None
            case "date":
                kind = "date" if self._is_near(f"{text}T00:00") else None
            case "epoch":
                kind = "time" if self._is_near(text) else None
            case "word":
                kind = "time" if text.isdigit() and self._is_near(text) else kind_of_word(text)
            case _:
                kind = _SPOKEN.get(shape, shape)
        if kind is None:
            return found[0]
        if kind in _IDENTITIES:
            values.append((kind, text))
        return f"{kept}<{kind}>"

    def _is_near(self, value: float | str) -> bool:
        if self._near is None:
            return False
        ns = unix_ns(value)
        return ns is not None and self._near[0] <= ns <= self._near[1]


def _nth(text: str, mark: str, n: int) -> int:
    """Where the n-th `mark` stands."""
    at = -1
    for _ in range(n):
        at = text.index(mark, at + 1)
    return at


_DIGIT = re.compile(r"[0-9]")
_PARTS = re.compile(r"[_-]")
_WHOLE = re.compile(rf"(?P<uuid>{_UUID})|(?P<trace>{_SHAPES['trace']})|(?P<run>{_SHAPES['run']})")
_ALL_SHAPES = re.compile("|".join(shape for kind, shape in _SHAPES.items() if kind not in ("word", "duration")), re.A)


def _has_shape(value: str) -> bool:
    return _ALL_SHAPES.fullmatch(value) is not None or (value.isalnum() and kind_of_word(value) is not None)
