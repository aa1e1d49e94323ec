"""The formulae give what was published, and what an enumeration of all cases gives."""

from __future__ import annotations

import itertools
import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itk.statistics import detectable_drop, hodges_lehmann, holm, mann_whitney, newcombe, wilson
from itk.statistics.ranks import arrangements

# Hollander and Wolfe (1973), p. 69 f.: permeability of the human chorioamnion, in hundredths.
AT_TERM = [80, 83, 189, 104, 145, 138, 191, 164, 73, 146]
EARLY = [115, 88, 90, 74, 121]
samples = st.lists(st.integers(0, 30), min_size=1, max_size=9)


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    # Newcombe (1998), Stat. Med. 17, 857-872, table I, method 3
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_as_published(successes: int, n: int, low: float, high: float) -> None:
    found = wilson(successes, n)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@pytest.mark.parametrize(
    ("a", "n_a", "b", "n_b", "low", "high"),
    # Newcombe (1998), Stat. Med. 17, 873-890, table II, method 10
    [
        (56, 70, 48, 80, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.1705, 0.8090),
        (6, 7, 2, 7, 0.0582, 0.8062),
        (5, 56, 0, 29, -0.0381, 0.1926),
        (0, 10, 0, 20, -0.1611, 0.2775),
        (0, 10, 0, 10, -0.2775, 0.2775),
        (10, 10, 0, 20, 0.6791, 1.0),
        (10, 10, 0, 10, 0.6075, 1.0),
    ],
)
def test_newcombe_as_published(a: int, n_a: int, b: int, n_b: int, low: float, high: float) -> None:
    found = newcombe(a, n_a, b, n_b)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_mann_whitney_as_in_the_textbook() -> None:
    """W = 35 for the sample at term, one-sided p = 0.1272."""
    found = mann_whitney(EARLY, AT_TERM)

    assert found.exact
    assert found.u == 35
    assert round(found.p / 2, 4) == 0.1272


def test_hodges_lehmann_as_in_the_textbook() -> None:
    """The estimate is 0.305; the interval of at least 95 % is that of every difference between."""
    found = hodges_lehmann(EARLY, AT_TERM)

    assert found.estimate == 30.5
    assert found.interval is not None
    assert (found.interval.low, found.interval.high) == (-15, 76)


def test_holm_as_published() -> None:
    assert [round(p, 4) for p in holm([0.01, 0.02, 0.03, 0.04])] == [0.04, 0.06, 0.06, 0.06]
    assert holm([]) == []


@pytest.mark.parametrize(("n_a", "n_b"), [(1, 1), (2, 3), (4, 4), (5, 2)])
def test_the_distribution_of_u_is_that_of_all_orders(n_a: int, n_b: int) -> None:
    counts = [0] * (n_a * n_b + 1)
    for places in itertools.combinations(range(n_a + n_b), n_a):
        counts[sum(place - n for n, place in enumerate(places))] += 1

    assert list(arrangements(n_a, n_b)) == counts


@given(samples, samples)
def test_the_median_of_differences_is_that_of_a_list_of_them(a: list[int], b: list[int]) -> None:
    differences = sorted(y - x for x in a for y in b)
    n = len(differences)
    found = hodges_lehmann(a, b)

    assert found.estimate == (differences[(n - 1) // 2] + differences[n // 2]) / 2
    if found.interval is not None:
        assert found.interval.holds(found.estimate)


@given(samples, samples)
def test_the_other_way_round_says_the_opposite(a: list[int], b: list[int]) -> None:
    one, two = mann_whitney(a, b), mann_whitney(b, a)

    assert math.isclose(one.p, two.p)
    assert one.u + two.u == len(a) * len(b)
    assert hodges_lehmann(a, b).estimate == -hodges_lehmann(b, a).estimate


def test_interval_and_test_agree() -> None:
    """0 lies outside the interval exactly where p is below 0.05: the one is the other, read backwards."""
    chance = random.Random(5)
    for _ in range(200):
        values = chance.sample(range(10_000), 16)
        a, b = values[:8], [value + chance.choice((0, 2_000, 4_000)) for value in values[8:]]
        interval, tested = hodges_lehmann(a, b).interval, mann_whitney(a, b)
        if not tested.exact or interval is None or 0 in (interval.low, interval.high):
            continue
        assert interval.holds(0) == (tested.p > 0.05)


@pytest.mark.parametrize("seed", range(6))
def test_as_scipy_has_it(seed: int) -> None:
    stats = pytest.importorskip("scipy.stats")
    chance = random.Random(seed)
    coarse = 40 if seed % 2 else 10**9
    a = [chance.randrange(coarse) for _ in range(12 + seed * 10)]
    b = [chance.randrange(coarse) + coarse // 5 for _ in range(9 + seed * 12)]
    found = mann_whitney(a, b)
    theirs = stats.mannwhitneyu(b, a, method="exact" if found.exact else "asymptotic")

    assert found.u == theirs.statistic
    assert math.isclose(found.p, theirs.pvalue, rel_tol=1e-9)


def test_what_could_have_been_seen() -> None:
    """The smallest number of failures that is shown, and the rate below which four of five samples show it."""
    drop = detectable_drop(50, 50, 50)

    assert drop is not None
    assert 0.08 < drop < 0.15
    assert newcombe(50, 50, round(50 * (1 - drop)), 50).low > 0
    assert detectable_drop(1, 2, 2) is None
    more, fewer = detectable_drop(200, 200, 200), detectable_drop(20, 20, 20)
    assert more is not None
    assert fewer is not None
    assert more < drop < fewer


@pytest.mark.parametrize("wrong", [(-1, 5), (6, 5), (0, 0)])
def test_what_is_no_rate_is_refused(wrong: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="is no rate"):
        wilson(*wrong)
