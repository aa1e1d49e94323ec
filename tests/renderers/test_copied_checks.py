"""What "copy as checks" writes is a case that ITK reads, and that holds of the run it was copied from.

`web/tests/checks.test.ts` writes the files and checks that they are fresh.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from scripts.generate import VIEWER_RUNS

from itk.casefile import Targets, load_case
from itk.checks import VOCABULARY, judge
from itk.model.case import Case
from itk.model.run import RunResult
from itk.ports import Facts

COPIED = Path(__file__).parents[2] / "web" / "tests" / "copied"
HEAD = "id: copied\nentrypoint: {type: lambda_invoke, target: {function_name: f}, payload: {}}\n"
runs = pytest.mark.parametrize("name", VIEWER_RUNS)


def copied(name: str, wish: str) -> Case:
    text = HEAD + (COPIED / f"{name}.{wish}.yaml").read_text(encoding="utf-8")
    return load_case(text, "copied.yaml", vocabulary=VOCABULARY, values={}, defaults=Targets())


def facts(run: RunResult) -> Facts:
    return Facts(trace=run.trace, receipt=run.receipt, complete=True)


def taken_in(text: str) -> str:
    """With every suggestion that was commented out."""
    return text.replace("\n  # - ", "\n  - ")


@runs
def test_what_was_seen_holds_of_the_same_run(name: str) -> None:
    run = VIEWER_RUNS[name]()
    case = copied(name, "expect")
    verdicts = judge(case.expect, facts(run))

    assert len(verdicts) >= 3
    assert [(verdict.name, verdict.message) for verdict in verdicts if verdict.status != "passed"] == []


@runs
def test_what_is_never_to_be_seen_again_fails_in_the_same_run(name: str) -> None:
    verdicts = judge(copied(name, "never").expect, facts(VIEWER_RUNS[name]()))

    assert verdicts
    assert {verdict.status for verdict in verdicts} == {"failed"}


@runs
def test_what_is_suggested_holds_as_well(name: str) -> None:
    text = taken_in(HEAD + (COPIED / f"{name}.expect.yaml").read_text(encoding="utf-8"))
    case = load_case(text, "copied.yaml", vocabulary=VOCABULARY, values={}, defaults=Targets())
    verdicts = judge(case.expect, facts(VIEWER_RUNS[name]()))

    assert [verdict.message for verdict in verdicts if verdict.status != "passed"] == []
