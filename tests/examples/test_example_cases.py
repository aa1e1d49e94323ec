"""The cases a newcomer meets first are valid, and name components that the application has."""

from __future__ import annotations

from pathlib import Path

import pytest

from itk.casefile import Targets, load_case
from itk.checks import VOCABULARY
from itk.model.case import Case
from tests.examples.conftest import ROOT, Bot

CASES = sorted((ROOT / "cases").glob("*.yaml"))


def load(path: Path, settings: dict[str, str]) -> Case:
    """Read a case. Raises for every error and every variable without a value."""
    text = path.read_text(encoding="utf-8")
    return load_case(text, str(path), vocabulary=VOCABULARY, values=settings, defaults=Targets())


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_case_needs_nothing_but_the_settings_that_deploy_prints(path: Path, bot: Bot) -> None:
    case = load(path, bot.settings)

    assert case.id == path.stem
    assert case.expect
    assert case.name


def test_each_way_in_has_an_example(bot: Bot) -> None:
    used = {type(load(path, bot.settings).stimulus).__name__ for path in CASES}

    assert used == {"SqsEvent", "LambdaInvoke", "BedrockInvokeAgent"}
