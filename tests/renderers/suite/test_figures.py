"""What is said of a suite follows from its rows, whatever they are."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from itk.model.suite import CaseRow, SuiteResult, Try
from itk.renderers.suite import figures
from tests import suites

rows = st.lists(
    st.builds(
        CaseRow,
        id=st.text("abc", min_size=1, max_size=3),
        name=st.just(""),
        path=st.just(""),
        group=st.sampled_from(["", "a", "a/b"]),
        status=st.sampled_from(figures.STATUSES),
        flaky=st.booleans(),
        signature=st.sampled_from(["", "x", "y"]),
        duration_ms=st.none() | st.floats(0, 1e6),
        tries=st.lists(
            st.builds(Try, run_id=st.just("r"), directory=st.just(""), status=st.just("passed"),
                      started_ns=st.integers(0, 10**9), ended_ns=st.integers(10**9, 10**10)),
            max_size=3,
        ).map(tuple),
    ),
    max_size=12,
).map(tuple)  # fmt: skip


@given(rows)
def test_every_case_is_counted_once(cases: tuple[CaseRow, ...]) -> None:
    assert sum(figures.by_status(cases).values()) == len(cases)
    assert sum(len(group.cases) for group in figures.groups(cases)) == len(cases)
    assert len(figures.judged(cases)) == len(cases) - figures.by_status(cases)["skipped"]


@given(rows)
def test_a_cluster_holds_all_cases_of_its_signature_that_went_wrong(cases: tuple[CaseRow, ...]) -> None:
    found = figures.clusters(cases)

    clustered = [case for cluster in found for case in cluster.cases]
    assert len(clustered) == sum(bool(case.signature) and case.status not in ("passed", "skipped") for case in cases)
    assert all(case.signature == cluster.signature for cluster in found for case in cluster.cases)
    assert [len(cluster.cases) for cluster in found] == sorted((len(each.cases) for each in found), reverse=True)


@given(rows, st.integers(1, 9))
def test_the_slowest_are_no_faster_than_the_others(cases: tuple[CaseRow, ...], most: int) -> None:
    found = [case.duration_ms or 0.0 for case in figures.slowest(cases, most=most)]

    known = sorted((case.duration_ms for case in cases if case.duration_ms is not None), reverse=True)
    assert found == known[:most]


@given(rows)
def test_a_suite_is_green_only_where_all_that_was_judged_passed(cases: tuple[CaseRow, ...]) -> None:
    suite = suites.suite(*cases)
    green = figures.verdict(suite).status in ("passed", "warning")

    assert green == (
        any(case.status != "skipped" for case in cases)
        and all(case.status in ("passed", "warning", "skipped") for case in cases)
    )
    assert figures.verdict(replace(suite, stopped="--max-failures reached")).status not in ("passed", "warning")


def test_times_are_those_of_the_sendings() -> None:
    suite = suites.suite(
        suites.passed("a", "", "", (), 1000, at=0), suites.passed("b", "", "", (), 3000, at=0), max_inflight=2
    )
    times = figures.times(suite)

    assert (times.total_ms, times.summed_ms) == (4240, 6000)
    assert times.ratio == pytest.approx(6000 / 4240)
    assert figures.times(replace(suite, ended_ns=suite.started_ns)).ratio is None


@pytest.mark.parametrize(
    ("suite", "status", "sentence"),
    [
        (
            suites.small(),
            "failed",
            (
                "3 of 13 cases failed, 1 ended in an error, 1 could not be judged, 1 with a warning; "
                "1 passed only when sent again"
            ),
        ),
        (suites.one(), "passed", "The only case passed"),
        (suites.recorded(), "passed", "All 4 cases passed"),
        (suites.nothing(), "skipped", "Nothing was judged: 2 cases skipped"),
        (suites.suite(), "skipped", "Nothing was judged: no case was found"),
        (
            replace(suites.recorded(), stopped="interrupted"),
            "inconclusive",
            "All 4 cases that were judged passed, but not all was judged",
        ),
    ],
)
def test_the_verdict_in_words(suite: SuiteResult, status: Any, sentence: str) -> None:
    assert figures.verdict(suite) == figures.Verdict(status, sentence)


def test_why_a_case_did_not_pass() -> None:
    by_id = {case.id: figures.why(case) for case in suites.small().cases}

    assert by_id["order-unstored"] == "the order is stored: 0 spans match, at least 1 expected"
    assert by_id["legacy-import"].startswith("PutEvents was refused")
    assert by_id["stock-sync"].startswith("`--tag smoke` leaves it out")
    assert figures.sent_again(suites.small().cases) == 1
    assert [len(cluster.cases) for cluster in figures.clusters(suites.small().cases)] == [2, 1, 1, 1, 1]
