"""Two runs in one page, in Chromium over file://: what a person sees of the differences, and what they can do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from itk.model.run import RunResult
from itk.renderers.viewer.comparison import compared
from tests.renderers import build, hostile
from tests.renderers import compared as runs

pytestmark = pytest.mark.browser
WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective));
"""
Show = Callable[..., Any]


@pytest.fixture
def show(browser: Any, tmp_path: Path) -> Iterator[Show]:
    """Opens a page of two runs; nothing may be said on the console, and no policy broken."""
    noise: list[str] = []
    contexts: list[Any] = []

    def opened(a: RunResult, b: RunResult, name: str = "trace-viewer.html", hash: str = "") -> Any:
        for artifact in compared(build.redacted(a), build.redacted(b), runs.comparison(a, b)):
            (tmp_path / artifact.path).write_bytes(artifact.content)
        context = browser.new_context(viewport={"width": 1400, "height": 900})
        context.set_default_timeout(8_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: noise.append(message.text))
        page.on("pageerror", lambda error: noise.append(str(error)))
        page.add_init_script(WATCH)
        page.goto(f"{(tmp_path / name).as_uri()}#{hash}")
        page.locator("html[data-ready]").wait_for()
        return page

    yield opened
    for context in contexts:
        for page in context.pages:
            noise += page.evaluate("[...(window.violations ?? []), ...(window.pwned ? ['pwned'] : [])]")
        context.close()
    assert noise == []


def panel(page: Any) -> Any:
    return page.get_by_role("region", name="Compared with run A")


def test_both_verdicts_and_every_difference_stand_beside_the_drawing(show: Show) -> None:
    page = show(runs.before(), runs.after())

    assert page.locator("#app > header").inner_text().startswith("A PASSED")
    assert "B FAILED" in page.locator("#app > header").inner_text()
    said = panel(page).inner_text()
    for part in ("9 differ", "inserted 3", "removed 2", "changed 4", "run-1", "run-2"):
        assert part in said.replace("\n", " ")


def test_a_click_on_a_difference_selects_it_and_shows_before_and_after(show: Show) -> None:
    page = show(runs.before(), runs.after())
    panel(page).get_by_role("button", name="GetItem prices").click()
    page.keyboard.press("]")
    table = page.get_by_role("complementary", name="Details").locator("table.compared")

    row = table.get_by_role("row").filter(has_text="$.Item.price")
    assert row.locator("del").inner_text() == "17.9"
    assert row.locator("ins").inner_text() == "19.4"


def test_next_and_previous_go_through_the_differences(show: Show) -> None:
    page = show(runs.before(), runs.after())
    steps = panel(page)
    assert "5 of 9" in steps.inner_text()
    steps.get_by_role("button", name="Next difference").click()
    assert "6 of 9" in steps.inner_text()
    steps.get_by_role("button", name="Previous difference").click()
    assert "5 of 9" in steps.inner_text()


@pytest.mark.parametrize(("share", "there", "gone"), [("Run A", "audit-writer", "fraud-check"),
                                                     ("Run B", "fraud-check", "audit-writer")])  # fmt: skip
def test_each_run_can_be_shown_alone(show: Show, share: str, there: str, gone: str) -> None:
    page = show(runs.before(), runs.after(), "timeline.html")
    panel(page).get_by_role("button", name=share, exact=True).click()

    page.locator(".fall-row", has_text=there).first.wait_for()
    assert page.locator(".fall-row:not([hidden])", has_text=gone).count() == 0


def test_rows_say_aloud_how_they_differ(show: Show) -> None:
    page = show(runs.before(), runs.after(), "timeline.html")

    gone = page.locator(".fall-row.c-removed").first.get_attribute("aria-label")
    new = page.locator(".fall-row.c-inserted").first.get_attribute("aria-label")
    assert "only in run A" in gone
    assert "− removed" in gone
    assert "+ inserted" in new


def test_equal_runs_show_no_mark(show: Show) -> None:
    run = runs.before()
    page = show(run, runs.later(run, "run-2"))

    assert "nothing differs" in panel(page).inner_text()
    assert page.locator(".c-inserted, .c-removed, .c-changed, .c-moved").count() == 0


def test_hostile_text_in_either_run_does_nothing(show: Show) -> None:
    wild = hostile.poisoned(runs.before(), hostile.ALL)
    for a, b in ((wild, runs.after()), (runs.after(), wild)):
        page = show(a, b)
        panel(page).get_by_role("button", name="Next difference").click()
        page.locator(".msg").first.wait_for()
