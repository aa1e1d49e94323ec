from __future__ import annotations

from typing import Any

import pytest

from itk.model.trace import Component, Join
from tests.checks.build import EXACT, facts, root, said, span, verdict

ALL = {"complete": True, "no_orphans": True, "no_cycles": True, "coverage": {"gte": 0.9}}
# What its caller told of a function that told nothing itself.
CALLED = span("c", "b", kind="CLIENT", component=Component("lambda", "notify"), name="Invoke notify")


def test_passes_where_the_telemetry_is_whole() -> None:
    assert said("trace", facts(root(), span()), **ALL) == "passed"


@pytest.mark.parametrize(
    ("asked", "spans", "expected", "actual", "nearest"),
    [
        (
            {"no_orphans": True}, [span("c", join=Join(tier="unresolved", rule="run_id"))],
            "0 orphans", "1 orphan", "its parent is not proven",
        ),
        (
            {"no_cycles": True}, [span("c", "d"), span("d", "c")],
            "0 cycles", "2 spans in cycles", "is its own ancestor",
        ),
        (
            {"coverage": 0.9}, [CALLED],
            "coverage at least 0.9", "0.50: 1 of 2 components; only others told of lambda:notify",
            "only others told of it",
        ),
    ],
    ids=str,
)  # fmt: skip
def test_fails(asked: dict[str, Any], spans: list[Any], expected: str, actual: str, nearest: str) -> None:
    found = verdict("trace", facts(root(), span(), *spans), **asked)
    assert (found.status, found.expected, found.actual) == ("failed", expected, actual)
    assert found.nearest[0].differs == nearest


def test_what_is_missing_is_named() -> None:
    found = verdict("trace", facts(root(), span(), complete=False, missing="lambda intake: no REPORT"), complete=True)
    assert (found.status, found.actual) == ("inconclusive", "not complete: lambda intake: no REPORT")


def test_a_cycle_of_inferred_parents_is_none() -> None:
    likely = Join(tier="inferred", rule="assignment")
    turning = [span("c", "d", join=likely), span("d", "c", join=EXACT)]
    assert said("trace", facts(root(), span(), *turning), no_cycles=True) == "passed"


def test_queues_and_tables_cannot_tell_of_themselves() -> None:
    """They are left out of coverage: their callers' records are all that there can be."""
    table = span("c", "b", kind="CLIENT", component=Component("table", "ledger"))
    assert said("trace", facts(root(), span(), table), coverage=1) == "passed"


def test_nothing_to_judge() -> None:
    assert said("trace", facts(root()), **ALL) == "failed"
    alone = span(component=Component("table", "ledger"), kind="CLIENT")
    found = verdict("trace", facts(root(), alone), coverage=0.5)
    assert (found.status, found.actual) == ("failed", "no such component")
    assert said("trace", facts(root(), span(), complete=False), **ALL) == "inconclusive"
