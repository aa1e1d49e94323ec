from __future__ import annotations

from tests.checks.build import facts, root, said, span


def test_passes_within_the_limit() -> None:
    assert said("max_duration_ms", facts(root(), span()), max=20) == "passed"
    assert said("max_duration_ms", facts(root(), span()), max=10, component="lambda:intake") == "passed"


def test_fails_beyond_it() -> None:
    """From sending to the last end: 0 to 20 ms; the span alone took 10, or what was reported of it."""
    assert said("max_duration_ms", facts(root(), span()), max=19.9) == "failed"
    assert said("max_duration_ms", facts(root(), span(duration_ms=11.0)), max=10, component="lambda:*") == "failed"


def test_nothing_to_judge_without_a_timed_span() -> None:
    assert said("max_duration_ms", facts(root(), span(end_ns=None)), max=5) == "failed"
    assert said("max_duration_ms", facts(root(), span(end_ns=None), complete=False), max=5) == "inconclusive"
    assert said("max_duration_ms", facts(root(), span(), complete=False), max=5, component="x") == "inconclusive"


def test_too_slow_stays_too_slow() -> None:
    assert said("max_duration_ms", facts(root(), span(), complete=False), max=19) == "failed"
    assert said("max_duration_ms", facts(root(), span(), complete=False), max=99) == "inconclusive"
