"""The reference of the pages has the keys and the search language that they have."""

from __future__ import annotations

import re

from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "reference" / "artifacts.md").read_text(encoding="utf-8")
COMMANDS = (ROOT / "web" / "src" / "commands" / "commands.ts").read_text(encoding="utf-8")
QUERY = (ROOT / "web" / "src" / "search" / "query.ts").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    section = PAGE.partition(f"### {heading}\n")[2].partition("\n#")[0]
    return [[cell.strip() for cell in line.strip("|").split(" |")] for line in re.findall(r"^\|.*\|$", section, re.M)][
        2:
    ]


def test_every_command_with_a_key_stands_in_the_table() -> None:
    listed = re.findall(r'^    \["[^"]+", "([^"]+)", "([^"]*)", ', COMMANDS, re.M)
    assert len(listed) == len(re.findall(r'^    \["', COMMANDS, re.M)) > 20

    assert rows("Keys") == [[title, " ".join(f"`{key}`" for key in keys.split())] for title, keys in listed if keys]


def test_every_field_of_the_search_stands_in_the_table() -> None:
    fields = re.findall(r'^  (\w+): \{ value: "\w+", about: "([^"]+)", sample: "([^"]+)" \}', QUERY, re.M)

    assert rows("Search") == [[f"`{name}`", about, f"`{sample}`"] for name, about, sample in fields]
    assert len(fields) > 10
