"""The reference names every rule with its default, and every field of comparison.json."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from itk.casefile import load_rules
from itk.model.regression import (
    CaseCompared,
    CaseSide,
    ComparisonReport,
    Differing,
    ErrorShare,
    Given,
    ManyRuns,
    Noted,
    PathShare,
    Position,
    Range,
    Rate,
)
from itk.model.rules import RuleName, Rules
from tests.compare.conftest import Compare
from tests.compare.directories import save
from tests.renderers import compared

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "comparing.md").read_text(encoding="utf-8")
GUIDE = (Path(__file__).parents[2] / "docs" / "guides" / "comparing-runs.md").read_text(encoding="utf-8")
NAMES: tuple[RuleName, ...] = RuleName.__args__  # type: ignore[attr-defined]


def rows(head: str) -> dict[str, str]:
    """The table below a head: the names in the first cell -> the row."""
    section = PAGE.partition(f"\n| {head} |")[2].partition("\n\n")[0]
    found: dict[str, str] = {}
    for line in section.splitlines()[2:]:
        found.update(dict.fromkeys(re.findall(r"`([a-z_]+)`", line.split("|")[1]), line))
    return found


def test_every_rule_stands_there_with_its_defaults() -> None:
    told, rules = rows("rule"), Rules()

    assert tuple(told) == NAMES
    assert set(NAMES) == set(Rules.__struct_fields__) - {"confidence"}
    for name, line in told.items():
        rule = getattr(rules, name)
        assert line.split("|")[2].strip() == rule.level
        for field in set(rule.__struct_fields__) - {"level"}:
            assert f"`{field}`: {getattr(rule, field):g}" in line
    assert f"`confidence`: {rules.confidence:g}" in PAGE


def test_the_examples_of_rules_are_read() -> None:
    example = re.search(r"<!-- rules: .*?-->\n```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert example is not None
    rules = load_rules(example[1], "itk.yaml")
    assert (rules.retries.level, rules.retries.allow, rules.confidence) == ("warn", 1, 0.99)
    for text in re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL):
        assert load_rules(text, "itk.yaml") != Rules()


@pytest.mark.parametrize(
    ("head", "struct"),
    [("field", ComparisonReport), ("field of a case", CaseCompared), ("field of many runs", ManyRuns)],
)
def test_every_field_has_a_row(head: str, struct: type[msgspec.Struct]) -> None:
    assert set(rows(head)) == set(struct.__struct_fields__)


@pytest.mark.parametrize(
    ("head", "field", "struct"),
    [
        ("field", "a", Given),
        ("field of a case", "a", CaseSide),
        ("field of a case", "noted", Noted),
        ("field of a case", "differences", Differing),
        ("field of many runs", "passed", Rate),
        ("field of many runs", "passed", Range),
        ("field of many runs", "paths", PathShare),
        ("field of many runs", "failing", ErrorShare),
        ("field of many runs", "positions", Position),
    ],
)
def test_what_a_field_holds_is_named_in_its_row(head: str, field: str, struct: type[msgspec.Struct]) -> None:
    named = set(re.findall(r"`([a-z_]+)`", rows(head)[field]))
    assert set(struct.__struct_fields__) <= named


def test_the_guide_shows_what_the_command_says(tmp_path: Path, compare_dirs: Compare) -> None:
    said = compare_dirs(save(tmp_path / "a", compared.before()), save(tmp_path / "b", compared.after()))
    shown = re.search(r"```text\n(.*?)```", GUIDE, re.DOTALL)

    assert shown is not None
    assert set(shown[1].splitlines()) <= set(said.err.splitlines())
