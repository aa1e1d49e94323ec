"""The two runs side by side: what is volatile in each, and which id of the one stands for which of the other."""

from __future__ import annotations

from typing import Any

from itk.compare.volatile import Spelled, Volatile
from itk.model.trace import Trace

# Names of resources, and what an application may fill with an order number.
_LASTING = frozenset(("agent_id", "agent_alias_id", "correlation_id"))
_GIVEN_MAX = 200  # characters of equal texts in which ids are looked for
_LENGTH_MIN = 8  # shorter ids are numbers or words that mean something else elsewhere


class Sides:
    """Spells values of both runs and remembers which ids stood at the same place.

    The first ids that meet at one place belong together from then on: another id at a later place is a difference.
    """

    def __init__(self, a: Trace, b: Trace) -> None:
        ours, theirs = _ids(a), _ids(b)
        self.a = Volatile({v: k for v, k in ours.items() if v not in theirs}, run_id=a.run_id, near=_when(a))
        self.b = Volatile({v: k for v, k in theirs.items() if v not in ours}, run_id=b.run_id, near=_when(b))
        self._numbers: tuple[dict[str, int], dict[str, int]] = ({}, {})
        self._last = 0
        self._meet(a.run_id, b.run_id)

    def alike(self, a: Any, b: Any, key: str = "") -> bool:
        """Whether two scalars say the same but for what is volatile; remembers the ids that they pair."""
        if type(a) is type(b) and a == b:
            if isinstance(a, str) and len(a) <= _GIVEN_MAX:
                for _, value in self.a.scalar(a, key).values:
                    self._meet(value, value)  # given to both, so that another one elsewhere is seen
            return True
        left, right = self.a.scalar(a, key), self.b.scalar(b, key)
        if left.template != right.template or isinstance(a, str) != isinstance(b, str):
            return _number(a) and _number(b) and a == b
        # No short cut: every id that stands here is remembered.
        met = [self._meet(x, y) for (_, x), (_, y) in zip(left.values, right.values, strict=True)]
        return all(met)

    def number(self, side: int, value: str) -> int | None:
        """Of an id that was met; equal in both runs for ids that stand for each other."""
        return self._numbers[side].get(value)

    def shown(self, side: int, value: Any, key: str = "") -> Any:
        """A scalar as a reader may compare it: `<uuid#3>`. What met nothing yet has no number."""
        volatile = (self.a, self.b)[side]
        spelled = volatile.scalar(value, key)
        if not isinstance(value, str) and "<" not in spelled.template:
            return value
        return self._numbered(side, spelled)

    def text(self, side: int, text: str) -> str:
        """A text as a reader may compare it."""
        return self._numbered(side, (self.a, self.b)[side].text(text))

    def _numbered(self, side: int, spelled: Spelled) -> str:
        text, at, out = spelled.template, 0, []
        for kind, value in spelled.values:
            number = self._numbers[side].get(value)
            place = text.find(f"<{kind}>", at)
            if place < 0:
                continue
            end = place + len(kind) + 1
            out.append(text[at:end] if number is None else f"{text[at:end]}#{number}")
            at = end
        return "".join([*out, text[at:]])

    def _meet(self, a: str, b: str) -> bool:
        left, right = self._numbers
        if a not in left and b not in right:
            self._last += 1
            left[a] = right[b] = self._last
            return True
        for numbers, value in ((left, a), (right, b)):
            if value not in numbers:
                self._last += 1
                numbers[value] = self._last
        return left[a] == right[b]


def alone(trace: Trace) -> Volatile:
    """One run by itself: digests made with it can be held against those of any other run of the case."""
    return Volatile(_ids(trace), run_id=trace.run_id, near=_when(trace))


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _ids(trace: Trace) -> dict[str, str]:
    return {
        value: kind
        for span in trace.spans
        for kind, value in span.ids.items()
        if kind not in _LASTING and len(value) >= _LENGTH_MIN
    }


def _when(trace: Trace) -> tuple[int, int] | None:
    times = [ns for span in trace.spans for ns in (span.start_ns, span.end_ns) if ns is not None]
    return (min(times), max(times)) if times else None
