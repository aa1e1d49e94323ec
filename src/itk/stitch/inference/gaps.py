"""How long it usually takes from one event to the next: a histogram with bins of equal mass and heavy tails."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

import msgspec

BINS_MAX = 64
SHARPEST = 25  # a bin is not believed to be narrower than this part of the clock's resolution


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
    bins = min(BINS_MAX, math.isqrt(len(spread)))  # the usual square-root rule
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
    """The log-density of a gap: straight lines between the middles of the bins.

    Beyond what was seen it falls slowly: a pause of a garbage collector is no proof of anything.
    """

    __slots__ = ("_heights", "_middles", "_scale", "_slopes", "_tail")

    def __init__(self, gaps: Gaps, weight: float, resolution_ns: int) -> None:
        edges = gaps.edges
        bins = list(pairwise(edges))
        floor = resolution_ns / SHARPEST
        share = math.log(weight * gaps.n / (gaps.n + 1) / len(bins))
        heights = [share - math.log(max(b - a, floor)) for a, b in bins]
        self._middles = [edges[0], *((a + b) / 2 for a, b in bins), edges[-1]]
        self._heights = [heights[0], *heights, heights[-1]]
        self._slopes = _slopes(self._middles, self._heights)
        self._scale = edges[-1] - edges[0] + resolution_ns
        self._tail = math.log(weight / (gaps.n + 1) / 2 * self._scale)

    def weighted(self, weight: float) -> Density:
        """The same delays, where they follow only with the probability `weight`."""
        other = Density.__new__(Density)
        other._middles, other._scale, other._slopes = self._middles, self._scale, self._slopes
        other._heights = [height + math.log(weight) for height in self._heights]
        other._tail = self._tail + math.log(weight)
        return other

    def __call__(self, gap: float) -> float:
        middles = self._middles
        at = bisect_right(middles, gap)
        if 0 < at < len(middles):
            return self._heights[at - 1] + self._slopes[at - 1] * (gap - middles[at - 1])
        beyond = middles[0] - gap if at == 0 else gap - middles[-1]
        return self._tail - 2.0 * math.log(self._scale + beyond)


def _slopes(at: Sequence[float], heights: Sequence[float]) -> list[float]:
    points = pairwise(zip(at, heights, strict=True))
    return [(high - low) / (after - before) if after > before else 0.0 for (before, low), (after, high) in points]
