"""`Times` says of many at once what a look at each pair says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from itk.checks.matching.times import Times
from itk.model.trace import Span
from tests.checks.build import span


def follows(later: Span, earlier: Span) -> bool | None:
    """Did `later` start when `earlier` had ended?"""
    if later.start_ns is None or earlier.end_ns is None:
        return None
    if later.start_ns >= earlier.end_ns + (earlier.time_precision_ns or 1):
        return True
    return False if earlier.end_ns >= later.start_ns + (later.time_precision_ns or 1) else None


def any_of(answers: list[bool | None]) -> bool | None:
    return True if True in answers else None if None in answers else False


times = st.one_of(st.none(), st.integers(0, 6))
spans = st.builds(lambda start, end, step: (start, end, step), times, times, st.sampled_from([None, 1, 3]))


@given(st.lists(spans, max_size=5), spans, st.booleans())
def test_says_what_each_pair_says(told: list[tuple[int, int, int]], one: tuple[int, int, int], among: bool) -> None:
    others = [span(f"o{at}", start_ns=s, end_ns=e, time_precision_ns=p) for at, (s, e, p) in enumerate(told)]
    asked = span("asked", start_ns=one[0], end_ns=one[1], time_precision_ns=one[2])
    held = Times([*others, asked] if among else others)

    assert held.one_ended_before(asked) == any_of([follows(asked, other) for other in others])
    assert held.one_started_after(asked) == any_of([follows(other, asked) for other in others])
