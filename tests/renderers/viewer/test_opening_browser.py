"""What a double click shows: readable, calm, at the first failure, and whole without JavaScript and on paper."""

from __future__ import annotations

from typing import Any

import pytest
from benchmarks.big_runs import big_run

from tests.renderers import build, hostile
from tests.renderers.viewer.conftest import Show
from tests.renderers.viewer.using import both, choose, current, details, in_view, items, side

pytestmark = pytest.mark.browser
NODES_MOST = 1_500


@both
@pytest.mark.parametrize("count", [3, 50, 2000])
def test_it_opens_readable_at_the_first_failure_else_at_the_first_span(show: Show, name: str, count: int) -> None:
    page = show(build.small() if count == 3 else big_run(count), name)

    picked = current(page).first
    picked.wait_for()
    assert in_view(page, picked)
    assert (count == 3) == ("SendMessage" in str(picked.get_attribute("aria-label")))
    size = picked.evaluate(
        "each => parseFloat(getComputedStyle(each.querySelector('.label, .fall-op') ?? each).fontSize)"
    )
    assert size >= 10.5
    assert page.get_by_role("button", name="Details").get_attribute("aria-pressed") == "false"
    assert page.evaluate("document.querySelectorAll('*').length") <= NODES_MOST
    assert page.evaluate("document.documentElement.scrollWidth") <= 1400


@both
def test_what_opens_says_verdict_reasons_and_place_first(show: Show, name: str) -> None:
    page = show(build.inconclusive(), name)

    assert page.get_by_role("banner").or_(page.locator("#app > header")).count() == 1
    for said in ("INCONCLUSIVE", "Refund of a broken lamp", "EMULATED", "http://localhost:4566", "not seen to end"):
        assert page.get_by_text(said).first.is_visible()
    links = page.get_by_role("navigation", name="Files of this run").get_by_role("link")
    assert links.all_inner_texts() == ["Report", "run.json", "spans.jsonl", "Mermaid"]
    assert {link.get_attribute("rel") for link in links.all()} == {"noopener noreferrer"}


@both
def test_a_click_shows_the_payloads(show: Show, name: str) -> None:
    page = show(build.happy(), name)
    assert details(page).count() == 0
    choose(page, "SendMessage")

    said = details(page)
    said.get_by_text('"My lamp is broken <3"').first.wait_for()
    assert "0c1d2e3f-0000-4000-8000-000000000001" in said.inner_text()
    assert current(page).count() >= 1
    page.wait_for_url("**#span=*")


@both
def test_it_can_be_read_without_javascript(show: Show, name: str) -> None:
    page = show(build.poison(), name, java_script_enabled=False)

    for said in ("FAILED", "no_errors", "cases/poison.yaml:20:5"):
        assert page.get_by_text(said).first.is_visible()
    assert page.locator("svg text", has_text="process intake").first.is_visible()
    assert page.locator("#app *").count() == 0
    page.locator("details", has_text="KeyError").last.locator("summary").first.click()
    assert page.locator("details[open]").first.is_visible()


@both
def test_on_paper_everything_is_there_and_afterwards_the_screen_is_as_it_was(show: Show, name: str) -> None:
    page = show(build.many(50), name)
    assert page.locator("#plain").count() == 0
    page.emulate_media(media="print")

    page.locator("#plain").wait_for()
    assert page.locator("#app").is_hidden()
    assert page.locator("#plain").get_by_text("max_duration").first.is_visible()
    page.emulate_media(media="screen")
    page.locator("#plain").wait_for(state="detached")
    assert page.get_by_role("toolbar", name="View").is_visible()


@pytest.mark.parametrize("keep", [False, True])
def test_nothing_hostile_runs_whatever_is_opened(show: Show, keep: bool) -> None:
    """Every span, check and section, in both views; `show` asserts that nothing ran, and no policy was broken."""
    page = show(hostile.poisoned(build.inconclusive(), hostile.ALL, keep=keep))
    for view in ("Timeline", "Sequence"):
        page.get_by_role("button", name=view, exact=True).click()
        items(page).first.wait_for()
        for at in range(items(page).count()):
            items(page).nth(at).dispatch_event("click")
    open_all(page)
    for check in side(page).locator("li.check > button").all():
        check.click()
    for button in ("Commands", "Help", "Export"):
        page.get_by_role("button", name=button, exact=True).click()
        page.get_by_role("dialog").wait_for()
        page.keyboard.press("Escape")
    page.get_by_role("searchbox", name="Search").fill("<img")

    page.locator("html[data-search-state=done]").wait_for()
    assert page.locator("img, iframe, object, form, embed").count() == 0


def open_all(page: Any) -> None:
    """Go through all spans with their details wide open."""
    items(page).first.click()
    for _ in range(12):
        closed = details(page).locator("h3 > button[aria-expanded=false]")
        while closed.count():
            closed.first.click()
        following = details(page).get_by_role("button", name="Next span")
        if following.is_disabled():
            return
        following.click()
