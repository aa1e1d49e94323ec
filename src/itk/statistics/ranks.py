"""Whether the values of one sample tend to be larger than those of another, whatever their distribution.

Mann, H. B., Whitney, D. R. (1947), Ann. Math. Stat. 18, 50-60; ties as in Hollander, Wolfe, Chicken, Nonparametric
Statistical Methods (2014), section 4.1; Holm, S. (1979), Scand. J. Statist. 6, 65-70.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import msgspec

EXACT_MAX = 50  # values in each sample; above it the approximation is as good


class Ranked(msgspec.Struct, frozen=True, kw_only=True):
    """What the test of Mann and Whitney says of two samples."""

    u: float  # in how many pairs the value of B is the larger one; equal ones count half
    p: float  # two-sided
    exact: bool  # from the distribution of U itself: small samples without ties


def mann_whitney(a: Sequence[int], b: Sequence[int]) -> Ranked:
    """Two-sided; exact up to 50 values without ties, else normal with corrections for ties and continuity."""
    if not a or not b:
        raise ValueError("a sample without values has no rank")
    u, ties = _u(a, b)
    exact = not ties and max(len(a), len(b)) <= EXACT_MAX
    return Ranked(u=u, p=_exact_p(u, len(a), len(b)) if exact else _normal_p(u, len(a), len(b), ties), exact=exact)


def least_p(n_a: int, n_b: int) -> float:
    """The smallest p that two samples of these sizes can have at all.

    >>> least_p(3, 3), round(least_p(4, 4), 3)
    (0.1, 0.029)
    """
    return min(1.0, 2 / math.comb(n_a + n_b, n_a))


def holm(ps: Sequence[float]) -> list[float]:
    """Each p as it counts beside the others: of many questions some look striking by chance.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    adjusted, most = [0.0] * len(ps), 0.0
    for rank, at in enumerate(sorted(range(len(ps)), key=ps.__getitem__)):
        most = max(most, min(1.0, ps[at] * (len(ps) - rank)))
        adjusted[at] = most
    return adjusted


@lru_cache(maxsize=64)
def arrangements(n_a: int, n_b: int) -> tuple[int, ...]:
    """In how many orders of two samples U is 0, 1, ...: the coefficients of a Gaussian binomial."""
    size = n_a * n_b + 1
    counts = [1] + [0] * (size - 1)
    for step in range(1, n_a + 1):
        for u in range(size - 1, n_b + step - 1, -1):
            counts[u] -= counts[u - n_b - step]
        for u in range(step, size):
            counts[u] += counts[u - step]
    return tuple(counts)


def _u(a: Sequence[int], b: Sequence[int]) -> tuple[float, list[int]]:
    """U of `b`, and how many values stand in each group of equal ones."""
    pooled = sorted([(value, 0) for value in a] + [(value, 1) for value in b])
    ties: list[int] = []
    ranks, start = 0.0, 0
    while start < len(pooled):
        end = start
        while end < len(pooled) and pooled[end][0] == pooled[start][0]:
            end += 1
        ranks += (start + 1 + end) / 2 * sum(side for _, side in pooled[start:end])
        ties += [end - start] if end - start > 1 else []
        start = end
    return ranks - len(b) * (len(b) + 1) / 2, ties


def _exact_p(u: float, n_a: int, n_b: int) -> float:
    counts = arrangements(n_a, n_b)
    low = int(min(u, n_a * n_b - u))
    return min(1.0, 2 * sum(counts[: low + 1]) / math.comb(n_a + n_b, n_a))


def _normal_p(u: float, n_a: int, n_b: int, ties: Sequence[int]) -> float:
    n, pairs = n_a + n_b, n_a * n_b
    equal = sum(t**3 - t for t in ties) / (n * (n - 1))
    spread = math.sqrt(pairs / 12 * max(0.0, n + 1 - equal))
    distance = abs(u - pairs / 2) - 0.5
    return 1.0 if spread == 0 or distance <= 0 else math.erfc(distance / spread / math.sqrt(2))
