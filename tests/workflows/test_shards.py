"""Merging parts of a suite: nothing is lost, nothing counts twice, and what does not belong together is refused."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from itk.errors import ExitCode, UsageError
from itk.model.suite import CaseRow, RedactedSuite, Shard, SuiteResult
from itk.renderers.suite import figures
from itk.renderers.suite.summary import summary
from itk.workflows.shards import Part, exit_code, merged
from tests import suites
from tests.renderers.suite.invented import rows


def in_order(cases: list[CaseRow]) -> tuple[CaseRow, ...]:
    """With ids and paths of their own, in the order in which a directory is sent."""
    named = [replace(case, id=f"case-{n:03}", path=f"cases/{n % 3}/case-{n:03}.yaml") for n, case in enumerate(cases)]
    return tuple(sorted(named, key=lambda case: (case.path.split("/"), case.id)))


def split(whole: SuiteResult, of: int, chance: random.Random) -> list[Part]:
    """`whole` as `of` machines would have run it: each with an id, times and an order of its own choice of cases."""
    owner = {case.id: chance.randint(1, of) for case in whole.cases}
    return [
        Part(
            f"shards/{n}",
            replace(
                whole,
                suite_id=f"suite-{n}",
                started_ns=whole.started_ns + n,
                ended_ns=whole.ended_ns - n,
                shard=Shard(n, of),
                cases=tuple(case for case in whole.cases if owner[case.id] == n),
            ),
        )
        for n in range(1, of + 1)
    ]


wholes = rows.map(lambda cases: suites.suite(*in_order(cases)))
chances = st.integers(0, 2**32).map(random.Random)


@given(wholes, st.integers(1, 6), chances)
def test_all_shards_merged_are_the_unsharded_run_row_by_row(whole: SuiteResult, of: int, chance: random.Random) -> None:
    again = merged(split(whole, of, chance))

    assert again.cases == whole.cases
    assert figures.verdict(again) == figures.verdict(whole)
    assert figures.clusters(again.cases) == figures.clusters(whole.cases)
    assert exit_code(again) == exit_code(whole)
    assert (again.shard, again.absent) == (None, ())
    assert again.shards == tuple(Shard(n, of) for n in range(1, of + 1))


@given(wholes, st.integers(1, 6), chances)
def test_the_order_of_the_directories_does_not_matter(whole: SuiteResult, of: int, chance: random.Random) -> None:
    parts = split(whole, of, chance)
    mixed = list(parts)
    chance.shuffle(mixed)

    assert merged(mixed) == merged(parts)


@given(wholes)
def test_one_whole_report_is_its_own_merger(whole: SuiteResult) -> None:
    assert merged([Part("a", whole)]) == whole


@given(wholes, chances)
def test_merging_in_two_steps_is_merging_at_once(whole: SuiteResult, chance: random.Random) -> None:
    a, b, c, d = split(whole, 4, chance)
    two = merged([Part("ab", merged([a, b])), Part("cd", merged([c, d]))])
    once = merged([a, b, c, d])

    assert replace(two, suite_id="") == replace(once, suite_id="")


@given(wholes, st.integers(2, 6), chances)
def test_a_missing_shard_is_named_and_never_green(whole: SuiteResult, of: int, chance: random.Random) -> None:
    parts = split(whole, of, chance)
    gone = parts.pop(chance.randrange(of))
    again = merged(parts)

    assert again.absent == (gone.suite.shard,)
    assert exit_code(again) != ExitCode.PASSED
    assert f"missing shard {again.absent[0].index} of {of}" in summary(RedactedSuite(again))


def test_missing_and_merged_later_is_complete() -> None:
    a, b, c = split(suites.recorded(), 3, random.Random(1))
    first = merged([a, c])

    assert first.absent == (Shard(2, 3),)
    assert merged([Part("first", first), b]).absent == ()


def test_a_case_in_two_reports_is_refused_with_both_places() -> None:
    a, b = split(suites.recorded(), 2, random.Random(1))
    twice = replace(b.suite, cases=(*b.suite.cases, replace(a.suite.cases[0], id=a.suite.cases[0].id.upper())))

    with pytest.raises(UsageError) as caught:
        merged([a, Part("shards/2", twice)])
    assert (
        caught.value.what == f"1 case in more than one report: `{a.suite.cases[0].id}` is in shards/1 and in shards/2"
    )


def test_a_shard_twice_is_refused_even_where_it_is_empty() -> None:
    empty = replace(suites.suite(), shard=Shard(2, 4))

    with pytest.raises(UsageError, match="shard 2 of 4 is here and in one") as caught:
        merged([Part("one", empty), Part("two", empty)])
    assert caught.value.where == "two"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"shard": Shard(2, 5)}, "the number of shards is 5 here and 2 in shards/1"),
        ({"selection": ("--tag smoke",)}, "the selection is --tag smoke here and not set in shards/1"),
        ({"seed": 7}, "the seed is 7 here and not set in shards/1"),
        ({"retries_allowed": 2}, "the number of retries is 2 here and 0 in shards/1"),
        ({"mode": "live"}, "the mode is live here and dev-fixtures in shards/1"),
        ({"name": "other"}, "the name is other here and Shop, smoke in shards/1"),
    ],
)
def test_parts_of_different_suites_are_refused(change: dict[str, object], said: str) -> None:
    a, b = split(suites.recorded(), 2, random.Random(1))

    with pytest.raises(UsageError, match="not parts of one suite") as caught:
        merged([a, Part(b.where, replace(b.suite, **change))])
    assert caught.value.what == f"these are not parts of one suite: {said}"


def test_two_whole_reports_are_no_parts() -> None:
    with pytest.raises(UsageError, match="made without --shard"):
        merged([Part("a", suites.small()), Part("b", suites.recorded())])


def test_equal_secrets_masked_apart_are_equal() -> None:
    """Each machine redacts with a salt of its own."""
    a, b = split(suites.recorded(), 2, random.Random(1))
    parts = [
        Part(part.where, replace(part.suite, selection=(f"-k [redacted:email#{tag}]",)))
        for part, tag in ((a, "3fa9c1"), (b, "0123ab"))
    ]

    assert merged(parts).absent == ()


def test_why_a_part_stopped_is_told_of_that_part() -> None:
    a, b = split(suites.recorded(), 2, random.Random(1))
    again = merged([a, Part(b.where, replace(b.suite, stopped="interrupted", interrupted=True))])

    assert (again.stopped, again.interrupted) == ("shard 2 of 2: interrupted", True)
    assert exit_code(again) == ExitCode.INTERRUPTED
