"""What differs between a span and its like in another run, in finished words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from itk.model.comparison import Aspect, Change, Delta, Pair
from itk.model.wording import counted
from itk.renderers import json_form, units
from itk.renderers.text import begin, visible

Kind = Literal["same", "changed", "inserted", "removed", "moved"]
KINDS: tuple[Kind, ...] = ("same", "changed", "inserted", "removed", "moved")
MEANINGS: dict[Kind, str] = {
    "same": "in both runs, and nothing differs but what always does",
    "changed": "in both runs, not the same",
    "inserted": "only in B",
    "removed": "only in A",
    "moved": "in both runs, at another place",
}
WORDS: dict[Aspect, str] = {
    "component": "component",
    "operation": "operation",
    "kind": "kind",
    "status": "status",
    "error": "error",
    "attempts": "attempt",
    "tier": "link",
    "order": "order",
    "place": "caller",
    "latency": "latency",
    "wait": "wait",
    "request": "request",
    "response": "response",
    "tokens": "tokens",
}
_MOVES = ("order", "place")
_LENGTHS = ("latency", "wait")
_NAMED_MAX = 2  # aspects in a badge; the others are counted
_VALUE_MAX = 600
_SHORT_MAX = 80


def kind(pair: Pair) -> Kind:
    """`moved`: at another place, whatever else changed."""
    if pair.kind == "changed" and any(change.what in _MOVES for change in pair.changes):
        return "moved"
    return pair.kind


def badges(pair: Pair) -> Iterator[tuple[str, str]]:
    """Kind and text: the sign and the word of a difference, and by how much it was slower or faster."""
    match kind(pair):
        case "inserted":
            yield "inserted", "+ inserted"
        case "removed":
            yield "removed", "− removed"
        case "moved":
            yield "moved", f"↕ moved{_aspects(pair, ', ')}"
        case "changed":
            if said := _aspects(pair, ""):
                yield "changed", f"~ {said}"
    for change in pair.changes:
        delta = pair.latency if change.what == "latency" else pair.wait if change.what == "wait" else None
        if delta is not None:
            sign = "" if kind(pair) == "moved" or _aspects(pair, "") else "~ "
            wait = "wait " if change.what == "wait" else ""
            yield "slower" if delta.by_ns > 0 else "faster", f"{sign}{wait}{longer(delta)}"


def longer(delta: Delta) -> str:
    """`+312 ms, ×1.8`, `−1.2 s, ÷4`; three figures and two say it."""
    said = units.offset(delta.by_ns).replace("-", "−")
    short, long = sorted((delta.before_ns, delta.after_ns))
    if short <= 0 or long < 1.05 * short:
        return said
    times = long / short
    figures = f"{times:.1f}".removesuffix(".0") if times < 10 else f"{times:,.0f}"
    return f"{said}, {'×' if delta.by_ns > 0 else '÷'}{figures}"


def form(pair: Pair) -> dict[str, Any]:
    """What the details of a span say of its like in the other run; nothing where it has none."""
    return {
        name: value
        for name, value in (
            ("changes", [_change(change) for change in pair.changes if change.what not in _LENGTHS]),
            ("more", pair.more),
            ("latency", _lengths(pair.latency)),
            ("wait", _lengths(pair.wait)),
        )
        if value
    }


def sentence(pair: Pair) -> str:
    """What changed, on one line: `status: ok -> error; request $.text: "a" -> "b"`."""
    parts = [
        f"{what_of(change)}: {_side(change, 0)} -> {_side(change, 1)}"
        for change in pair.changes
        if change.what not in _LENGTHS
    ]
    parts += [
        f"{name} {longer(delta)} ({units.duration(delta.before_ns)} -> {units.duration(delta.after_ns)})"
        for name, delta in (("latency", pair.latency), ("wait", pair.wait))
        if delta is not None and any(change.what == name for change in pair.changes)
    ]
    return "; ".join([*parts, *([f"{counted(pair.more, 'more difference')} of payloads"] if pair.more else [])])


def what_of(change: Change) -> str:
    return f"{WORDS[change.what]} {begin(change.path, 200)}".strip()


def _aspects(pair: Pair, before: str) -> str:
    named = list(
        dict.fromkeys(WORDS[change.what] for change in pair.changes if change.what not in (*_LENGTHS, *_MOVES))
    )
    if not named:
        return ""
    more = f" +{len(named) - _NAMED_MAX}" if len(named) > _NAMED_MAX else ""
    return f"{before}{', '.join(named[:_NAMED_MAX])}{more}"


def _change(change: Change) -> dict[str, str]:
    """`before` and `after` are left out where there was nothing."""
    said = {"what": WORDS[change.what], "path": visible(change.path)}
    if change.edit != "added":
        said["before"] = _value(change.before)
    if change.edit != "removed":
        said["after"] = _value(change.after)
    return {name: text for name, text in said.items() if text or name in ("before", "after")}


def _lengths(delta: Delta | None) -> list[str] | None:
    if delta is None:
        return None
    return [
        units.duration(delta.before_ns),
        units.duration(delta.after_ns),
        longer(delta) if delta.by_ns else "the same",
    ]


def _value(value: Any) -> str:
    text = value if isinstance(value, str) else json_form.line(value).decode()
    return visible(text if len(text) <= _VALUE_MAX else f"{text[:_VALUE_MAX]}…")


def _side(change: Change, side: int) -> str:
    """The value before (0) or after (1). That there was none is another thing than `null`."""
    value, one_sided = ((change.before, "added"), (change.after, "removed"))[side]
    return "nothing" if change.edit == one_sided else begin(_value(value), _SHORT_MAX)
