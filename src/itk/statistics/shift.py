"""By how much one sample is larger than another: the median of all differences, and an interval around it.

Hodges, J. L., Lehmann, E. L. (1963), Ann. Math. Stat. 34, 598-611; the interval is Moses's, as in Hollander, Wolfe,
Chicken, Nonparametric Statistical Methods (2014), section 4.3. Values are whole numbers (ns), so that it is exact.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

from itk.statistics.intervals import Interval, z_of
from itk.statistics.ranks import EXACT_MAX, arrangements


class Shift(msgspec.Struct, frozen=True, kw_only=True):
    """How much larger B is than A."""

    estimate: float
    interval: Interval | None  # None: too few values for this confidence


def hodges_lehmann(a: Sequence[int], b: Sequence[int], *, confidence: float = 0.95) -> Shift:
    """The median of all `y - x`. The interval is what the test of Mann and Whitney would not reject."""
    if not a or not b:
        raise ValueError("a sample without values has no place")
    left, right = sorted(a), sorted(b)
    pairs = len(a) * len(b)
    middle = (_nth(left, right, (pairs - 1) // 2 + 1) + _nth(left, right, pairs // 2 + 1)) / 2
    rank = _rank(len(a), len(b), confidence)
    if rank < 1:
        return Shift(estimate=middle, interval=None)
    ends = _nth(left, right, rank), _nth(left, right, pairs + 1 - rank)
    return Shift(estimate=middle, interval=Interval(*ends))


def _rank(n_a: int, n_b: int, confidence: float) -> int:
    """Which of the differences, from either end, bounds the interval; 0: there is none."""
    pairs = n_a * n_b
    if max(n_a, n_b) > EXACT_MAX:
        return max(0, math.floor(pairs / 2 - z_of(confidence) * math.sqrt(pairs * (n_a + n_b + 1) / 12)))
    room = (1 - confidence) / 2 * math.comb(n_a + n_b, n_a)
    seen = 0
    for u, count in enumerate(arrangements(n_a, n_b)):
        seen += count
        if seen > room:
            return u
    return 0


def _nth(a: Sequence[int], b: Sequence[int], n: int) -> int:
    """The n-th smallest difference (from 1) of sorted samples, without listing all of them."""
    low, high = b[0] - a[-1], b[-1] - a[0]
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if _up_to(a, b, middle) >= n else (middle + 1, high)
    return low


def _up_to(a: Sequence[int], b: Sequence[int], most: int) -> int:
    """How many differences are at most `most`."""
    found, at = 0, 0
    for y in b:
        while at < len(a) and y - a[at] > most:
            at += 1
        found += len(a) - at
    return found
