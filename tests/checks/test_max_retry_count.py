from __future__ import annotations

from itk.model.trace import Attempt
from tests.checks.build import facts, root, said, span

AGAIN = span("c", attempt=Attempt(n=2, kind="sqs_receive"))


def test_passes_within_the_limit() -> None:
    assert said("max_retry_count", facts(root(), span(attempt=Attempt(n=1, kind="sqs_receive")))) == "passed"
    assert said("max_retry_count", facts(root(), AGAIN), max=1) == "passed"


def test_fails_beyond_it() -> None:
    assert said("max_retry_count", facts(root(), span(), AGAIN)) == "failed"


def test_counts_only_the_component_asked_for() -> None:
    assert said("max_retry_count", facts(root(), span(), AGAIN), component="lambda:intake") == "failed"
    assert said("max_retry_count", facts(root(), AGAIN), component="lambda:other") == "failed"  # nothing to judge


def test_an_attempt_too_many_stays_one() -> None:
    assert said("max_retry_count", facts(root(), AGAIN, complete=False)) == "failed"
    assert said("max_retry_count", facts(root(), span(), complete=False)) == "inconclusive"
    assert said("max_retry_count", facts(root(), span(), complete=False), component="other") == "inconclusive"
