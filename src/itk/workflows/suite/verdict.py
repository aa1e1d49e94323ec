"""One exit code for many cases."""

from __future__ import annotations

from itk.errors import ExitCode
from itk.model.suite import SuiteResult
from itk.workflows import shards


def exit_code(suite: SuiteResult, *, fail_on_flaky: bool = False) -> ExitCode:
    """Interrupted > nothing judged > failed > error > inconclusive > flaky > passed."""
    code = shards.exit_code(suite)
    flaky = fail_on_flaky and any(row.flaky for row in suite.cases)
    return ExitCode.FLAKY if code is ExitCode.PASSED and flaky else code
