"""Laws over every registered check."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from itk.checks import CHECKS, VOCABULARY
from itk.model.trace import Trace
from itk.ports import Check, Facts
from tests.checks.build import facts, receipt, root, said

PARAMS: dict[str, dict[str, Any]] = {
    "required_components": {"components": ("*",)},
    "forbidden_components": {"components": ("x",)},
    "max_duration_ms": {"max": 1e9},
    "response_contains": {"text": "a"},
    "that": {"expression": "`true`"},
    "expectedTrajectory": {"tools": ("x",)},
    "tools": {"deny": ("x",)},
    "expectedResponse": {"text": "x"},
    "turns": {"turns": ({"input": "x"},)},
}
each = pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
EMPTY = {
    "no span at all": Facts(trace=Trace(trace_id="t", run_id="r"), receipt=None, complete=True),
    "only what was sent": facts(root()),
    "only a call": facts(root(kind="CLIENT"), receipt=receipt("lambda")),
}


@each
@pytest.mark.parametrize("empty", EMPTY)
@pytest.mark.parametrize("complete", [True, False])
def test_an_empty_trace_never_passes(check: Check, empty: str, complete: bool) -> None:
    """Who looked at nothing has proven nothing; while evidence may still come, nothing has failed either."""
    bare = EMPTY[empty]
    of = Facts(trace=bare.trace, receipt=bare.receipt, complete=complete)
    assert said(check.name, of, **PARAMS.get(check.name, {})) == ("failed" if complete else "inconclusive")


@each
def test_every_check_says_what_it_is(check: Check) -> None:
    assert VOCABULARY[check.name] is check
    assert check.summary.endswith(".")
    assert check.settles_early in ("passed", "failed", "")
    if check.shorthand is not None:
        assert check.shorthand in check.params.model_fields


@each
def test_unknown_params_are_rejected(check: Check) -> None:
    """A misspelt parameter must not be a check that checks less."""
    with pytest.raises(ValidationError):
        check.params(**PARAMS.get(check.name, {}), misspelt=1)


@each
def test_every_field_of_params_is_explained(check: Check) -> None:
    for name, field in check.params.model_fields.items():
        assert field.description, name


def test_no_two_checks_share_a_name() -> None:
    assert len(VOCABULARY) == len(CHECKS)
