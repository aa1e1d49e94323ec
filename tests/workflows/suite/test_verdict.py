"""One exit code for many cases."""

from __future__ import annotations

import itertools
from typing import get_args

import pytest

from itk.errors import ExitCode
from itk.model.suite import CaseRow, CaseStatus
from itk.workflows.suite.verdict import exit_code
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


@pytest.mark.parametrize("rows", [(), (row("a", "skipped"), row("b", "skipped"))])
def test_a_suite_that_looked_at_nothing_is_not_green(rows: tuple[CaseRow, ...]) -> None:
    assert exit_code(suite(*rows)) is ExitCode.USAGE
