"""Which status is worse than which. Equal ranks are another outcome, not a worse one."""

from __future__ import annotations

from typing import Final

from itk.model.trace import Span
from itk.model.tree import FAILING

_CASES: Final = {"passed": 0, "warning": 1, "skipped": 2, "inconclusive": 3, "failed": 4, "error": 4}
_CHECKS: Final = {"passed": 0, "xfailed": 1, "warning": 1, "skipped": 2, "inconclusive": 3, "failed": 4, "error": 4}
_TIERS: Final = {"exact": 0, "structural": 1, "inferred": 2, "unresolved": 3}


def case_rank(status: str) -> int:
    return _CASES.get(status, 3)


def check_rank(status: str) -> int:
    return _CHECKS.get(status, 3)


def span_rank(status: str) -> int:
    return 2 if status in FAILING else 1 if status in ("incomplete", "unknown") else 0


def tier_rank(tier: str | None) -> int:
    return _TIERS.get(tier or "exact", 3)


def failed(span: Span) -> bool:
    """Whether it says so by its status, or only by an error that it names."""
    return span.status in FAILING or span.error is not None
