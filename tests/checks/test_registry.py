"""Laws over every registered check."""

from __future__ import annotations

from inspect import getdoc
from typing import Any, get_args

import msgspec
import pytest
from pydantic import ValidationError

from itk.casefile.forms import MODIFIERS
from itk.checks import CHECKS, VOCABULARY
from itk.model.trace import Attempt, Component, Payload, Trace
from itk.ports import Check, Early, Facts
from tests.checks.build import MS, facts, receipt, root, said, span, spec, verdict

PARAMS: dict[str, dict[str, Any]] = {
    "required_components": {"components": ("*",)},
    "forbidden_components": {"components": ("x",)},
    "max_duration_ms": {"max": 1e9},
    "response_contains": {"text": "a"},
    "spans": {"spans": {"name": "x"}, "count": 0},
    "response": {"fields": {"text": "a"}},
    "trace": {"complete": True, "coverage": 0},
    "budget": {"retries": 0},
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
    assert check.settles_early(spec(check.name, **PARAMS.get(check.name, {}))) in get_args(Early)
    assert getdoc(check.settles_early)
    if check.shorthand is not None:
        assert check.shorthand in check.params.model_fields


# What is wrong here, is wrong in every way that a check may look for.
WRONG = facts(
    root(response=Payload(value="no")),
    span(status="error", attempt=Attempt(n=3, kind="app"), component=Component("lambda", "x"), end_ns=5 * MS),
    span("c", "gone", join=None, response=Payload(value=""), operation="DeadLetter", ids={"span_id": "7"}),
    span("d", "gone", join=None, ids={"span_id": "7"}),
    span("d", end_ns=10**15),
    receipt=msgspec.structs.replace(receipt("lambda"), response={"text": ""}),
)
STRICT: dict[str, dict[str, Any]] = {
    **PARAMS,
    "has_spans": {"min_count": 99},
    "max_duration_ms": {"max": 1},
    "required_components": {"components": ("lambda:itake",)},
    "that": {"expression": "spans[0].nothing"},
    "trace": {"complete": True, "no_orphans": True, "no_cycles": True},
    "spans": {"spans": {"name": "x"}},
}
# Of these nothing is nearest: no span comes close to what they ask for, or this run has no agent that could.
WITHOUT_NEAREST = {"has_spans", "has_entrypoint", "valid_timestamps", "no_duplicate_span_ids", "no_dlq_messages",
                   "complete", "that", "dlq", "queue", "expectedTrajectory", "tools", "turns",
                   "expectedResponse"}  # fmt: skip


@each
def test_what_fails_says_what_was_wanted_what_was_there_and_what_came_close(check: Check) -> None:
    of = facts(root(component=Component("queue", "other"))) if check.name in ("has_entrypoint", "complete") else WRONG
    found = verdict(check.name, of, **STRICT.get(check.name, {}))

    assert found.status == "failed"
    assert found.expected
    assert found.actual
    assert found.message
    assert bool(found.nearest) == (check.name not in WITHOUT_NEAREST)
    assert len(found.nearest) <= 5
    assert all(near.label and near.differs for near in found.nearest)


@each
@pytest.mark.parametrize("empty", EMPTY)
def test_nothing_to_judge_says_what_was_wanted(check: Check, empty: str) -> None:
    found = verdict(check.name, EMPTY[empty], **PARAMS.get(check.name, {}))
    assert found.expected
    assert found.actual


@each
def test_what_stands_beside_a_check_is_a_parameter_and_nothing_else(check: Check) -> None:
    assert set(check.beside) <= set(check.params.model_fields)
    assert not {*MODIFIERS, *VOCABULARY} & set(check.beside)


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
