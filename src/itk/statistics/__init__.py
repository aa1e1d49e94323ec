"""Figures of few runs, with how sure they are: rates, differences of rates, shifts of latency. Pure arithmetic.

Every formula is a published one, named where it stands, and tested against published values.
"""

from __future__ import annotations

from itk.statistics.intervals import Interval, z_of
from itk.statistics.proportions import detectable_drop, newcombe, wilson
from itk.statistics.ranks import Ranked, holm, least_p, mann_whitney
from itk.statistics.shift import Shift, hodges_lehmann

__all__ = [
    "Interval",
    "Ranked",
    "Shift",
    "detectable_drop",
    "hodges_lehmann",
    "holm",
    "least_p",
    "mann_whitney",
    "newcombe",
    "wilson",
    "z_of",
]
