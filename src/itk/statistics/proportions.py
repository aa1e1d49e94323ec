"""Rates of successes: how sure one is, how two differ, and how small a difference could be seen.

Wilson, E. B. (1927), J. Am. Stat. Assoc. 22, 209-212. Newcombe, R. G. (1998), Statistics in Medicine 17, 873-890.
"""

from __future__ import annotations

import math

from itk.statistics.intervals import Interval, z_of

_STEPS = 60  # of a bisection: far below what a percentage shows


def wilson(successes: int, n: int, *, confidence: float = 0.95) -> Interval:
    """The score interval of a rate, without correction for continuity. Good for small `n` and for rates near 0 and 1.

    >>> interval = wilson(49, 50)
    >>> round(interval.low, 3), round(interval.high, 3)
    (0.895, 0.996)
    """
    _check(successes, n)
    z, rate = z_of(confidence), successes / n
    scale = 1 + z * z / n
    centre = (rate + z * z / (2 * n)) / scale
    half = z / scale * math.sqrt(rate * (1 - rate) / n + z * z / (4 * n * n))
    # At the ends the formula is exact, but for the last bit of a float.
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    return Interval(low, 1.0 if successes == n else min(1.0, centre + half))


def newcombe(a: int, n_a: int, b: int, n_b: int, *, confidence: float = 0.95) -> Interval:
    """The interval of `a/n_a - b/n_b`, by the hybrid of two score intervals (Newcombe's method 10).

    >>> interval = newcombe(56, 70, 48, 80)
    >>> round(interval.low, 4), round(interval.high, 4)
    (0.0524, 0.3339)
    """
    one, two = wilson(a, n_a, confidence=confidence), wilson(b, n_b, confidence=confidence)
    p, q = a / n_a, b / n_b
    below = math.hypot(p - one.low, two.high - q)
    above = math.hypot(one.high - p, q - two.low)
    return Interval(max(-1.0, p - q - below), min(1.0, p - q + above))


def detectable_drop(
    successes: int, n: int, n_after: int, *, confidence: float = 0.95, power: float = 0.8
) -> float | None:
    """By how much the rate must really have fallen below `successes / n` to be shown in `n_after` tries.

    Shown: Newcombe's interval of the difference lies above 0; that happens with probability `power`. None: even no
    success at all would not show it.
    """
    _check(successes, n)
    most = next(
        (b for b in range(n_after, -1, -1) if newcombe(successes, n, b, n_after, confidence=confidence).low > 0), None
    )
    if most is None:
        return None
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(most, n_after, middle) >= power else (low, middle)
    return max(0.0, successes / n - low)


def _at_most(k: int, n: int, rate: float) -> float:
    """The probability of `k` successes or fewer."""
    if rate <= 0 or k >= n:
        return 1.0
    if rate >= 1:
        return 0.0
    logs = (
        math.lgamma(n + 1)
        - math.lgamma(i + 1)
        - math.lgamma(n - i + 1)
        + i * math.log(rate)
        + (n - i) * math.log1p(-rate)
        for i in range(k + 1)
    )
    return math.fsum(math.exp(log) for log in logs)


def _check(successes: int, n: int) -> None:
    if n < 1 or not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n} is no rate")
