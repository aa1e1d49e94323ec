"""What a person reads on the terminal when a run was judged."""

from __future__ import annotations

from typing import Any

import pytest

from itk.cli.console import console
from itk.model.case import Where
from itk.model.progress import Judged
from itk.model.run import CheckVerdict, Near
from itk.workflows.verdict import reason

NO_MATCH = CheckVerdict(
    name="spans",
    title="intake ran once",
    status="failed",
    message="no span matches",
    expected="exactly 1 span of component lambda:intake",
    actual="0 of 7 spans",
    nearest=(
        Near(span_id="8ab8", label="lambda:intake-v2 `handler`", differs="component is lambda:intake-v2"),
        Near(span_id="9ab9", label="queue:intake `send`", differs="component is queue:intake"),
    ),
    where=Where("cases/x.yaml", 12, 5),
)
KNOWN = CheckVerdict(
    name="no_error_spans", status="xfailed", message="1 failed", actual="1\n\x1b[31m", xfail="JIRA-12 until 2026-12-31"
)


def shown(capsys: pytest.CaptureFixture[str], **said: Any) -> str:
    base: dict[str, Any] = {"status": "failed", "checks_passed": 3, "checks": 5, "reasons": ()}
    with console(as_json=False, verbose=False) as out:
        out.report(Judged(**(base | said)))
    return capsys.readouterr().err


def test_a_check_that_failed_says_what_it_expected_what_it_saw_and_what_came_close(
    capsys: pytest.CaptureFixture[str],
) -> None:
    reasons = (reason(NO_MATCH), "collecting evidence failed: expired token", reason(KNOWN))

    assert shown(capsys, judged=(NO_MATCH, KNOWN), reasons=reasons) == (
        "FAILED, 3 of 5 checks passed, 1 failed as expected\n"
        "  collecting evidence failed: expired token\n"
        "  failed intake ran once (spans), cases/x.yaml:12:5: no span matches\n"
        "           expected exactly 1 span of component lambda:intake\n"
        "           actual   0 of 7 spans\n"
        "           nearest  lambda:intake-v2 `handler`: component is lambda:intake-v2\n"
        "                    queue:intake `send`: component is queue:intake\n"
        "  xfailed no_error_spans: 1 failed\n"
        "           actual   1 \ufffd[31m\n"
        "           xfail    JIRA-12 until 2026-12-31\n"
    )


def test_a_clean_pass_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys, status="passed", checks_passed=5) == "PASSED, 5 of 5 checks passed\n"
