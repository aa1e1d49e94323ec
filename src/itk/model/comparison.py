"""What differs between two runs: their spans side by side, and for each pair what is not the same.

Spans are named by their index in each run's `trace.spans`. Values of payloads are masked: `<uuid#3>` is one id, the
same wherever it stands, and `#3` of the one run takes the place of `#3` of the other.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

PairKind = Literal["same", "changed", "inserted", "removed"]
Aspect = Literal[
    "component",
    "operation",
    "kind",
    "status",
    "error",
    "attempts",
    "tier",  # how sure the link to the parent is
    "order",  # it stands before what it stood after
    "place",  # another parent, though the old one is still there
    "latency",
    "wait",  # how long a message lay before somebody took it up
    "request",
    "response",
    "tokens",
]


class Tolerance(msgspec.Struct, frozen=True, kw_only=True):
    """How much slower or faster counts as a change: more than both. The deltas are told in any case."""

    relative: float = 0.5  # of the shorter time
    absolute_ns: int = 100_000_000


class Change(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One thing that is not the same. `edit` is about what `path` names: it was not there before, or is not now."""

    what: Aspect
    path: str = ""  # within a payload: `$.items[0].sku`; of tokens the field: `input_tokens`
    edit: Literal["changed", "added", "removed"] = "changed"
    before: Any = None
    after: Any = None


class Delta(msgspec.Struct, frozen=True, gc=False):
    """A length of time in both runs."""

    before_ns: int
    after_ns: int

    @property
    def by_ns(self) -> int:
        """How much longer it took in the second run."""
        return self.after_ns - self.before_ns


class Pair(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One place of the common diagram. `a` is None where the span is only in B, `b` where it is only in A."""

    a: int | None
    b: int | None
    parent: int | None  # the pair that it hangs under, by its index in `pairs`
    kind: PairKind
    changes: tuple[Change, ...] = ()
    more: int = 0  # differences of payloads that are not listed, for there are too many
    latency: Delta | None = None  # None: one of the two did not say
    wait: Delta | None = None
    again: bool = False  # inserted or removed with an attempt more or less at the same piece of work


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """One of the two runs."""

    run_id: str
    trace_id: str
    spans: int
    path: str  # the path signature: equal for runs that took the same way
    folded: int = 0  # attempts that the path leaves out, because a later one stands for them


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Two runs in one diagram: B's spans in B's order, and those that only A has where they stood.

    Every span of A and of B is in exactly one pair; a parent's pair comes before those of its children.
    """

    a: Side
    b: Side
    pairs: tuple[Pair, ...] = ()
    counts: dict[PairKind, int] = {}
    aspects: dict[Aspect, int] = {}  # in how many pairs that changed
    tolerance: Tolerance = Tolerance()
    limits: tuple[str, ...] = ()  # what was not looked at, or less closely, in sentences

    @property
    def alike(self) -> bool:
        """Nothing differs but what differs between any two runs."""
        return all(pair.kind == "same" for pair in self.pairs)
