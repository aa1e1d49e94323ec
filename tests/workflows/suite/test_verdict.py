"""One exit code for many cases."""

from __future__ import annotations

import itertools
from typing import get_args

import pytest

from itk.errors import ExitCode
from itk.model.suite import CaseStatus
from itk.workflows.suite.verdict import exit_code, nothing_judged, summary
from tests.workflows.suite.build import row, suite

ORDER: tuple[tuple[CaseStatus, ExitCode], ...] = (
    ("failed", ExitCode.FAILED),
    ("error", ExitCode.RUNTIME),
    ("inconclusive", ExitCode.INCONCLUSIVE),
    ("warning", ExitCode.PASSED),
    ("passed", ExitCode.PASSED),
)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_worst_case_decides(count: int) -> None:
    for statuses in itertools.product([status for status, _ in ORDER], repeat=count):
        rows = [row(f"case-{n}", status) for n, status in enumerate(statuses)]
        expected = next(code for status, code in ORDER if status in statuses)
        assert exit_code(suite(*rows)) is expected, statuses


def test_interrupted_comes_before_everything() -> None:
    for status in get_args(CaseStatus):
        assert exit_code(suite(row("a", status), interrupted=True)) is ExitCode.INTERRUPTED


def test_a_flaky_case_is_green_unless_asked_otherwise() -> None:
    flaky = suite(row("a", tries=2), row("b"))
    assert exit_code(flaky) is ExitCode.PASSED
    assert exit_code(flaky, fail_on_flaky=True) is ExitCode.FLAKY
    assert exit_code(suite(row("a", tries=2), row("b", "inconclusive")), fail_on_flaky=True) is ExitCode.INCONCLUSIVE


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ((), "no case was sent"),
        ((row("a", "skipped"), row("b", "skipped")), "no case was sent"),
        ((row("a", checks=0), row("b", "warning", checks=0)), "no check judged anything"),
    ],
)
def test_a_suite_that_looked_at_nothing_is_not_green(rows: tuple, why: str) -> None:  # type: ignore[type-arg]
    assert exit_code(suite(*rows)) is ExitCode.USAGE
    assert nothing_judged(suite(*rows)).startswith(why)


def test_the_summary_counts() -> None:
    rows = [row("a"), row("b", tries=2), row("c", "failed"), row("d", "skipped")]
    assert summary(suite(*rows)) == "4 cases: 2 passed, 1 failed, 1 skipped; 1 flaky"
