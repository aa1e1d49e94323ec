"""A page written by an earlier version still opens; `tests/renderers/pages/README.md` says how to add one."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from itk.renderers.viewer.index import VERSION
from tests.renderers import build
from tests.renderers.freeze import PAGES
from tests.renderers.viewer.conftest import Show
from tests.renderers.viewer.reading import index, page

FROZEN = sorted(PAGES.glob("v*.html"), key=lambda path: int(path.stem[1:]))
READ = [path for path in FROZEN if int(path.stem[1:]) >= 2]
DATA = re.compile(r'<script type="application/itk-(index|chunk)".*?</script>', re.DOTALL)
WATCH = """window.violations = [];
addEventListener("securitypolicyviolation", (event) => violations.push(event.violatedDirective));"""


def named(path: Path) -> str:
    return path.stem


def test_every_version_has_its_page() -> None:
    assert [int(path.stem[1:]) for path in FROZEN] == list(range(1, VERSION + 1))
    for path in READ:
        kept = json.loads(path.with_suffix(".index.json").read_text("utf-8"))
        assert kept == index(path.read_text("utf-8"))
        assert kept["v"] == int(path.stem[1:])


@pytest.mark.browser
@pytest.mark.parametrize("path", FROZEN, ids=named)
def test_a_page_of_any_version_opens_by_its_own_script(browser: Any, path: Path) -> None:
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    context.set_default_timeout(8_000)
    opened, faults = context.new_page(), []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda message: faults.append(message.text))
    opened.add_init_script(WATCH)
    opened.goto(path.as_uri())
    box = opened.locator("svg text").filter(has_text="process intake").first.bounding_box()
    opened.mouse.click(box["x"] + 5, box["y"] + box["height"] / 2)  # what takes it lies above or below the words
    opened.wait_for_url(re.compile("#.*span=[0-9a-f]{16}"))

    opened.get_by_role("heading", name="process intake").filter(visible=True).first.wait_for()
    assert faults + opened.evaluate("violations") == []
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize("name", ["trace-viewer.html", "timeline.html"])
@pytest.mark.parametrize("path", READ, ids=named)
def test_the_viewer_of_today_reads_the_data_of_an_earlier_page(
    show: Show, tmp_path: Path, path: Path, name: str
) -> None:
    (tmp_path / "page.html").write_text(transplanted(path.read_text("utf-8"), page(build.small(), name)), "utf-8")
    opened = show(tmp_path / "page.html")
    opened.locator("body").press("]")

    opened.get_by_role("complementary", name="Details").get_by_text("KeyError").first.wait_for()
    assert opened.get_by_text("3 spans failed").first.is_visible()
    assert opened.get_by_role("button", name="Failures 3").is_enabled()


def transplanted(old: str, new: str) -> str:
    """The page `new` with the data of `old`, and with none of its own."""
    held = [found[0] for found in DATA.finditer(old)]
    assert "application/itk-index" in held[0]
    first = DATA.search(new)
    assert first is not None
    head, tail = new[: first.start()], DATA.sub("", new[first.end() :])
    return head + held[0] + tail.replace("</body>", "\n".join(held[1:]) + "</body>")
