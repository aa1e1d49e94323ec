"""One exit code for many cases, and the sentence that says why."""

from __future__ import annotations

from collections import Counter
from typing import get_args

from itk.errors import ExitCode
from itk.model.suite import CaseStatus, SuiteResult
from itk.model.wording import counted


def exit_code(suite: SuiteResult, *, fail_on_flaky: bool = False) -> ExitCode:
    """Interrupted > nothing judged > failed > error > inconclusive > flaky > passed."""
    if suite.interrupted:
        return ExitCode.INTERRUPTED
    if nothing_judged(suite):
        return ExitCode.USAGE
    statuses = {row.status for row in suite.cases}
    for status, code in (
        ("failed", ExitCode.FAILED),
        ("error", ExitCode.RUNTIME),
        ("inconclusive", ExitCode.INCONCLUSIVE),
    ):
        if status in statuses:
            return code
    if fail_on_flaky and any(row.flaky for row in suite.cases):
        return ExitCode.FLAKY
    return ExitCode.PASSED


def nothing_judged(suite: SuiteResult) -> str:
    """Why a suite without a failure is not green: it looked at nothing. Empty where it did, or where cases say why."""
    if not any(row.tries for row in suite.cases) and all(row.status == "skipped" for row in suite.cases):
        return "no case was sent, so nothing was tested"
    if all(row.checks == 0 for row in suite.cases) and not any(row.status in _SAID for row in suite.cases):
        return "no check judged anything, so nothing was tested"
    return ""


_SAID = ("failed", "error", "inconclusive")


def summary(suite: SuiteResult) -> str:
    """`12 cases: 9 passed (1 flaky), 2 failed, 1 skipped`."""
    counts = Counter(row.status for row in suite.cases)
    flaky = sum(row.flaky for row in suite.cases)
    parts = [f"{counts[status]} {status}" for status in get_args(CaseStatus) if counts[status]]
    told = f"{counted(len(suite.cases), 'case')}: {', '.join(parts)}"
    return f"{told}; {flaky} flaky" if flaky else told
