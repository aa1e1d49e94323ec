"""Checks whose parameters stand beside their name, read with a vocabulary of one invented check."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
import yaml
from pydantic import BaseModel, ConfigDict, Field

from itk.casefile import CheckForm, Targets, case_schema, read_case
from itk.checks import VOCABULARY
from itk.model.case import CheckSpec
from itk.model.problem import Problem

SET = Targets(queue_url="https://sqs.eu-west-1.amazonaws.com/123456789012/qa")
HEAD = "id: x\nentrypoint: {type: sqs_event, payload: a}\n"


class PickParams(BaseModel):
    model_config = ConfigDict(extra="forbid")
    where: dict[str, Any] = Field(description="which")
    count: int = Field(1, ge=0, description="how many")
    under: str = Field("", description="below what")


class Pick:
    name = "pick"
    summary = "Something is there."
    params = PickParams
    shorthand = "where"
    beside = ("count", "under")


WORDS: dict[str, CheckForm] = {**VOCABULARY, "pick": Pick()}


def read(written: str) -> tuple[tuple[CheckSpec, ...], tuple[Problem, ...]]:
    case, problems = read_case(HEAD + written, "x.yaml", vocabulary=WORDS, values={}, defaults=SET)
    return (case.expect if case is not None else ()), problems


@pytest.mark.parametrize(
    "written",
    [
        "expect: [{pick: {component: a, name: b}, count: 2, name: two, severity: warn}]",
        "expect: [{severity: warn, count: 2, name: two, pick: {component: a, name: b}}]",
    ],
)
def test_what_stands_beside_it_belongs_to_the_check_and_modifiers_do_not(written: str) -> None:
    (check,), problems = read(written)

    assert problems == ()
    assert check.params == {"where": {"component": "a", "name": "b"}, "count": 2, "under": ""}
    assert (check.name, check.title, check.severity) == ("pick", "two", "warn")
    jsonschema.validate(yaml.safe_load(HEAD + written), case_schema(WORDS))


def test_the_reference_kit_s_form_holds_all_parameters() -> None:
    (check,), _ = read("invariants: [{name: pick, where: {component: a}, count: 0, severity: warn}]")

    assert check.params == {"where": {"component": "a"}, "count": 0, "under": ""}
    assert check.severity == "warn"


@pytest.mark.parametrize(
    ("written", "where", "what", "fix"),
    [
        ("{pick: {a: b}, cuont: 1}", "3:25", "unknown key `cuont` beside `pick`",
         "did you mean `count`? known: count, under, name, severity, xfail"),
        ("{pick: {a: b}, sevrity: warn}", "3:25", "unknown key `sevrity` beside `pick`",
         "did you mean `severity`? known: count, under, name, severity, xfail"),
        ("{pick: {a: b}, count: two}", "3:32", "`count`: expected a whole number, found text",
         "write a number without quotes, unit or separators"),
        ("{pick: {a: b}, complete: }", "3:25", "one `- ` holds one check", "put `- ` before `complete` too"),
        ("{pick: 3}", "3:17", "`pick`: expected a mapping (`key: value`), found a number", ""),
        ("pick", "3:10", "`pick` needs `where`", "write `- pick: …`"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_where_it_stands(written: str, where: str, what: str, fix: str) -> None:
    _, (problem, *more) = read(f"expect: [{written}]")

    assert (str(problem.where), problem.what, problem.fix, more) == (f"x.yaml:{where}", what, fix, [])
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.safe_load(f"{HEAD}expect: [{written}]"), case_schema(WORDS))
