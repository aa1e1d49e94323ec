from __future__ import annotations

import pytest

from tests.checks.build import facts, root, said, span, verdict


@pytest.mark.parametrize("name", ["lambda:intake", "intake", "lambda:*", "queue:intake"])
def test_passes_where_all_were_seen(name: str) -> None:
    assert said("required_components", facts(root(), span()), components=(name,)) == "passed"


def test_fails_where_one_was_not() -> None:
    found = verdict("required_components", facts(root(), span()), components=("intake", "table:orders"))
    assert found.status == "failed"
    assert found.message == "not seen: table:orders"


def test_that_itk_sent_to_a_queue_does_not_show_that_it_delivers() -> None:
    assert said("required_components", facts(root()), components=("queue:intake",)) == "failed"


def test_what_was_seen_stays_seen() -> None:
    assert said("required_components", facts(root(), span(), complete=False), components=("intake",)) == "passed"
    assert said("required_components", facts(root(), complete=False), components=("intake",)) == "inconclusive"
