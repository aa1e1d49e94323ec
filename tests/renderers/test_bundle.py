"""The viewer's bundle as it is committed, read without Node; `scripts/web check` compares it with its sources."""

from __future__ import annotations

import gzip
import re

import pytest

from itk.renderers import assets

SCRIPT, STYLE = "viewer.js", "viewer.css"


def size(name: str) -> int:
    return len(assets.text(name).encode("utf-8"))


def test_the_bundle_stays_small() -> None:
    """Every page carries it: budgets in bytes, gzip as a web server would send it."""
    assert size(SCRIPT) <= 120_000
    assert len(gzip.compress(assets.text(SCRIPT).encode("utf-8"), 9, mtime=0)) <= 40_000
    assert size(STYLE) <= 25_000


@pytest.mark.parametrize("name", [SCRIPT, STYLE])
def test_the_bundle_can_stand_inside_a_page(name: str) -> None:
    """Nothing in it ends the element that holds it, or begins a comment in which the parser stays."""
    assert not re.search(r"</(?:script|style)|<!--|<script", assets.text(name), re.IGNORECASE)


@pytest.mark.parametrize("name", [SCRIPT, STYLE])
def test_the_bundle_asks_for_nothing_from_elsewhere(name: str) -> None:
    text = assets.text(name)

    assert "sourceMappingURL" not in text
    assert not re.search(r"@import|url\((?!\s*[\"']?(?:data:|#))|\bimport\s*\(", text)


def test_the_licence_of_preact_goes_with_it() -> None:
    assert "Jason Miller" in assets.text(SCRIPT)
    assert "The above copyright notice and this permission notice shall be included" in assets.text(SCRIPT)
