"""What a person finds and does on the pages: by roles and names, and by the places that spans have in the index."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterable
from typing import Any

import pytest
from playwright.sync_api import TimeoutError

from itk.model.run import RunResult
from tests.renderers.viewer import reading

PAGES = ("trace-viewer.html", "timeline.html")
both = pytest.mark.parametrize("name", PAGES)
TALL = {"viewport": {"width": 1400, "height": 3200}}  # every row of a small run is in view
MESSAGES = "Messages in the order of time"


def places(run: RunResult) -> dict[str, int]:
    """Where each span stands in the index, by its id: the drawings know spans by that."""
    ids = reading.index(reading.page(run))["spans"]["id"]
    if isinstance(ids, str):
        packed = b64decode(ids).hex()
        ids = [packed[at : at + 16] for at in range(0, len(packed), 16)]
    return {span_id: place for place, span_id in enumerate(ids)}


def items(page: Any) -> Any:
    """Messages of the diagram, or rows of the timeline: those that are in the document and not set aside."""
    return page.locator("[role=listitem][data-row], [role=treegrid] [role=row]:not([hidden])")


def item(page: Any, text: str | re.Pattern[str]) -> Any:
    """The first message or row whose spoken name holds `text`."""
    pattern = text if isinstance(text, re.Pattern) else re.compile(re.escape(text))
    found = page.get_by_role("listitem", name=pattern).or_(page.get_by_role("row", name=pattern))
    return found.and_(items(page)).first


def choose(page: Any, text: str | re.Pattern[str]) -> None:
    """Click the words of a message, or a row."""
    found = item(page, text)
    words = found.locator("text.label")
    if words.count():
        words.click(position={"x": 6, "y": 6})  # the middle may lie between two words
    else:
        found.click()


def marked(page: Any, kind: str, spans: Iterable[int]) -> None:
    """Exactly those spans are marked in the timeline: `found`, `cited`, `picked`. Waits until it is so."""
    from playwright.sync_api import expect

    wanted = sorted(set(spans))
    row = f"[role=row].{kind}[data-span]:not([hidden])"
    expect(page.locator(row)).to_have_count(len(wanted))
    if wanted:
        those = ", ".join(f'{row}[data-span="{span}"]' for span in wanted)
        expect(page.locator(those)).to_have_count(len(wanted))


def seen(page: Any) -> set[int]:
    """The spans that are drawn: with a tall window, all that are shown."""
    return set(page.locator("[role=treegrid] [role=row][data-span]:not([hidden])").evaluate_all(DATA_SPANS))


DATA_SPANS = "all => all.map((each) => Number(each.dataset.span))"


def current(page: Any) -> Any:
    """What is selected in the drawing."""
    return page.locator("[role=listitem][aria-current=true], [role=row][aria-selected=true]:not([hidden])")


def details(page: Any) -> Any:
    return page.get_by_role("complementary", name="Details")


def section(page: Any, title: str) -> Any:
    """A section of the details, opened."""
    heading = page.get_by_role("button", name=re.compile(f"^{re.escape(title)}"))
    found = details(page).locator("section.fold", has=heading).first
    opener = found.locator("h3 > button")
    if opener.get_attribute("aria-expanded") == "false":
        opener.click()
    return found


def side(page: Any) -> Any:
    return page.get_by_role("complementary", name="Checks and counts")


def search(page: Any, query: str) -> Any:
    """Type a query and wait until all that agrees with it is found; the place where its count stands."""
    from playwright.sync_api import expect

    box = page.get_by_role("searchbox", name="Search")
    box.fill(query)
    counted = page.locator("output.count")
    if query:
        expect(counted).to_have_text(re.compile(r"^(no match|\d.*(match|matches|of [\d,]+))$"))
    return counted


def unfold(page: Any) -> None:
    """Every span for itself: no attempts and no loops are folded."""
    page.get_by_role("button", name="What ran").click()
    loops = page.get_by_role("button", name="Loops folded")
    if loops.is_enabled():
        loops.click()


def command(page: Any, title: str) -> None:
    """Give a command by its name, if it can be given now."""
    box = page.get_by_role("dialog", name="Commands").get_by_role("combobox")
    for _ in range(5):  # a key that is pressed while a sheet is still going away is lost
        page.keyboard.press("Control+k")
        try:
            box.wait_for(timeout=3_000)
        except TimeoutError:
            continue
        break
    box.fill(title)
    page.keyboard.press("Enter" if page.get_by_role("option").count() else "Escape")
    page.get_by_role("dialog").wait_for(state="detached")


def drawn(page: Any) -> None:
    """Wait until the drawing shows what was chosen: it draws at the next frame."""
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def link(page: Any) -> str:
    """The link that is copied: all after the name of the file."""
    page.evaluate("navigator.clipboard.writeText('')")
    page.keyboard.press("y")
    page.get_by_text("The link was copied").wait_for(state="attached")
    return "#" + str(page.evaluate("navigator.clipboard.readText()")).partition("#")[2]


def in_view(page: Any, locator: Any) -> bool:
    """Is its middle inside the drawing, and not under the heads of the participants?"""
    box = locator.first.bounding_box()
    stage = page.locator("section.stage").bounding_box()
    middle = box["y"] + box["height"] / 2
    return bool(
        stage["y"] < middle < stage["y"] + stage["height"]
        and box["x"] < stage["x"] + stage["width"]
        and box["x"] + box["width"] > stage["x"]
    )
