"""docs/reference/stitching.md tells every rule by which a link is made, and every kind of id."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from itk.model.ids import IdKind
from itk.stitch.messages.causes import CONSUMED
from itk.stitch.ownership.rules import CLASSES

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/reference/stitching.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def strings(node: ast.AST) -> Iterator[str]:
    """What an expression may be, as far as it is written down: both sides of a condition, not the condition."""
    match node:
        case ast.Constant(value=str(value)):
            yield value
        case ast.IfExp(body=body, orelse=other):
            yield from (*strings(body), *strings(other))


def rules_made() -> set[str]:
    """Every rule that `stitch` writes into a link; those that are kinds of ids at run time besides."""
    found = set(CONSUMED)
    for path in (ROOT / "src/itk/stitch").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.keyword(arg="rule", value=value) | ast.Assign(targets=[ast.Name(id="rule")], value=value):
                    found.update(strings(value))
    return found


def test_every_rule_is_told_and_none_that_is_not_there() -> None:
    told = {
        name for row in re.findall(r"^\| (`.+?) \| \w+ \|", section("Rules"), re.M) for name in row[1:-1].split("`, `")
    }
    assert told == rules_made()


def test_every_kind_of_id_is_told_with_its_class() -> None:
    rows = re.findall(r"^\| (`.+?) \| (\w+) \|", section("Which records are the run's"), re.M)
    assert {name: class_ for names, class_ in rows for name in names[1:-1].split("`, `")} == CLASSES
    assert set(CLASSES) == set(get_args(IdKind))
