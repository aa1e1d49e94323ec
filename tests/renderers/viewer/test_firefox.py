"""The pages in Firefox: few tests, for `make test-firefox`; what they do is tested in Chromium at length."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.renderers import build
from tests.renderers.viewer.conftest import written
from tests.renderers.viewer.marionette import Firefox, firefox

pytestmark = pytest.mark.skipif(os.environ.get("ITK_TEST_FIREFOX") != "1", reason="`make test-firefox` runs these")
READY = "return document.documentElement.dataset.ready"
CHOSEN = "return document.querySelector('[aria-current=true], [role=row][aria-selected=true]')?.ariaLabel"
DETAILS = "return document.querySelector('aside.details[aria-busy=false]')?.textContent"
# The page's own script sees no listener of a test, so what a policy stopped is counted where it is reported.
WATCH = "window.addEventListener('securitypolicyviolation', () => document.documentElement.dataset.stopped = 'yes')"


@pytest.fixture(scope="module")
def fox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    program = firefox()
    if program is None:
        pytest.skip("no Firefox: install firefox-esr, or set ITK_FIREFOX to its path")
    started = Firefox(program, tmp_path_factory.mktemp("profile"), tmp_path_factory.mktemp("downloads"))
    yield started
    started.close()


@pytest.mark.parametrize("name", ["trace-viewer.html", "timeline.html"])
def test_a_page_opens_moves_finds_and_shows_details(fox: Firefox, tmp_path: Path, name: str) -> None:
    fox.open((written(build.poison(), tmp_path) / name).as_uri())
    fox.until(READY)
    fox.run(WATCH)
    before = fox.until(CHOSEN)
    fox.press("k")
    fox.until(f"return (() => {{ {CHOSEN} }})() !== arguments[0]", before)
    fox.press("]")
    assert "SendMessage" in fox.until(DETAILS)
    fox.press("/", *"KeyError")
    count = "const text = document.querySelector('.search output').textContent; return /\\d/.test(text) && text"
    assert "3" in fox.until(count)

    assert fox.run("return document.documentElement.dataset.stopped ?? null") is None


def test_the_drawing_is_saved(fox: Firefox, tmp_path: Path) -> None:
    fox.open((written(build.happy(), tmp_path) / "trace-viewer.html").as_uri())
    fox.until(READY)
    fox.run("[...document.querySelectorAll('button')].find(e => e.textContent.trim() === 'Export').click()")
    fox.until("return document.querySelector('dialog[open]') !== null")
    fox.run("[...document.querySelectorAll('dialog button')].find(e => e.textContent === 'Download SVG').click()")
    said = fox.until("return document.querySelector('dialog footer').textContent.replace('Working…', '')")

    assert "svg" in said
    (saved,) = fox.downloads.glob("*.svg")
    assert saved.read_text("utf-8").startswith(("<svg", "<?xml"))
