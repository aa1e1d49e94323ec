"""The latency of each place of the path over many runs, and whether it shifted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median

from itk.compare.samples import Sample
from itk.model.regression import Position, Range
from itk.model.rules import Rules
from itk.statistics import Ranked, hodges_lehmann, holm, least_p, mann_whitney, z_of

_POWER_Z = 0.8416212335729143  # of 80 %, one-sided


def latencies(a: Sequence[Sample], b: Sequence[Sample], rules: Rules) -> list[Position]:
    """The run as a whole first, then what shifted most surely. Places that only one side has are not among them."""
    alpha = 1 - rules.confidence
    measured = list(_measured(a, b))
    tested = [(left, right) for _, left, right in measured if least_p(len(left), len(right)) <= alpha]
    ranked = [mann_whitney(left, right) for left, right in tested]
    adjusted = iter(zip(ranked, holm([each.p for each in ranked]), strict=True))
    found = [
        _position(where, left, right, next(adjusted) if least_p(len(left), len(right)) <= alpha else None, rules)
        for where, left, right in measured
    ]
    whole, rest = found[:1], found[1:]
    return whole + sorted(rest, key=lambda position: 2.0 if position.p is None else position.p)


def _measured(a: Sequence[Sample], b: Sequence[Sample]) -> Iterator[tuple[str, list[int], list[int]]]:
    whole = [[each.took_ns for each in side if each.took_ns is not None] for side in (a, b)]
    if whole[0] and whole[1]:
        yield "", whole[0], whole[1]
    names = {key: name for each in (*a, *b) for key, name in each.names.items()}
    for key, name in names.items():
        left, right = ([each.lengths[key] for each in side if key in each.lengths] for side in (a, b))
        if left and right:
            yield name, left, right


def _position(
    where: str, left: list[int], right: list[int], ranked: tuple[Ranked, float] | None, rules: Rules
) -> Position:
    shift = hodges_lehmann(left, right, confidence=rules.confidence)
    interval = None if shift.interval is None else Range(shift.interval.low, shift.interval.high)
    return Position(
        where=where,
        n_a=len(left),
        n_b=len(right),
        median_a_ns=round(median(left)),
        median_b_ns=round(median(right)),
        shift_ns=shift.estimate,
        interval_ns=interval,
        p=None if ranked is None else ranked[0].p,
        p_holm=None if ranked is None else ranked[1],
        exact=ranked is not None and ranked[0].exact,
        shown=ranked is not None and ranked[1] <= 1 - rules.confidence,
        detectable_ns=None if interval is None else _detectable(interval, rules.confidence),
    )


def _detectable(interval: Range, confidence: float) -> float:
    """Half the interval is as many standard errors as the confidence asks for; the power asks for some more."""
    z = z_of(confidence)
    return (interval.high - interval.low) / 2 * (z + _POWER_Z) / z
