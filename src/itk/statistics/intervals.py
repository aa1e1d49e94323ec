"""An interval in which a figure lies with some confidence."""

from __future__ import annotations

from functools import cache
from statistics import NormalDist

import msgspec


class Interval(msgspec.Struct, frozen=True, gc=False):
    """Both ends belong to it."""

    low: float
    high: float

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high


@cache
def z_of(confidence: float) -> float:
    """The two-sided quantile of the normal distribution.

    >>> round(z_of(0.95), 6)
    1.959964
    """
    if not 0 < confidence < 1:
        raise ValueError(f"a confidence lies between 0 and 1, not at {confidence}")
    return NormalDist().inv_cdf((1 + confidence) / 2)
