"""What `severity` and `xfail` make of an answer, whichever check gave it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from itk.checks import judge
from itk.model.case import CheckSpec, ExpectedFailure, Severity
from itk.model.run import CheckVerdict
from itk.ports import Facts
from tests.checks.build import facts, root, span, spec

KNOWN = ExpectedFailure(reason="JIRA-12", until="2026-12-31")
LAST_DAY, DAY_AFTER = "2026-12-31", "2027-01-01"
PASSES, FAILS = facts(root(), span()), facts(root(), span(status="error"))
OPEN = facts(root(), span(), complete=False, missing="no REPORT")


def said(
    of: Facts, *, day: str = LAST_DAY, severity: Severity = "error", xfail: ExpectedFailure | None = None
) -> CheckVerdict:
    asked: CheckSpec = replace(spec("no_error_spans"), title="no span failed", severity=severity, xfail=xfail)
    (verdict,) = judge([asked], replace(of, day=day))
    assert (verdict.name, verdict.title) == ("no_error_spans", "no span failed")
    return verdict


@pytest.mark.parametrize(("of", "status"), [(PASSES, "passed"), (FAILS, "warning"), (OPEN, "inconclusive")])
def test_a_check_that_only_warns_never_fails_and_hides_nothing_else(of: Facts, status: str) -> None:
    assert said(of, severity="warn").status == status


@pytest.mark.parametrize(
    ("of", "day", "status"),
    [
        (FAILS, "2026-01-01", "xfailed"),
        (FAILS, LAST_DAY, "xfailed"),
        (FAILS, DAY_AFTER, "failed"),
        (PASSES, LAST_DAY, "warning"),
        (PASSES, DAY_AFTER, "passed"),
        (OPEN, LAST_DAY, "inconclusive"),
        (OPEN, DAY_AFTER, "inconclusive"),
    ],
)
def test_a_failure_is_excused_to_the_end_of_its_last_day(of: Facts, day: str, status: str) -> None:
    verdict = said(of, day=day, xfail=KNOWN)

    assert verdict.status == status
    assert verdict.xfail == "JIRA-12 until 2026-12-31"


def test_an_excused_failure_still_says_what_was_seen() -> None:
    plain, excused = said(FAILS), said(FAILS, xfail=KNOWN)

    assert replace(excused, status="failed", xfail="") == plain
    assert plain.expected
    assert plain.actual
    assert plain.span_ids


def test_the_message_names_the_date_that_is_over_and_the_pass_that_was_not_expected() -> None:
    late, better = said(FAILS, day=DAY_AFTER, xfail=KNOWN), said(PASSES, xfail=KNOWN)

    assert late.message.endswith("; that was excused until 2026-12-31")
    assert better.message.endswith(", although it is expected to fail: remove `xfail`")


def test_a_failure_that_only_warns_and_is_known_is_known_until_that_is_over() -> None:
    assert said(FAILS, severity="warn", xfail=KNOWN).status == "xfailed"
    assert said(FAILS, severity="warn", xfail=KNOWN, day=DAY_AFTER).status == "warning"
