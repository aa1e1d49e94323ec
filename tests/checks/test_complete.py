from __future__ import annotations

from tests.checks.build import facts, root, span, verdict


def test_passes_where_everything_finished() -> None:
    assert verdict("complete", facts(root(), span())).status == "passed"


def test_names_what_is_missing() -> None:
    """It cannot fail: what is missing may still come, until somebody stops waiting."""
    found = verdict("complete", facts(root(), span(), complete=False, missing="lambda intake: no REPORT"))
    assert found.status == "inconclusive"
    assert "lambda intake: no REPORT" in found.message


def test_nothing_seen_is_not_complete() -> None:
    assert verdict("complete", facts(root())).status == "failed"
