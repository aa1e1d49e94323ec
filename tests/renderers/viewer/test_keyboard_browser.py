"""Everything by keys: each span, each control, the help sheet, the palette; and no trap on the way."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from itk.model.run import RunResult
from tests.renderers import build
from tests.renderers.viewer import odd
from tests.renderers.viewer.conftest import Show
from tests.renderers.viewer.using import both, choose, command, current, details, drawn, item, items, side, unfold

pytestmark = pytest.mark.browser
FOCUSED = """[document.activeElement.ariaPosInSet, document.activeElement.ariaRowIndex,
  document.activeElement.dataset.span].join()"""


def walked(page: Any, key: str, most: int) -> list[str]:
    """The spans where the keys are, pressing `key` until nothing changes."""
    seen: list[str] = []
    for _ in range(most):
        drawn(page)
        here = str(page.evaluate(FOCUSED))
        if seen and seen[-1] == here:
            break
        seen.append(here)
        page.keyboard.press(key)
    return seen


@both
@pytest.mark.parametrize("make", [lambda: build.many(24), build.doubtful, build.inconclusive, odd.timeless])
def test_arrows_reach_every_span_and_come_back(show: Show, name: str, make: Any) -> None:
    run: RunResult = make()
    page = show(run, name)
    unfold(page)
    current(page).first.focus()
    page.keyboard.press("Home")
    down = walked(page, "ArrowDown", 400)
    up = walked(page, "ArrowUp", 400)

    assert {each.rpartition(",")[2] for each in down} >= {str(at) for at in range(len(run.trace.spans))}
    assert up == down[::-1]


@both
def test_the_drawing_takes_arrows_from_wherever_nothing_else_has_them(show: Show, name: str) -> None:
    page = show(build.happy(), name)
    assert page.evaluate("document.activeElement === document.body")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")

    drawn(page)
    assert page.evaluate("document.activeElement.getAttribute('role')") in ("listitem", "row")


@both
def test_enter_opens_left_goes_up_space_folds_escape_closes(show: Show, name: str) -> None:
    page = show(build.happy(), name)
    choose(page, "execute_tool")
    page.keyboard.press("Escape")
    expect(details(page)).to_have_count(0)
    item(page, "execute_tool").focus()
    page.keyboard.press("Enter")
    expect(details(page).get_by_role("heading", name="execute_tool")).to_be_visible()
    page.keyboard.press(" ")
    expect(page.locator("[data-span]", has_text="GetItem").and_(items(page))).to_have_count(0)
    page.keyboard.press(" ")
    expect(item(page, "GetItem")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(details(page).get_by_role("heading", name="Invoke", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(details(page)).to_have_count(0)
    if name == "timeline.html":
        page.keyboard.press("ArrowLeft")  # closes what is open, as in any tree
    page.keyboard.press("ArrowLeft")
    expect(current(page).first).to_have_attribute("aria-label", re.compile("execute_tool"))


@both
def test_tab_goes_through_everything_and_out_again(show: Show, name: str) -> None:
    page = show(build.inconclusive(), name)
    reached: list[str] = []
    for _ in range(120):
        page.keyboard.press("Tab")
        here = page.evaluate(
            """() => { const at = document.activeElement;
            if (at === document.body) return '';
            if (at.closest('li.check')) return 'check';
            return at.closest('.stage [data-span]') ? 'span' : at.ariaLabel ?? at.textContent.trim(); }"""
        )
        if not here:
            break
        reached.append(here)

    assert {"check", "span", "Search", "Help", "Report", "Width of the checks"} <= set(reached)
    assert len(reached) < 120
    assert reached.count("span") == 1  # one stop: the arrows do the rest


@both
def test_who_presses_no_key_alone_is_left_in_peace(show: Show, name: str) -> None:
    """Letters in the search field are text, and single keys can be switched off."""
    page = show(build.happy(), name)
    page.keyboard.press("/")
    page.keyboard.type("nrs?[")
    expect(page.get_by_role("searchbox", name="Search")).to_have_value("nrs?[")
    expect(side(page)).to_be_visible()
    page.get_by_role("button", name="Help").click()
    page.get_by_role("checkbox", name="Keys without Ctrl do something").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("[")
    expect(page.get_by_role("button", name="Checks and counts").first).to_have_attribute("aria-pressed", "true")
    page.reload()
    page.locator("html[data-ready]").wait_for()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_help_names_every_key_and_gives_the_focus_back(show: Show) -> None:
    page = show(build.happy())
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keys and search language")
    for said in ("Next failure", "Only matches", "dur>500ms", "Back and forth on the time"):
        expect(sheet.get_by_text(said).first).to_be_visible()
    sheet.get_by_role("button", name="Close").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Help").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Help")).to_be_focused()


@both
def test_every_command_of_the_palette_can_be_given(show: Show, name: str) -> None:
    """None of them fails, whatever was done before; `show` asserts that the console stays silent."""
    page = show(build.retried(), name)
    page.keyboard.press("Control+k")
    titles = page.get_by_role("dialog").get_by_role("option").locator("span:nth-child(2)").all_inner_texts()
    page.keyboard.press("Escape")
    assert len(titles) > 20
    for title in titles:
        command(page, title) if title not in SHEETS else None
    for title in SHEETS:
        page.keyboard.press("Control+k")
        page.get_by_role("combobox").fill(title)
        page.keyboard.press("Enter")
        page.get_by_role("dialog").filter(has=page.get_by_role("heading")).wait_for()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)


SHEETS = ("Export and copy", "Keys and search language")


def test_the_palette_finds_by_letters_and_goes_around(show: Show) -> None:
    page = show(build.happy())
    page.keyboard.press(".")
    box = page.get_by_role("combobox", name="Find a command")
    expect(box).to_be_focused()
    box.fill("clv")
    first = page.get_by_role("option").first
    expect(first).to_contain_text("Collapse to level 2")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("option").last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(first).to_have_attribute("aria-selected", "true")
    box.fill("qqqq")
    expect(page.get_by_role("dialog").get_by_role("status")).to_contain_text("No command")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
