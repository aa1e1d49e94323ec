"""A page written by an earlier version still opens; `tests/renderers/pages/README.md` says how to add one."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from itk.renderers import plain
from itk.renderers.markup import Markup
from itk.renderers.viewer import page as shell
from itk.renderers.viewer.index import VERSION
from tests.renderers import build
from tests.renderers.freeze import PAGES
from tests.renderers.viewer.conftest import Show
from tests.renderers.viewer.reading import index

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
    page, faults = context.new_page(), []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text))
    page.add_init_script(WATCH)
    page.goto(path.as_uri())
    box = page.locator("svg text").filter(has_text="process intake").first.bounding_box()
    page.mouse.click(box["x"] + 5, box["y"] + box["height"] / 2)  # what takes it lies above or below the words
    page.wait_for_url(re.compile("#.*span=[0-9a-f]{16}"))

    page.get_by_role("heading", name="process intake").filter(visible=True).first.wait_for()
    assert faults + page.evaluate("violations") == []
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize("view", ["sequence", "waterfall"])
@pytest.mark.parametrize("path", READ, ids=named)
def test_the_viewer_of_today_reads_the_data_of_an_earlier_page(
    show: Show, tmp_path: Path, path: Path, view: str
) -> None:
    held: dict[str, list[Markup]] = {"index": [], "chunk": []}
    for found in DATA.finditer(path.read_text("utf-8")):
        held[found[1]].append(Markup(found[0]))
    data = shell.Data(index=held["index"][0], chunks=tuple(held["chunk"]), side=())
    content = shell.document(title="an earlier page", view=view, plain=plain.layer(build.poison()), data=[data])
    (tmp_path / "page.html").write_bytes(content)
    page = show(tmp_path / "page.html")
    page.locator("body").press("]")

    page.get_by_role("complementary", name="Details").get_by_text("KeyError").first.wait_for()
    assert page.get_by_text("3 spans failed").first.is_visible()
    assert page.get_by_role("button", name="Failures 3").is_enabled()
