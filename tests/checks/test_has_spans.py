from __future__ import annotations

from tests.checks.build import facts, root, said, span


def test_passes_where_enough_was_seen() -> None:
    assert said("has_spans", facts(root(), span())) == "passed"
    assert said("has_spans", facts(root(), span()), min_count=1) == "passed"


def test_fails_where_too_little_was_seen() -> None:
    """What ITK itself sent does not count."""
    assert said("has_spans", facts(root(), span()), min_count=2) == "failed"


def test_what_was_seen_stays_seen() -> None:
    assert said("has_spans", facts(root(), span(), complete=False)) == "passed"
    assert said("has_spans", facts(root(), span(), complete=False), min_count=2) == "inconclusive"
