"""Filters, folds and levels: whatever is not shown is counted, failures roll up, and every way in has a way out."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from benchmarks.big_runs import big_run
from playwright.sync_api import expect

from itk.model.run import RunResult
from tests.renderers import build
from tests.renderers.viewer import odd
from tests.renderers.viewer.conftest import Show
from tests.renderers.viewer.using import TALL, both, choose, command, current, drawn, item, places, search, seen, unfold

pytestmark = pytest.mark.browser
FAILED = {"error", "timeout", "throttled", "blocked"}
MAKERS: list[Callable[[], RunResult]] = [lambda: big_run(60), build.doubtful, build.poison, build.happy]


def participant(page: Any, label: str) -> Any:
    return page.get_by_role("group", name="Participants").get_by_role(
        "checkbox", name=re.compile(f"^{re.escape(label)},")
    )


def label(component: Any) -> str:
    return f"{component.type}:{component.name}"


@pytest.mark.parametrize("make", MAKERS)
def test_whatever_participant_is_hidden_its_spans_are_counted(show: Show, make: Callable[[], RunResult]) -> None:
    run = make()
    place, spans = places(run), run.trace.spans
    page = show(run, "timeline.html", **TALL)
    unfold(page)
    page.get_by_role("button", name=re.compile("^Participants")).click()
    for name in sorted({label(span.component) for span in spans})[:8]:
        box = participant(page, name)
        mine = [span for span in spans if label(span.component) == name]
        failed = sum(span.status in FAILED for span in mine)
        expect(box).to_have_accessible_name(re.compile(rf"^{re.escape(name)}, {len(mine)} spans?(, {failed} failed)?$"))
        box.uncheck()
        told = page.locator(".filters > .pruned")
        expect(told).to_contain_text(f"pruned {len(mine)} span" + ("" if len(mine) == 1 else "s"))
        if failed:
            expect(told).to_contain_text(f"{failed} failed")
        drawn(page)
        assert seen(page) == {place[span.span_id] for span in spans} - {place[span.span_id] for span in mine}
        box.check()
        expect(told).to_have_count(0)


@both
def test_one_participant_alone_and_all_again(show: Show, name: str) -> None:
    run = build.happy()
    page = show(run, name)
    everyone = len({label(span.component) for span in run.trace.spans})
    page.get_by_role("button", name=re.compile("^Participants")).click()
    page.get_by_role("button", name="Only agent:gatekeeper").click()
    expect(page.get_by_role("button", name=re.compile("^Participants"))).to_contain_text(
        re.compile(rf"1 of {everyone}\d*|1 of \d+")
    )
    expect(item(page, "InvokeAgent")).to_be_attached()
    expect(page.locator(".filters > .pruned")).to_contain_text(f"pruned {len(run.trace.spans) - 1} spans")
    page.get_by_role("group", name="Participants").get_by_role("button", name="Show all", exact=True).click()
    expect(page.locator(".filters > .pruned")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.get_by_role("group", name="Participants")).to_have_count(0)
    expect(page.get_by_role("button", name=re.compile("^Participants"))).to_be_focused()


@both
def test_hiding_everyone_says_so(show: Show, name: str) -> None:
    run = build.small()
    page = show(run, name)
    page.get_by_role("button", name=re.compile("^Participants")).click()
    for box in page.get_by_role("group", name="Participants").get_by_role("checkbox").all():
        box.uncheck()
    expect(page.locator(".filters > .pruned")).to_contain_text(f"pruned {len(run.trace.spans)} spans")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Show all participants").click()
    expect(item(page, "SendMessage")).to_be_visible()


@pytest.mark.parametrize("make", MAKERS)
def test_levels_and_folds_hide_nothing_uncounted(show: Show, make: Callable[[], RunResult]) -> None:
    """What rows say that they stand for, and the rows themselves, are together all spans."""
    run = make()
    page = show(run, "timeline.html", **TALL)
    for title in ("Expand all", "Collapse all", "Collapse to level 2", "Collapse to level 3", "Expand to failures"):
        if title == "Expand to failures" and not any(span.status in FAILED for span in run.trace.spans):
            continue
        command(page, title)
        drawn(page)
        rows = page.locator("[role=treegrid] [role=row][data-span]:not([hidden])")
        names = rows.evaluate_all("all => all.map((each) => each.ariaLabel)")
        hidden = sum(
            int(count.replace(",", "")) for name in names for count in re.findall(r"([\d,]+) spans? not shown", name)
        )
        assert hidden + len(names) == len(run.trace.spans), title


@both
def test_failures_roll_up_on_what_is_collapsed(show: Show, name: str) -> None:
    run = build.many(50)
    failed = sum(span.status in FAILED for span in run.trace.spans)
    page = show(run, name)
    command(page, "Collapse all")
    root = item(page, "SendMessage")
    expect(root).to_have_attribute("aria-label", re.compile(rf"{failed} (failed|of them failed)"))
    shown = rf"\+49 spans, {failed} failed|{failed} in 49"
    expect(page.locator("section.stage").get_by_text(re.compile(shown)).first).to_be_visible()
    choose(page, "SendMessage")
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    expect(item(page, "process intake")).to_be_attached()


@both
def test_attempts_are_one_and_each(show: Show, name: str) -> None:
    run = build.poison()
    tries = sum(span.operation == "process intake" for span in run.trace.spans)
    page = show(run, name)
    one = page.locator(
        "[data-span]:not([hidden])[aria-label*='process intake']:not([data-kind=end]):not([data-kind=return])"
    )
    expect(one).to_have_count(1)
    expect(one).to_have_attribute("aria-label", re.compile("3 (tries|attempts)"))
    page.get_by_role("button", name="What ran").click()
    expect(one).to_have_count(tries)
    page.get_by_role("button", name="What was felt").click()
    expect(one).to_have_count(1)
    current(page).first.focus()
    page.keyboard.press("u")
    expect(one).to_have_count(tries)
    page.keyboard.press("u")
    expect(one).to_have_count(1)


@both
def test_loops_are_drawn_once_and_opened(show: Show, name: str) -> None:
    run = odd.looped()
    page = show(run, name, **TALL)
    loops = page.get_by_role("button", name="Loops folded")
    spans = "all => new Set(all.map((each) => each.dataset.span)).size"
    shown = page.locator("[data-span]:not([hidden])")
    assert shown.evaluate_all(spans) == 4
    expect(page.locator("section.stage").get_by_text(re.compile("10 times|×10|10 ×")).first).to_be_visible()
    loops.click()
    expect(loops).to_have_attribute("aria-pressed", "false")
    drawn(page)
    assert shown.evaluate_all(spans) == len(run.trace.spans)
    loops.click()
    drawn(page)
    assert shown.evaluate_all(spans) == 4


@both
def test_a_link_or_a_step_into_what_is_hidden_opens_it(show: Show, name: str) -> None:
    page = show(build.many(50), name)
    command(page, "Collapse all")
    for _ in range(3):
        page.keyboard.press("e")
        drawn(page)
        expect(current(page).first).to_have_attribute("aria-label", re.compile("error"))
    page.keyboard.press("E")
    expect(page.locator("p.spoken")).to_contain_text("Failure 2 of")


@both
def test_the_failures_button_searches_and_says_how_many(show: Show, name: str) -> None:
    run = build.many(50)
    failed = sum(span.status in FAILED for span in run.trace.spans)
    page = show(run, name)
    button = page.get_by_role("button", name=re.compile("^Failures"))
    expect(button).to_have_text(re.compile(f"Failures {failed}"))
    button.click()
    expect(page.locator("output.count")).to_have_text(re.compile(rf"{failed} matches|of {failed}$"))
    button.click()
    expect(page.get_by_role("searchbox")).to_have_value("")
    search(page, "kind:agent")
    command(page, "Clear search and filters")
    expect(page.get_by_role("searchbox")).to_have_value("")
