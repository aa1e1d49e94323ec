from __future__ import annotations

from tests.checks.build import facts, root, said, span


def test_passes_where_ids_differ() -> None:
    """Ids that applications count anew for every parent are no duplicates."""
    apart = [span("b", ids={"span_id": "1"}), span("c", "b", ids={"span_id": "1"})]
    assert said("no_duplicate_span_ids", facts(root(), *apart)) == "passed"


def test_fails_where_an_application_reuses_one() -> None:
    same = [span("b", ids={"span_id": "1"}), span("c", ids={"span_id": "1"})]
    assert said("no_duplicate_span_ids", facts(root(), *same)) == "failed"


def test_fails_where_span_ids_are_equal() -> None:
    assert said("no_duplicate_span_ids", facts(root(), span(), span())) == "failed"


def test_a_duplicate_stays_one() -> None:
    assert said("no_duplicate_span_ids", facts(root(), span(), span(), complete=False)) == "failed"
    assert said("no_duplicate_span_ids", facts(root(), span(), complete=False)) == "inconclusive"
