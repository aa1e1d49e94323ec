"""README, ARCHITECTURE.md and docs/ tell the truth: what they name exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.main

from itk.cli import app
from itk.settings import FIELDS

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")])
COMMANDS = typer.main.get_command(app)


def options_of(path: list[str]) -> set[str] | None:
    """The options of `itk PATH`, or None if there is no such command."""
    command = COMMANDS
    for name in path:
        found = getattr(command, "commands", {}).get(name)
        if found is None:
            return None
        command = found
    return {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_relative_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_command_and_option_exists(page: Path) -> None:
    for line in re.findall(r"(?:^|[`$(\s])itk ((?:[a-z-]+)(?: [^`\n|#]*)?)", page.read_text(encoding="utf-8")):
        words = line.split()
        if words[0] not in getattr(COMMANDS, "commands", {}):
            continue  # prose: "itk is taken"
        path = words[:2] if len(words) > 1 and options_of(words[:2]) is not None else words[:1]
        known = options_of(path)
        assert known is not None, line
        for option in re.findall(r"(?<=\s)(--[a-z-]+)", " " + line):
            assert option in known | {"--help"}, f"itk {line}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_setting_exists(page: Path) -> None:
    """ITK_TRACE_ID is what the run id is called on the wire; the others name no setting but the tests' own knobs."""
    known = {str(name) for name in FIELDS} | {"ITK_TRACE_ID", "ITK_CORPUS", "ITK_CHROMIUM", "ITK_SCREENSHOTS"}
    named = set(re.findall(r"\bITK_[A-Z_]*[A-Z]\b", page.read_text(encoding="utf-8")))
    assert named <= known, named - known


def test_every_place_that_the_architecture_names_is_there() -> None:
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    for place in set(re.findall(r"`([a-z_]+/[a-z_/]*(?:\.py)?)`", page)):
        assert (ROOT / place).exists() or any((ROOT / "src").rglob(place)), place


@pytest.mark.parametrize("target", re.findall(r"`make ([a-z]+)`", (ROOT / "README.md").read_text(encoding="utf-8")))
def test_make_targets_exist(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
