"""Runs of odd shapes, and odd ways to look at them: nothing is clipped, lost or said twice, and nothing fails."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.renderers import awkward, build
from tests.renderers.viewer import odd
from tests.renderers.viewer.conftest import Show
from tests.renderers.viewer.using import both, current, details, drawn, item, items, unfold

pytestmark = pytest.mark.browser
RUNS = {**odd.ALL, "awkward": awkward.awkward}


@pytest.mark.parametrize("name", RUNS)
def test_every_odd_run_opens_in_both_views_and_stays_small(show: Show, name: str) -> None:
    run = RUNS[name]()
    page = show(run)
    for view in ("Timeline", "Sequence"):
        page.get_by_role("button", name=view, exact=True).click()
        drawn(page)
        for width in (700, 1400):
            page.set_viewport_size({"width": width, "height": 900})
            drawn(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.evaluate("document.querySelectorAll('*').length") <= 1_500
        assert "NaN" not in page.locator("#app").inner_html()
        assert "undefined" not in page.locator("section.stage").inner_html()
        if run.trace.spans:
            assert items(page).count() >= min(3, len(run.trace.spans))
            expect(current(page).first).to_be_in_viewport()


def test_where_nothing_was_seen_it_says_so_and_counts_stay(show: Show) -> None:
    page = show(odd.nothing())
    expect(page.get_by_text("No span was seen, so there is nothing to draw.")).to_be_visible()
    expect(page.get_by_text("The case asks for no check.")).to_be_visible()
    for key in ("j", "k", "e", "n", "c", "f", "x", "+", "-", "0", "]", "s", "ArrowDown", "Enter", "r", "l", "p"):
        page.keyboard.press(key)
    page.get_by_role("searchbox", name="Search").fill("anything")
    expect(page.locator("output.count")).to_have_text("no match")


@both
def test_without_times_order_is_kept_and_nothing_is_invented(show: Show, name: str) -> None:
    page = show(odd.timeless(), name)
    unfold(page)
    said = items(page).evaluate_all("all => all.map((each) => each.ariaLabel)")
    order = [re.findall(r"SendMessage|process intake|GetItem \d", each)[0] for each in said]
    assert order == ["SendMessage", "process intake", *(f"GetItem {n}" for n in range(5))]
    assert all(re.search("no time", each) for each in said)
    items(page).last.locator("text.label, .fall-op").click(position={"x": 6, "y": 6})
    expect(details(page)).to_contain_text("not said")
    expect(details(page)).to_contain_text("not known")


@both
def test_the_deepest_and_the_widest_are_reached(show: Show, name: str) -> None:
    page = show(odd.deep(), name)
    expect(current(page).first).to_have_attribute("aria-label", re.compile("Invoke 59.*error"))
    page = show(odd.wide(), name)
    expect(current(page).first).to_have_attribute("aria-label", re.compile("worker-150.*error"))
    page.keyboard.press("Escape")
    current(page).first.focus()
    page.keyboard.press("End")
    drawn(page)
    expect(page.locator(":focus")).to_have_attribute("aria-label", re.compile("worker-298|process intake"))
    page.get_by_role("button", name=re.compile("^Participants")).click()
    assert page.get_by_role("group", name="Participants").get_by_role("checkbox").count() >= 300


def test_an_arrow_that_leads_out_of_sight_says_where_to(show: Show) -> None:
    page = show(odd.wide())
    expect(page.locator(".aside", has_text="worker-150")).to_be_visible()


@both
def test_long_names_are_cut_on_the_screen_and_whole_in_the_details(show: Show, name: str) -> None:
    page = show(odd.long(), name)
    stage = page.locator("section.stage").bounding_box()
    assert stage["height"] > 350
    card = page.locator("li.check").bounding_box()
    assert card["height"] < 500
    item(page, re.compile("a-very-long")).dispatch_event("click")
    current(page).first.focus()
    page.keyboard.press("Enter")
    box = details(page).bounding_box()
    inner = details(page).locator(".scroll").evaluate("each => each.scrollWidth - each.clientWidth")
    assert inner <= 0
    assert box["x"] + box["width"] <= 1400
    expect(details(page)).to_contain_text(odd.LONG)


@both
def test_where_everything_failed_every_row_says_it(show: Show, name: str) -> None:
    run = odd.failed()
    page = show(run, name, viewport={"width": 1400, "height": 2000})
    unfold(page)
    expect(page.get_by_role("button", name=re.compile("^Failures"))).to_contain_text(str(len(run.trace.spans)))
    said = items(page).evaluate_all("all => all.map((each) => [each.dataset.span, each.ariaLabel])")
    assert {span for span, label in said if "error ValidationException" in (label or "")} >= {
        str(at) for at in range(len(run.trace.spans))
    }
    for at in range(1, len(run.trace.spans) + 1):
        page.keyboard.press("e")
        expect(page.locator("p.spoken")).to_contain_text(f"Failure {at % len(run.trace.spans) + 1} of")


MODES: dict[str, dict[str, Any]] = {
    "dark": {"color_scheme": "dark"},
    "forced": {"forced_colors": "active"},
    "still": {"reduced_motion": "reduce"},
}


@both
@pytest.mark.parametrize("mode", MODES)
def test_themes_keep_status_and_choice_visible(show: Show, name: str, mode: str) -> None:
    """What is chosen and what failed is told apart by more than colour, also where colours are not ours."""
    page = show(build.poison(), name, **MODES[mode])
    view = "Sequence" if name == "trace-viewer.html" else "Timeline"
    chosen = page.get_by_role("button", name=view, exact=True)
    other = page.get_by_role("button", name="Timeline" if view == "Sequence" else "Sequence", exact=True)
    looks = "each => ['color', 'backgroundColor'].map((name) => getComputedStyle(each)[name]).join()"
    assert chosen.evaluate(looks) != other.evaluate(looks)
    expect(page.get_by_text("FAILED", exact=True).first).to_be_visible()
    if mode == "still":
        assert page.evaluate("document.getAnimations().length") == 0
    if mode == "forced" and name == "trace-viewer.html":
        fills = page.locator(".seq-head .kind, .clock, .part .box").evaluate_all(
            "all => all.map((each) => getComputedStyle(each).fill)"
        )
        assert len(set(fills)) == 2  # that of text, and that of the ground
