"""A run as pytest takes it: what it raises, what it warns of, and what it prints instead of a traceback."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from itk.errors import ItkError
from itk.model.run import CheckStatus, CheckVerdict, RedactedRun, RunResult, Status
from itk.pytest_plugin import ItkWarning
from itk.renderers import files
from itk.renderers.suite import telling

_DECIDE: dict[Status, tuple[CheckStatus, ...]] = {"failed": ("failed", "error"), "inconclusive": ("inconclusive",)}


class Verdict(Exception):
    """A case did not pass. Its text is all that is printed."""

    __module__ = "itk"


class CaseFailed(Verdict):
    """A check failed."""

    __module__ = "itk"


class CaseError(Verdict):
    """The case could not be run: its target, AWS, or what it needs."""

    __module__ = "itk"


class CaseInconclusive(Verdict):
    """Evidence is missing: neither passed nor failed, and no reason to be green."""

    __module__ = "itk"


def verdict_of(run: RedactedRun, written: Sequence[Path]) -> Verdict | ItkWarning | None:
    """What the run comes to: nothing where it passed, a warning, or what is to be raised."""
    result = run.result
    match result.status:
        case "passed":
            return None
        case "warning":
            return ItkWarning(f"{result.case.id}: {'; '.join(map(telling.plain, result.reasons))}")
        case "failed":
            return CaseFailed(_text(result, written))
        case "error":
            return CaseError(_text(result, written))
        case "inconclusive":
            return CaseInconclusive(_text(result, written))


def told(error: ItkError) -> str:
    """An error that a user can mend: its kind, then what, where, and how."""
    return f"{type(error).__name__}: {error}"


def _text(result: RunResult, written: Sequence[Path]) -> str:
    """First a line that says it all, for the short summary; then what else was said and seen, and where to look."""
    checks = [check for check in result.checks if check.status in _DECIDE.get(result.status, ())]
    reasons = [telling.plain(reason) for reason in result.reasons]
    if result.status == "failed":  # its reasons begin with what the failed checks say
        reasons = reasons[len(checks) :]
    judged = [line for check in checks for line in _said(check)]
    first, *more = [*reasons, *judged] if result.status == "inconclusive" else [*judged, *reasons]
    page = next((path for path in written if path.name == files.VIEWER), None)
    ends = [*([f"page: {page}"] if page is not None else []), f"run: {telling.plain(result.run_id)}"]
    return "\n".join([f"{result.status.upper()} {first}", *(f"  {line}" for line in (*more, *ends))])


def _said(check: CheckVerdict) -> list[str]:
    said, *seen = telling.lines(check)
    where = f" ({check.where})" if check.where is not None else ""
    return [f"{said}{where}", *(f"  {line}" for line in seen)]
