"""Make a diagram short enough to be drawn: fold loops, then what lies deep, then the rest; say how much is gone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

WINDOW = 40  # the longest body of a loop, in messages
NAME = "    "


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One message. Lines with the same key say the same thing, perhaps with other times."""

    text: str
    key: str
    depth: int
    participants: tuple[int, ...] = ()
    weight: int = 1  # how many messages it stands for


def fold(lines: Sequence[Line], labels: Sequence[str], limit: int, *, top: Sequence[str], head: Sequence[str]) -> str:
    """The whole diagram if it fits into `limit` characters, else the gentlest folding that does."""
    whole = _fitting(lines, labels, limit, top, head)
    if whole is not None:
        return whole
    folded = fold_loops(lines)
    deepest = max((line.depth for line in lines), default=0)
    for depth in range(deepest, -1, -1):
        kept = folded if depth == deepest else fold_deep(folded, depth)
        gentlest = _fitting(kept, labels, limit, top, head)
        if gentlest is not None:
            return gentlest
    return _cut(kept, labels, limit, top, head)


def fold_loops(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Blocks that repeat at once become one `loop n times`; the first of them stands for all."""
    found: list[Line] = []
    keys = [line.key for line in lines]
    at = 0
    while at < len(lines):
        size, times = _repeats(keys, at)
        if times < 2:
            found.append(lines[at])
            at += 1
            continue
        body = lines[at : at + size]
        gone = sum(line.weight for line in lines[at + size : at + size * times])
        depth = min(line.depth for line in body)
        text = "\n".join(
            (f"loop {times} times - {gone} messages folded", *(f"{NAME}{line.text}" for line in body), "end")
        )
        found.append(
            Line(
                text=text,
                key=f"loop {body[0].key}",
                depth=depth,
                participants=tuple(sorted({p for line in body for p in line.participants})),
                weight=gone + sum(line.weight for line in body),
            )
        )
        at += size * times
    return tuple(found)


def fold_deep(lines: Sequence[Line], depth: int) -> tuple[Line, ...]:
    """Messages deeper than `depth` become a note in their place."""
    found: list[Line] = []
    gone, place = 0, 0
    for line in (*lines, None):
        if line is not None and line.depth > depth:
            gone += line.weight
            place = line.participants[0] if line.participants else 0
            continue
        if gone:
            words = f"Note over p{place}: {gone} deeper {'message' if gone == 1 else 'messages'} folded"
            found.append(Line(text=words, key=f"deep p{place}", depth=0, participants=(place,), weight=gone))
            gone = 0
        if line is not None:
            found.append(line)
    return tuple(found)


def _repeats(keys: list[str], at: int) -> tuple[int, int]:
    """The block at `at` that folds away most: its size and how often it stands there in a row."""
    best = (1, 1)
    last = at + min(WINDOW, (len(keys) - at) // 2)
    again = _index(keys, keys[at], at + 1, last + 1)
    while again is not None:
        size = again - at
        block = keys[at:again]
        times = 1
        while keys[at + size * times : at + size * (times + 1)] == block:
            times += 1
        if times > 1 and size * (times - 1) > best[0] * (best[1] - 1):
            best = (size, times)
        again = _index(keys, keys[at], again + 1, last + 1)
    return best


def _index(keys: list[str], key: str, start: int, stop: int) -> int | None:
    try:
        return keys.index(key, start, stop)
    except ValueError:
        return None


def _cut(lines: Sequence[Line], labels: Sequence[str], limit: int, top: Sequence[str], head: Sequence[str]) -> str:
    """The longest beginning that fits, found by halving."""
    low, high = 0, len(lines)
    while low < high:
        middle = (low + high + 1) // 2
        fits = _fitting(_with_rest(lines, middle), labels, limit, top, head) is not None
        low, high = (middle, high) if fits else (low, middle - 1)
    return _write(_with_rest(lines, low), labels, top, head)


def _with_rest(lines: Sequence[Line], count: int) -> tuple[Line, ...]:
    gone = sum(line.weight for line in lines[count:])
    place = lines[count - 1].participants[0] if count and lines[count - 1].participants else 0
    note = Line(text=f"Note over p{place}: {gone} more messages not drawn", key="rest", depth=0, participants=(place,))
    return (*lines[:count], note) if gone else tuple(lines)


def _fitting(
    lines: Sequence[Line], labels: Sequence[str], limit: int, top: Sequence[str], head: Sequence[str]
) -> str | None:
    """The diagram; None where it is too long, which the messages alone tell of a very long one."""
    if sum(len(line.text) for line in lines) > limit:
        return None
    text = _write(lines, labels, top, head)
    return text if len(text) <= limit else None


def _write(lines: Sequence[Line], labels: Sequence[str], top: Iterable[str], head: Iterable[str]) -> str:
    heads = list(head)
    used = {p for line in lines for p in line.participants} | ({0} if heads else set())
    cast = [f"participant p{at} as {label}" for at, label in enumerate(labels) if at in used]
    if not cast:
        cast = ["participant p0 as (nothing)", "Note over p0: no span was seen"]
    text = [
        f"{NAME}{row}" for entry in (*top, *cast, *heads, *(line.text for line in lines)) for row in entry.split("\n")
    ]
    return "\n".join(("sequenceDiagram", *text)) + "\n"
