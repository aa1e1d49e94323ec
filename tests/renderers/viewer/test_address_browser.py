"""The address says what is seen: a link opens it again, Back goes back, and an address that is wrong harms nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from itk.model.run import RunResult
from tests.renderers import build
from tests.renderers.viewer.conftest import Show, written
from tests.renderers.viewer.using import (
    PAGES,
    both,
    choose,
    command,
    current,
    details,
    link,
    places,
    search,
    side,
)

pytestmark = pytest.mark.browser
SPOKEN = "p.spoken"


@both
@pytest.mark.parametrize("make", [build.doubtful, build.retried])
def test_a_link_to_any_span_opens_it_again_in_both_views(
    show: Show, tmp_path: Path, name: str, make: Callable[[], RunResult]
) -> None:
    run = make()
    folder = written(run, tmp_path)
    page = show(folder / PAGES[0])
    fresh, place = show(folder / name), places(run)
    for span in run.trace.spans:
        page.goto(page.url.partition("#")[0] + f"#span={span.span_id}")
        expect(details(page).get_by_role("heading", level=2)).to_have_text(span.operation)
        made = link(page)
        fresh.goto("about:blank")
        fresh.goto((folder / name).as_uri() + made)
        expect(details(fresh).get_by_role("heading", level=2)).to_have_text(span.operation)
        expect(current(fresh).first).to_have_attribute("data-span", str(place[span.span_id]))


@both
def test_a_link_holds_all_that_was_chosen(show: Show, tmp_path: Path, name: str) -> None:
    folder = written(build.doubtful(), tmp_path)
    page = show(folder / name)
    choose(page, "Invoke")
    search(page, "kind:lambda")
    page.get_by_role("button", name="Only matches").click()
    page.get_by_role("button", name="Only what was proven").click()
    page.get_by_role("button", name="What ran").click()
    page.get_by_role("button", name="Zoom in").first.click()
    side(page).locator("li.check > button").nth(1).click()
    page.get_by_role("button", name="Participants").click()
    page.get_by_role("checkbox", name=re.compile("^table:orders")).uncheck()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Checks and counts", exact=True).click()
    before = chosen(page)
    fresh = show(folder / name, at=link(page))

    expect(fresh.get_by_text("without a match")).to_be_visible()
    assert chosen(fresh) == before


def chosen(page: Any) -> dict[str, object]:
    pressed = page.locator(".tools [aria-pressed]").evaluate_all(
        "all => all.map((each) => [each.textContent, each.ariaPressed])"
    )
    return {
        "pressed": pressed,
        "query": page.get_by_role("searchbox").input_value(),
        "zoom": page.locator(".zoom").inner_text(),
        "participants": page.get_by_role("button", name="Participants").inner_text(),
        "pruned": page.locator(".filters .pruned").all_inner_texts(),
        "details": details(page).get_by_role("heading", level=2).inner_text(),
    }


@both
def test_back_and_forward_go_through_the_links_that_were_followed(show: Show, name: str) -> None:
    run = build.happy()
    page = show(run, name)
    base = page.url
    first, second = run.trace.spans[3], run.trace.spans[6]
    for span in (first, second):
        page.goto(f"{base}#span={span.span_id}")
        expect(details(page).get_by_role("heading", level=2)).to_have_text(span.operation)
    page.go_back()
    expect(details(page).get_by_role("heading", level=2)).to_have_text(first.operation)
    page.go_back()
    expect(details(page)).to_have_count(0)
    page.go_forward()
    expect(details(page).get_by_role("heading", level=2)).to_have_text(first.operation)


@both
@pytest.mark.parametrize(
    "at",
    [
        "#span=nobody",
        "#sideways",
        "#q=%E0%A4%A",
        "#zoom=1e99&z=9-3&level=99&view=cube",
        "#hide=lambda:nobody&check=none&fold=x,y&pick=,,&turn=z",
        "#span=<img src=x onerror=window.pwned=1>",
        "#" + "x" * 5_000,
    ],
)
def test_an_address_that_is_wrong_harms_nothing_and_is_told(show: Show, name: str, at: str) -> None:
    page = show(build.happy(), name, at=at)

    expect(page.locator(SPOKEN)).to_contain_text("left out")
    expect(current(page).first).to_have_attribute("aria-label", re.compile("SendMessage"))
    choose(page, "GetItem")
    expect(details(page).get_by_role("heading", name="GetItem")).to_be_visible()


@both
def test_what_is_as_at_first_is_not_in_the_address(show: Show, name: str) -> None:
    page = show(build.happy(), name)
    assert "#" not in page.url
    choose(page, "GetItem")
    expect(page).to_have_url(re.compile(r"#span=\w+$"))
    command(page, "Show only what was proven")
    expect(page).to_have_url(re.compile("&proven=1"))
    command(page, "Show only what was proven")
    command(page, "Show or hide details")
    page.keyboard.press("k")
    expect(page).not_to_have_url(re.compile("proven"))
