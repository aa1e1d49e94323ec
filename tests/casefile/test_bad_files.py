"""Bad files, and beside each the message that a person gets. `WRITE_EXPECTED=1` writes them anew: read the diff."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from itk.casefile import Targets, read_case, read_repository
from itk.checks import VOCABULARY
from itk.model.problem import Problem

BAD = Path(__file__).parent / "bad"
BAD_REPOSITORIES = BAD / "repository"


@pytest.mark.parametrize("file", sorted(BAD.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_bad_file_says_what_is_wrong_where_and_how_to_mend_it(file: Path) -> None:
    targets = Targets(queue_url="https://sqs.eu-west-1.amazonaws.com/123456789012/qa", agent_id="A", agent_alias_id="B")
    _, problems = read_case(
        file.read_bytes(), file.name, vocabulary=VOCABULARY, values={}, defaults=targets, targets_needed=False
    )
    _hold(problems, file)


@pytest.mark.parametrize("file", sorted(BAD_REPOSITORIES.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_bad_itk_yaml_says_so_as_well(file: Path) -> None:
    _, problems = read_repository(file.read_bytes(), file.name, vocabulary=VOCABULARY, values={})
    _hold(problems, file)


def _hold(problems: tuple[Problem, ...], file: Path) -> None:
    said = "\n\n".join(map(str, problems)) + "\n"
    expected = file.with_suffix(".txt")
    if os.environ.get("WRITE_EXPECTED"):
        expected.write_text(said, encoding="utf-8")

    assert problems
    assert said == expected.read_text(encoding="utf-8")
    assert all(problem.where.line or "file" in problem.what for problem in problems)
