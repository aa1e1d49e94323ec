"""What holds of web/ and can be seen without Node."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

WEB = Path(__file__).resolve().parents[2] / "web"
SOURCES = sorted((WEB / "src").rglob("*.ts*"))
# Texts of a run come from outside: each of these could make markup or code of one.
FORBIDDEN = (
    r"\.(?:innerHTML|outerHTML|srcdoc)\b",
    r"\b(?:insertAdjacentHTML|dangerouslySetInnerHTML|createContextualFragment|setHTMLUnsafe)\b",
    r"\bdocument\.write",
    r"\beval\(",
    r"\bnew Function\b",
)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.relative_to(WEB).as_posix())
def test_no_text_becomes_markup_or_code(source: Path) -> None:
    text = source.read_text(encoding="utf-8")

    assert [pattern for pattern in FORBIDDEN if re.search(pattern, text)] == []


def test_versions_are_exact() -> None:
    """Equal sources give equal bytes only with equal tools."""
    package = json.loads((WEB / "package.json").read_text(encoding="utf-8"))
    named = package["dependencies"] | package["devDependencies"]

    assert [name for name, version in named.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []


def test_the_lock_file_names_no_registry() -> None:
    """npm asks the registry that the user's settings name; `integrity` says that what came is the same."""
    packages = json.loads((WEB / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    installed = {name: package for name, package in packages.items() if name}

    assert [name for name, package in installed.items() if "resolved" in package or "integrity" not in package] == []
