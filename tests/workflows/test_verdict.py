"""One status, and the reasons for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from itk.errors import AwsError, ExitCode
from itk.model.evidence import ErrorFact
from itk.model.run import CheckVerdict, Collection, GroupReading, Status
from itk.model.trace import Attempt, Link, Missing, Span, Trace
from itk.workflows.verdict import decide_status, exit_code
from tests.checks.build import receipt, root, span

S = 1_000_000_000
DONE = Collection(complete=True)


def check(status: Any, name: str = "has_spans") -> CheckVerdict:
    return CheckVerdict(name=name, status=status, message=f"it {status}")


def decided(
    *checks: CheckVerdict,
    collection: Collection = DONE,
    spans: Sequence[Span] = (),
    missing: str = "",
    error: AwsError | None = None,
    sent_error: ErrorFact | None = None,
    sdk_retries: int = 0,
) -> tuple[Status, tuple[str, ...]]:
    gone = (Missing(what=missing),) if missing else ()
    trace = Trace(trace_id="t", run_id="r", spans=(root(), *spans), missing=gone)
    return decide_status(
        replace(receipt("queue"), error=sent_error, sdk_retries=sdk_retries), collection, trace, checks, error
    )


def test_passed_needs_everything() -> None:
    assert decided(check("passed")) == ("passed", ())


def test_a_run_that_judged_nothing_does_not_pass() -> None:
    assert decided()[0] == "inconclusive"


def test_one_failure_fails() -> None:
    assert decided(check("passed"), check("failed")) == ("failed", ("has_spans: it failed",))


def test_a_failure_that_was_seen_stands_without_all_evidence() -> None:
    """Neither a deadline nor an AWS error undoes what was seen; both are told."""
    assert decided(check("failed"), collection=Collection())[0] == "failed"
    status, reasons = decided(check("failed"), collection=Collection(), error=AwsError("expired token"))
    assert (status, reasons[-1]) == ("failed", "collecting evidence failed: expired token")


def test_an_aws_error_is_an_error() -> None:
    assert decided(check("inconclusive"), error=AwsError("expired token"))[0] == "error"


def test_what_could_not_be_sent_is_an_error() -> None:
    failed = ErrorFact(message="no route", origin="client")
    assert decided(check("failed"), sent_error=failed) == ("error", ("sending failed: no route",))


def test_incomplete_is_inconclusive_and_says_why() -> None:
    groups = (GroupReading(group="g1", newest_event_ms=58_000), GroupReading(group="g2"))
    late = Collection(started_ns=0, ended_ns=60 * S, deadline_reached=True, groups=groups)
    status, reasons = decided(check("passed"), collection=late, missing="no REPORT")
    assert status == "inconclusive"
    assert reasons == (
        "not complete after 60 s; newest records: g1 2 s old; nothing at all from g2",
        "no REPORT",
    )
    assert "interrupted" in decided(check("passed"), collection=Collection(interrupted=True))[1][0]
    assert "no log group delivered anything" in decided(check("passed"), collection=Collection())[1][0]


def test_an_open_check_is_inconclusive() -> None:
    assert decided(check("passed"), check("inconclusive"))[0] == "inconclusive"


def test_a_failure_that_is_known_or_only_warns_is_no_clean_pass() -> None:
    known = replace(check("xfailed"), xfail="JIRA-12 until 2026-12-31", title="all is well")

    assert decided(check("passed"), check("warning")) == ("warning", ("has_spans: it warning",))
    assert decided(check("passed"), known) == (
        "warning",
        ("all is well failed as expected (JIRA-12 until 2026-12-31): it xfailed",),
    )
    assert decided(known)[0] == "warning"
    assert decided(known, check("failed"))[0] == "failed"
    assert decided(known, check("inconclusive"))[0] == "inconclusive"


def test_what_was_skipped_proves_nothing() -> None:
    assert decided(check("passed"), check("skipped")) == ("warning", ("has_spans was skipped: it skipped",))
    assert decided(check("skipped"))[0] == "inconclusive"


@pytest.mark.parametrize(
    "blemish", [{"attempt": Attempt(n=2, kind="sqs_receive")}, {"status": "error"}, {"status": "throttled"}]
)
def test_a_pass_with_a_blemish_is_a_warning(blemish: dict[str, Any]) -> None:
    status, reasons = decided(check("passed"), spans=[span(**blemish)])
    assert status == "warning"
    assert len(reasons) == 1


def test_an_attempt_that_is_only_inferred_changes_nothing() -> None:
    """An agent may ask its tool the same thing twice because it wants to know it twice."""
    alike = Link(span_id="b", reason="retry_of", tier="inferred", rule="same_call")
    again = span(attempt=Attempt(n=2, kind="reprompt"), links=(alike,))
    assert decided(check("passed"), spans=[again]) == ("passed", ())
    proven = replace(again, links=(replace(alike, tier="exact"),))
    assert decided(check("passed"), spans=[proven])[0] == "warning"


def test_retries_of_sending_are_a_blemish() -> None:
    assert decided(check("passed"), sdk_retries=2)[0] == "warning"


def test_every_status_has_its_code() -> None:
    codes = {status: exit_code(status) for status in ("passed", "warning", "failed", "inconclusive", "error")}
    assert codes == {
        "passed": ExitCode.PASSED,
        "warning": ExitCode.PASSED,
        "failed": ExitCode.FAILED,
        "inconclusive": ExitCode.INCONCLUSIVE,
        "error": ExitCode.RUNTIME,
    }
    assert exit_code("passed", interrupted=True) is ExitCode.INTERRUPTED
