"""Nearer and farther, sideways, minimaps: by wheel, drag and keys, to both ends, and the page stays small."""

from __future__ import annotations

import re
from typing import Any

import pytest
from benchmarks.big_runs import big_run
from playwright.sync_api import expect

from tests.renderers import build
from tests.renderers.viewer import odd
from tests.renderers.viewer.conftest import Show
from tests.renderers.viewer.using import both, choose, current, drawn, item, items

pytestmark = pytest.mark.browser
NODES = "document.querySelectorAll('*').length"


def zoomed(page: Any) -> Any:
    return page.locator(".zoom")


def stage(page: Any) -> tuple[float, float]:
    """The middle of the drawing."""
    box = page.locator("section.stage").bounding_box()
    return box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.6


@both
def test_every_way_to_zoom_zooms_and_there_is_a_way_back(show: Show, name: str) -> None:
    page = show(big_run(200), name)
    first = zoomed(page).inner_text()
    view = page.get_by_role("toolbar", name="View")
    ways = [
        lambda: view.get_by_role("button", name="Zoom in").click(),
        lambda: page.keyboard.press("+"),
        lambda: wheel(page, -240),
    ]
    for way in ways:
        way()
        expect(zoomed(page)).not_to_have_text(first)
        view.get_by_role("button", name=re.compile("Natural size|Whole time")).click()
        expect(zoomed(page)).to_have_text(first)
    current(page).first.focus()
    page.keyboard.press("+")
    expect(zoomed(page)).not_to_have_text(first)
    page.keyboard.press("0")
    expect(zoomed(page)).to_have_text(first)


def wheel(page: Any, by: int) -> None:
    page.mouse.move(*stage(page))
    page.keyboard.down("Control")
    page.mouse.wheel(0, by)
    page.keyboard.up("Control")


@both
def test_to_both_ends_of_the_zoom_the_page_stays_small_and_finds_back(show: Show, name: str) -> None:
    page = show(big_run(2000), name)
    most = []
    for key in ("-", "+"):
        for _ in range(40):
            page.keyboard.press(key)
        drawn(page)
        most.append(page.evaluate(NODES))
    page.keyboard.press("0")
    page.keyboard.press("f")
    expect(current(page).first).to_be_in_viewport()
    assert max(most) <= 1_500


@both
def test_the_window_may_change_while_zoomed(show: Show, name: str) -> None:
    page = show(big_run(200), name)
    for _ in range(3):
        page.keyboard.press("+")
    said = zoomed(page).inner_text()
    for width in (700, 1600, 900):
        page.set_viewport_size({"width": width, "height": 800})
        drawn(page)
        assert zoomed(page).inner_text() == said
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert items(page).count() > 5
    if name == "trace-viewer.html":
        box = page.locator(".seq-body").bounding_box()
        room = page.locator(".seq-scroll").bounding_box()
        assert box["width"] <= room["width"]


def test_the_diagram_is_dragged_and_a_drag_is_no_click(show: Show) -> None:
    page = show(big_run(200))
    scroll = page.locator(".seq-scroll")
    before = scroll.evaluate("each => each.scrollTop")
    here = current(page).first.get_attribute("data-span")
    x, y = stage(page)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 150, steps=5)
    page.mouse.up()
    assert scroll.evaluate("each => each.scrollTop") == before + 150
    assert current(page).first.get_attribute("data-span") == here
    assert page.get_by_role("complementary", name="Details").count() == 0


def test_the_strip_of_the_diagram_is_a_slider_by_hand_and_keys(show: Show) -> None:
    page = show(big_run(500))
    strip = page.get_by_role("slider", name="Position in the diagram")
    box = strip.bounding_box()
    page.mouse.click(box["x"] + 20, box["y"] + box["height"] - 40)
    expect(strip).to_have_attribute("aria-valuenow", re.compile(r"^([6-9]\d|100)$"))
    strip.focus()
    page.keyboard.press("Home")
    expect(strip).to_have_attribute("aria-valuenow", "0")
    expect(strip).to_have_attribute("aria-valuetext", re.compile("^message 1 of "))
    page.keyboard.press("End")
    expect(strip).to_have_attribute("aria-valuenow", re.compile(r"^(9\d|100)$"))
    page.keyboard.press("PageUp")
    page.keyboard.press("ArrowUp")
    expect(strip).not_to_have_attribute("aria-valuetext", re.compile("^message 1 of "))


def test_the_map_of_time_is_brushed_moved_and_cleared(show: Show) -> None:
    page = show(big_run(200), "timeline.html")
    brush = page.locator(".fall-brush")
    box = brush.bounding_box()
    y = box["y"] + 20
    page.mouse.move(box["x"] + 200, y)
    page.mouse.down()
    page.mouse.move(box["x"] + 400, y, steps=5)
    page.mouse.up()
    start = page.get_by_role("slider", name="Start of the time shown")
    end = page.get_by_role("slider", name="End of the time shown")
    whole = float(end.get_attribute("aria-valuemax"))
    low, high = (float(each.get_attribute("aria-valuenow")) for each in (start, end))
    assert 0 < low < high < whole
    page.mouse.move(box["x"] + 300, y)
    page.mouse.down()
    page.mouse.move(box["x"] + 380, y, steps=5)
    page.mouse.up()
    assert float(start.get_attribute("aria-valuenow")) > low
    start.focus()
    page.keyboard.press("Home")
    expect(start).to_have_attribute("aria-valuenow", "0")
    page.mouse.dblclick(box["x"] + box["width"] - 60, y)
    expect(zoomed(page)).to_have_text("1.0×")
    assert start.get_attribute("aria-valuetext")


def test_the_timeline_pans_by_keys_and_zooms_to_a_span(show: Show) -> None:
    page = show(build.happy(), "timeline.html")
    choose(page, "GetItem")
    page.keyboard.press("Escape")
    page.keyboard.press("f")
    expect(zoomed(page)).not_to_have_text("1.0×")
    start = page.get_by_role("slider", name="Start of the time shown")
    expect(start).not_to_have_attribute("aria-valuenow", "0")
    before = float(start.get_attribute("aria-valuenow"))
    page.keyboard.press("d")
    drawn(page)
    after = float(start.get_attribute("aria-valuenow"))
    page.keyboard.press("a")
    drawn(page)
    assert after > before
    assert abs(float(start.get_attribute("aria-valuenow")) - before) <= 1


@both
def test_double_click_folds_or_goes_near(show: Show, name: str) -> None:
    page = show(build.happy(), name)
    target = item(page, "process intake")
    words = target.locator("text.label")
    (words if words.count() else target.locator(".fall-time")).dblclick(position={"x": 6, "y": 6})
    if name == "timeline.html":
        expect(zoomed(page)).not_to_have_text("1.0×")
    else:
        expect(target).to_have_attribute("aria-label", re.compile("collapsed, "))


@pytest.mark.parametrize("make", [odd.one, odd.timeless, odd.nothing])
def test_where_there_is_no_time_to_zoom_nothing_breaks(show: Show, make: Any) -> None:
    page = show(make(), "timeline.html")
    for key in ("+", "+", "-", "0", "f", "d", "a", "s", "+", "-", "0"):
        page.keyboard.press(key)
        drawn(page)
    assert "NaN" not in page.locator("#app").inner_html()
