from __future__ import annotations

import pytest

from itk.model.trace import Join
from tests.checks.build import facts, root, said, span


def test_passes_where_every_parent_is_proven() -> None:
    structural = Join(tier="structural", rule="log_stream_bracket")
    assert said("no_orphan_spans", facts(root(), span(), span("c", "b", join=structural))) == "passed"


@pytest.mark.parametrize("tier", ["inferred", "unresolved"])
def test_fails_where_one_is_not(tier: str) -> None:
    assert said("no_orphan_spans", facts(root(), span(join=Join(tier=tier, rule="run_id")))) == "failed"


def test_fails_where_a_parent_does_not_exist() -> None:
    assert said("no_orphan_spans", facts(root(), span("b", "gone"))) == "failed"


def test_neither_answer_holds_while_records_come() -> None:
    """The line that names the caller may come last."""
    orphan = span(join=Join(tier="unresolved", rule="run_id"))
    assert said("no_orphan_spans", facts(root(), orphan, complete=False)) == "inconclusive"
    assert said("no_orphan_spans", facts(root(), span(), complete=False)) == "inconclusive"
