from __future__ import annotations

from tests.checks.build import facts, root, said, span


def test_passes_where_spans_end_after_they_start() -> None:
    assert said("valid_timestamps", facts(root(), span(), span("c", "b", end_ns=None))) == "passed"


def test_fails_where_one_ends_before() -> None:
    assert said("valid_timestamps", facts(root(), span(end_ns=1))) == "failed"


def test_nothing_to_judge_without_both_times() -> None:
    assert said("valid_timestamps", facts(root(), span(end_ns=None))) == "failed"


def test_a_reversed_span_stays_one() -> None:
    assert said("valid_timestamps", facts(root(), span(end_ns=1), complete=False)) == "failed"
    assert said("valid_timestamps", facts(root(), span(), complete=False)) == "inconclusive"
