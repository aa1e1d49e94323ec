from __future__ import annotations

from tests.checks.build import facts, root, said, span


def test_passes_where_none_was_seen() -> None:
    assert said("forbidden_components", facts(root(), span()), components=("topic:*",)) == "passed"


def test_fails_where_one_was() -> None:
    assert said("forbidden_components", facts(root(), span()), components=("topic:*", "lambda:int*")) == "failed"


def test_who_was_seen_stays_seen() -> None:
    of = facts(root(), span(), complete=False)
    assert said("forbidden_components", of, components=("intake",)) == "failed"
    assert said("forbidden_components", of, components=("topic:*",)) == "inconclusive"
