"""The panel beside the drawing: verdict, counts, queues, warnings, the key; folded, narrow, on small screens."""

from __future__ import annotations

import re

import pytest
from benchmarks.big_runs import big_run
from playwright.sync_api import expect

from tests.renderers import build
from tests.renderers.viewer.conftest import Show
from tests.renderers.viewer.using import both, choose, details, side

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("make", build.ALL.values(), ids=build.ALL)
def test_every_check_count_queue_and_warning_of_a_run_is_there(show: Show, make: type) -> None:
    run = make()
    page = show(run)
    said = side(page)
    for check in run.checks:
        expect(said.get_by_text(check.message).first).to_be_visible()
    passed = sum(check.status == "passed" for check in run.checks)
    expect(said).to_contain_text(f"{passed} of {len(run.checks)} passed")
    for queue in run.dead_letter_queues:
        expect(said).to_contain_text(queue.name)
        expect(said).to_contain_text(f"{queue.before} before, {queue.after} after")
    for missing in run.trace.missing:
        expect(said).to_contain_text(missing.what)
    for warning in run.trace.warnings:
        expect(said).to_contain_text(warning)
    rows = said.get_by_role("heading", name=re.compile("^Counts")).locator("..").locator("li")
    texts = rows.all_inner_texts()
    assert any(re.match(rf"spans\s+{len(run.trace.spans)}$", text) for text in texts)
    if run.trace.foreign:
        assert any(re.match(rf"foreign\s+{run.trace.foreign}$", text) for text in texts)


@both
def test_it_folds_to_a_rail_that_still_says_the_verdict(show: Show, name: str) -> None:
    page = show(build.poison(), name)
    side(page).get_by_role("button", name="Fold this panel").click()
    rail = page.get_by_role("button", name="Show checks and counts: 1 of 2 passed")
    expect(rail).to_be_visible()
    rail.click()
    expect(side(page).get_by_text("no_errors")).to_be_visible()
    page.keyboard.press("[")
    expect(rail).to_be_visible()


def test_counts_and_key_explain_themselves(show: Show) -> None:
    page = show(build.inconclusive())
    side(page).get_by_role("button", name="What the counts mean").click()
    assert side(page).locator(".foot").count() >= 5
    side(page).get_by_role("button", name="Key to the drawing").click()
    expect(side(page).get_by_text("not seen, although it should have been")).to_be_visible()
    page.keyboard.press("s")
    expect(side(page).get_by_role("button", name="Key to the drawing")).to_have_count(0)  # the timeline has its own


def test_its_width_is_kept_within_bounds(show: Show) -> None:
    page = show(build.happy())
    edge = page.get_by_role("separator", name="Width of the checks")
    edge.focus()
    for _ in range(20):
        page.keyboard.press("ArrowLeft")
    expect(edge).to_have_attribute("aria-valuenow", str(edge.get_attribute("aria-valuemin")))
    box = edge.bounding_box()
    page.mouse.move(box["x"] + 2, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 102, box["y"] + 100, steps=4)
    page.mouse.up()
    assert int(edge.get_attribute("aria-valuenow")) > int(edge.get_attribute("aria-valuemin"))


def test_of_many_reasons_the_first_are_shown_and_all_on_demand(show: Show) -> None:
    run = build.msgspec.structs.replace(build.poison(), reasons=tuple(f"reason number {n}" for n in range(9)))
    page = show(run)
    reasons = page.get_by_role("list", name="Reasons").get_by_role("listitem")
    expect(reasons).to_have_count(3)
    page.get_by_role("button", name="6 more").click()
    expect(reasons).to_have_count(9)
    page.get_by_role("button", name="Fewer").click()
    expect(reasons).to_have_count(3)


@both
@pytest.mark.parametrize("width", [700, 1000])
def test_on_a_small_screen_everything_can_still_be_reached(show: Show, name: str, width: int) -> None:
    page = show(big_run(50), name, viewport={"width": width, "height": 800})
    for button in page.get_by_role("toolbar").get_by_role("button").all():
        box = button.bounding_box()
        assert box is None or (box["x"] >= 0 and box["x"] + box["width"] <= width)
    stage = page.locator("section.stage").bounding_box()
    assert stage["height"] > 300
    assert stage["width"] > 0.5 * width
    if width == 700:
        expect(page.get_by_role("button", name=re.compile("^Show checks and counts"))).to_be_visible()
    choose(page, re.compile("SendMessage|process"))
    expect(details(page)).to_be_visible()
    box = details(page).bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    details(page).get_by_role("button", name="Close details").click()
    expect(details(page)).to_have_count(0)
