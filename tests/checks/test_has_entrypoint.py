from __future__ import annotations

from tests.checks.build import SEEN, facts, root, said, span


def test_passes_where_somebody_took_it_up() -> None:
    assert said("has_entrypoint", facts(root(), span())) == "passed"
    assert said("has_entrypoint", facts(root(evidence=(SEEN,)))) == "passed"


def test_fails_where_nobody_did() -> None:
    """A span further down does not show that the stimulus got in."""
    assert said("has_entrypoint", facts(root(), span(evidence=()), span("c", "b"))) == "failed"


def test_a_taker_stays_one() -> None:
    assert said("has_entrypoint", facts(root(), span(), complete=False)) == "passed"
    assert said("has_entrypoint", facts(root(), complete=False)) == "inconclusive"
