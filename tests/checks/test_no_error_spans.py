from __future__ import annotations

import pytest

from itk.model.evidence import ErrorFact
from tests.checks.build import facts, root, said, span, verdict


def test_passes_without_errors() -> None:
    assert said("no_error_spans", facts(root(), span())) == "passed"


@pytest.mark.parametrize("status", ["error", "timeout", "throttled", "blocked"])
def test_fails_on_every_bad_end(status: str) -> None:
    found = verdict("no_error_spans", facts(root(), span(status=status, error=ErrorFact(type="Boom", message="no"))))
    assert found.status == "failed"
    assert found.span_ids == ("b",)
    assert "Boom: no" in found.message


def test_an_error_stays_one() -> None:
    assert said("no_error_spans", facts(root(), span(status="error"), complete=False)) == "failed"
    assert said("no_error_spans", facts(root(), span(), complete=False)) == "inconclusive"
