"""How long it usually takes from one event to the next: a histogram with bins of equal mass and heavy tails."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence

import msgspec

BINS_MAX = 64
SAMPLES_A_BIN = 6  # fewer make the height of a bin chance, more blur where the gaps really lie


class Gaps(msgspec.Struct, frozen=True):
    """Gaps of `n` exact links, in nanoseconds: every bin between two of `edges` holds the same share of them."""

    n: int
    edges: tuple[float, ...]

    def expected(self) -> tuple[int, int]:
        """Where 5 and 95 % of the gaps lie."""
        return round(self._quantile(0.05)), round(self._quantile(0.95))

    def _quantile(self, share: float) -> float:
        at = share * (len(self.edges) - 1)
        low = min(int(at), len(self.edges) - 2)
        return self.edges[low] + (at - low) * (self.edges[low + 1] - self.edges[low])


def fit(samples: Sequence[int], resolution_ns: int) -> Gaps:
    """Equal-mass bins need no scale to be chosen: a call of 50 us and a batch job of an hour are the same to them."""
    spread = _spread(sorted(samples), resolution_ns)
    bins = max(1, min(BINS_MAX, len(spread) // SAMPLES_A_BIN))
    last = len(spread) - 1
    inner = [_at(spread, last * k / bins) for k in range(bins + 1)]
    inner[0] -= resolution_ns / 2
    inner[-1] += resolution_ns / 2
    return Gaps(len(spread), tuple(inner))


def _at(ordered: Sequence[float], position: float) -> float:
    low = min(int(position), len(ordered) - 1)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (position - low) * (ordered[high] - ordered[low])


def _spread(ordered: Sequence[int], resolution_ns: int) -> list[float]:
    """Equal gaps are spread over the resolution of the clock: a clock of milliseconds must not look exact."""
    spread: list[float] = []
    first = 0
    for at in range(1, len(ordered) + 1):
        if at == len(ordered) or ordered[at] != ordered[first]:
            count = at - first
            spread += [ordered[first] + resolution_ns * ((k + 0.5) / count - 0.5) for k in range(count)]
            first = at
    return spread


class Density:
    """The log-density of a gap. Beyond what was seen it falls slowly: a pause of a garbage collector is no proof."""

    __slots__ = ("_edges", "_heights", "_scale", "_tail")

    def __init__(self, gaps: Gaps, weight: float, resolution_ns: int) -> None:
        edges = gaps.edges
        bins = len(edges) - 1
        tail = 1.0 / (gaps.n + 2)
        mass = (1 - tail) / bins
        offset = math.log(weight)
        floor = resolution_ns / SAMPLES_A_BIN
        self._edges = edges
        self._heights = [offset + math.log(mass / max(b - a, floor)) for a, b in zip(edges, edges[1:], strict=False)]
        self._scale = edges[-1] - edges[0] + resolution_ns
        self._tail = offset + math.log(tail / 2 * self._scale)

    def weighted(self, weight: float) -> Density:
        """The same delays, where they follow only with the probability `weight`."""
        other = Density.__new__(Density)
        other._edges, other._scale = self._edges, self._scale
        other._heights = [height + math.log(weight) for height in self._heights]
        other._tail = self._tail + math.log(weight)
        return other

    def __call__(self, gap: float) -> float:
        at = bisect_right(self._edges, gap)
        if 0 < at < len(self._edges):
            return self._heights[at - 1]
        beyond = self._edges[0] - gap if at == 0 else gap - self._edges[-1]
        return self._tail - 2.0 * math.log(self._scale + beyond)
