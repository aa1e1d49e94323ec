"""Shards are parts of the whole that take about equally long; shuffling is repeatable."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itk.errors import UsageError
from itk.model.suite import Shard
from itk.workflows.suite.balance import parse_shard, shards, shuffled

names = st.lists(st.text("abcdefgh", min_size=1, max_size=4), unique=True, max_size=30)
lengths = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=4), st.floats(0, 1e6), max_size=30)


@given(names, lengths, st.integers(1, 8))
def test_shards_share_out_every_case_once_and_keep_the_order(ids: list[str], took: dict[str, float], of: int) -> None:
    parts = shards(ids, took, of)

    assert len(parts) == of
    assert sorted(itertools.chain(*parts)) == sorted(ids)
    assert all(list(part) == [each for each in ids if each in part] for part in parts)


@given(names, lengths, st.integers(1, 8), st.randoms(use_true_random=False))
def test_each_machine_computes_the_same_shards(ids: list[str], took: dict[str, float], of: int, random) -> None:  # type: ignore[no-untyped-def]
    """Directories are listed in any order, and whoever merges expects no overlap."""
    other = list(ids)
    random.shuffle(other)

    assert [set(part) for part in shards(ids, took, of)] == [set(part) for part in shards(other, took, of)]


@given(st.lists(st.integers(1, 100), min_size=1, max_size=7), st.integers(1, 3))
def test_the_longest_shard_is_at_most_four_thirds_of_the_best(times: list[int], of: int) -> None:
    took = {f"case-{n}": float(time) for n, time in enumerate(times)}
    longest = max(sum(took[each] for each in part) for part in shards(list(took), took, of))
    ways = itertools.product(range(of), repeat=len(times))
    best = min(
        max(sum(t for t, at in zip(times, way, strict=True) if at == part) for part in range(of)) for way in ways
    )

    assert longest <= best * (4 / 3 - 1 / (3 * of)) + 1e-9


def test_a_case_that_never_ran_counts_as_long_as_the_median_of_the_others() -> None:
    took = {"a": 10.0, "b": 10.0, "long": 1000.0}

    assert shards(["a", "b", "long", "new"], took, 2) == (("long",), ("a", "b", "new"))


def test_cases_of_which_nothing_is_known_are_shared_out_evenly() -> None:
    assert [len(part) for part in shards([f"c{n}" for n in range(10)], {}, 4)] == [3, 3, 2, 2]


@given(names, st.integers())
def test_shuffling_is_a_repeatable_order_of_the_same_cases(ids: list[str], seed: int) -> None:
    order = shuffled(ids, seed)

    assert sorted(order) == sorted(ids)
    assert shuffled(list(reversed(ids)), seed) == order
    assert shuffled(ids[1:], seed) == tuple(each for each in order if each in ids[1:])


def test_seeds_differ() -> None:
    ids = [f"c{n}" for n in range(20)]
    assert shuffled(ids, 1) != shuffled(ids, 2)


@pytest.mark.parametrize("written", ["", "3", "0/4", "5/4", "1/0", "-1/2", "1/2/3", "a/b", "1/99999"])
def test_what_is_no_shard_is_refused(written: str) -> None:
    with pytest.raises(UsageError, match="is no shard"):
        parse_shard(written)


def test_a_shard_is_counted_from_one() -> None:
    assert parse_shard("2/4") == Shard(2, 4)
