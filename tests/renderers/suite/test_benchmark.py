"""What `benchmarks/suite.py` says falls short, and what of it decides."""

from __future__ import annotations

import pytest
from benchmarks.suite import Measured, Opened, Rendered, told

FINE = Opened(ready_ms=300, nodes=600, nodes_max=900, query_ms=12)
SMALL = Rendered(wall_s=0.1, cpu_s=0.1, peak_mib=1, page=80_000, whole=100_000)


def test_within_its_budgets_nothing_falls_short(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(told([Measured(12, SMALL, [FINE]), Measured(100, SMALL, [FINE])])) == []
    assert "index.html, bytes per case" in capsys.readouterr().out


def test_counts_decide_and_times_do_not() -> None:
    slow = Opened(ready_ms=900, nodes=600, nodes_max=900, query_ms=12)
    many = Opened(ready_ms=300, nodes=600, nodes_max=1_600, query_ms=12)

    assert [decides for _, decides in told([Measured(12, SMALL, [slow])])] == [False]
    assert [decides for _, decides in told([Measured(12, SMALL, [many])])] == [True]


def test_a_document_that_grows_with_the_suite_falls_short() -> None:
    more = Opened(ready_ms=300, nodes=600, nodes_max=1_400, query_ms=12)
    missed = list(told([Measured(100, SMALL, [FINE]), Measured(1_000, SMALL, [more])]))

    assert missed == [("DOM nodes grow 1.6 times from 100 to 1,000 cases", True)]
