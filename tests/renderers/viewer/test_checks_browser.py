"""Checks and the spans they rest on; ghosts, gaps, and what is left when only the proven is shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from benchmarks.big_runs import big_run
from playwright.sync_api import expect

from itk.model.run import RunResult
from tests.renderers import build
from tests.renderers.viewer.conftest import Show
from tests.renderers.viewer.using import (
    TALL,
    both,
    choose,
    current,
    details,
    drawn,
    in_view,
    marked,
    places,
    section,
    side,
    unfold,
)

pytestmark = pytest.mark.browser


def missed() -> RunResult:
    """Something failed, and something that was asked for never came."""
    run = build.poison()
    asked = msgspec.structs.replace(run.checks[0], absent=("lambda:never",))
    return msgspec.structs.replace(run, checks=(asked, *run.checks[1:]))


@pytest.mark.parametrize("make", [*build.ALL.values(), lambda: big_run(60)])
def test_the_evidence_of_every_check_is_lit(show: Show, make: Callable[[], RunResult]) -> None:
    run = make()
    place = places(run)
    page = show(run, "timeline.html", **TALL)
    unfold(page)
    more = side(page).get_by_role("button", name=re.compile(r"^\d+ passed$"))
    if more.count():
        more.click()
    for at, check in enumerate(run.checks):
        same = sum((other.name, other.status) == (check.name, check.status) for other in run.checks[:at])
        title = f"{check.title} {check.name}" if check.title else check.name
        button = side(page).get_by_role("button", name=re.compile(rf"^{check.status} {title} ")).nth(same)
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        marked(page, "cited", {place[span] for span in check.span_ids})
        button.click()
        marked(page, "cited", ())


@both
def test_a_failed_check_leads_to_the_spans_that_it_came_close_to(show: Show, name: str) -> None:
    run = build.weighed()
    (failed,) = (check for check in run.checks if check.nearest)
    page = show(run, name)
    card = side(page).locator(".check", has_text=failed.title)
    expect(card.locator("dt", has_text="nearest")).to_have_count(1)
    for near in reversed(failed.nearest):
        line = card.locator(".near", has_text=near.differs)
        line.get_by_role("button").click()
        expect(current(page).first).to_have_attribute("data-span", str(places(run)[near.span_id]))
        assert in_view(page, current(page))
        told = line.bounding_box()
        whole = card.bounding_box()
        assert told["x"] + told["width"] <= whole["x"] + whole["width"]


def test_every_status_of_a_check_has_a_word_and_a_shape_of_its_own_and_the_worst_come_first(show: Show) -> None:
    page = show(build.weighed(), "trace-viewer.html")
    outcomes = side(page).locator(".check .outcome")
    words = [text.strip() for text in outcomes.all_text_contents()]
    assert words == ["failed", "error", "inconclusive", "warning", "warning", "xfailed", "skipped", "passed"]
    shapes = outcomes.locator("path").evaluate_all("all => all.map((each) => each.getAttribute('d'))")
    assert len(set(shapes)) == len(set(words)) - 1  # `failed` and `error` look alike, as runs do
    for said in ("JIRA-12: the ledger is late until 2026-12-31", "JIRA-7 until 2026-12-31"):
        expect(side(page).get_by_text(said, exact=True)).to_be_visible()


@both
def test_a_check_brings_its_evidence_into_view_and_steps_through_it(show: Show, name: str) -> None:
    run = build.poison()
    page = show(run, name)
    check = side(page).get_by_role("button", name=re.compile("^failed no_errors"))
    check.click()
    assert in_view(page, current(page))
    expect(side(page).get_by_text("1 of 3")).to_be_visible()
    for said in ("2 of 3", "3 of 3", "1 of 3"):
        side(page).get_by_role("button", name="Next cited span").click()
        expect(side(page).get_by_text(said)).to_be_visible()
        expect(current(page).first).to_be_visible()
    side(page).get_by_role("button", name="Previous cited span").click()
    expect(side(page).get_by_text("3 of 3")).to_be_visible()
    for said in ("expected", "no span with status error", "KeyError: 'orderId', 3 times", "cases/poison.yaml:20:5"):
        expect(side(page).get_by_text(said, exact=True).first).to_be_visible()


@both
def test_a_span_names_the_checks_that_use_it(show: Show, name: str) -> None:
    page = show(build.poison(), name)
    choose(page, "process intake")
    used = section(page, "Checks that use this span").get_by_role("button", name=re.compile("no_errors"))
    used.click()

    expect(side(page).get_by_role("button", name=re.compile("^failed no_errors"))).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(used).to_have_attribute("aria-pressed", "true")


@both
def test_what_was_missed_is_a_ghost_that_a_check_lights(show: Show, name: str) -> None:
    page = show(missed(), name)
    ghost = page.locator("[data-ghost]").first
    expect(ghost).to_have_attribute("aria-label", re.compile("never"))
    side(page).get_by_role("button", name=re.compile("^failed no_errors")).click()
    expect(side(page).locator(".ghost")).to_contain_text("never")
    if name == "trace-viewer.html":
        expect(page.locator("[data-ghost].lit")).to_have_count(1)
        expect(page.locator(".part.ghostly")).to_have_count(1)
    page.get_by_role("button", name="Participants").click()
    expect(page.get_by_role("group", name="Participants").get_by_text("never seen")).to_be_visible()


@both
def test_everything_that_is_missing_is_drawn_where_it_was_missed(show: Show, name: str) -> None:
    run = build.inconclusive()
    page = show(run, name)

    expect(page.locator("[data-ghost]")).to_have_count(len(run.trace.missing))
    cards = side(page).get_by_role("heading", name="Not seen").locator("..").get_by_role("listitem")
    expect(cards).to_have_count(len(run.trace.missing))
    cards.first.get_by_role("button").click()
    expect(current(page).first).to_have_attribute("aria-label", re.compile("process intake"))
    assert in_view(page, current(page))


@both
def test_only_what_was_proven_leaves_inferred_links_out_and_no_span(show: Show, name: str) -> None:
    run = build.doubtful()
    unproven = [span for span in run.trace.spans if span.join and span.join.tier in ("inferred", "unresolved")]
    page = show(run, name, **TALL)
    unfold(page)
    before = spans(page)
    dashed = page.locator("[data-kind].t-inferred:not(.m-found)")
    if name == "trace-viewer.html":
        assert dashed.count() >= 1
    page.get_by_role("button", name="Only what was proven").click()

    expect(page.locator("p.spoken")).to_contain_text("inferred links are left out")
    assert spans(page) == before
    if name == "trace-viewer.html":
        expect(dashed).to_have_count(0)
        expect(page.get_by_text("link not proven")).to_have_count(len(unproven))
    else:
        roots = page.locator("[role=row][aria-level='1'][data-span]:not([hidden])")
        expect(roots).to_have_count(1 + len(unproven))


def spans(page: Any) -> set[str]:
    return set(page.locator("[data-span]:not([hidden])").evaluate_all("all => all.map((each) => each.dataset.span)"))


@both
def test_gaps_are_drawn_in_place_and_told_in_the_side_panel(show: Show, name: str) -> None:
    page = show(build.doubtful(), name)
    what = "would be exact if lambda:lookup-order logged the RequestId of its caller"
    advice = side(page).get_by_role("button", name=re.compile(what))
    expect(advice).to_contain_text("2 spans")
    advice.click()
    expect(current(page).first).to_have_attribute("aria-label", re.compile("its link is not proven|would be exact if"))
    if name == "trace-viewer.html":
        expect(page.locator(".gap-text", has_text="would be exact").first).to_be_visible()
    page.keyboard.press("]")
    section(page, "How it was placed").get_by_text("would be exact").first.wait_for()


@both
def test_doubt_is_drawn_and_explained(show: Show, name: str) -> None:
    """Dashed, with a badge; the details say why, and the side says it without a click."""
    page = show(build.doubtful(), name)
    line = ".m-call.t-inferred .wire" if name == "trace-viewer.html" else ".fall-elbow.t-inferred"
    dashes = page.locator(line).first.evaluate("each => getComputedStyle(each).strokeDasharray")
    assert dashes not in ("none", "")
    expect(page.locator("section.stage").get_by_text("inferred 0.993").first).to_be_attached()
    expect(side(page)).to_contain_text("-42 ms")
    choose(page, re.compile("Invoke[ ,].*lookup-order|lookup-order.*Invoke,"))
    placed = section(page, "How it was placed")
    for words in ("inferred", "0.993", "12 ms to 45 ms"):
        expect(placed).to_contain_text(words)
    expect(details(page)).to_contain_text("inferred 0.993")


def test_how_sure_we_are_leads_to_each_span_of_a_tier(show: Show) -> None:
    run = build.doubtful()
    page = show(run, "timeline.html")
    inferred = side(page).get_by_role("button", name=re.compile("^inferred"))
    expect(inferred).to_contain_text(
        str(sum(bool(span.join and span.join.tier == "inferred") for span in run.trace.spans))
    )
    stops = set()
    for _ in range(3):
        inferred.click()
        drawn(page)
        stops.add(current(page).first.get_attribute("data-span"))
    assert len(stops) == 3
    assert side(page).get_by_role("button", name=re.compile("^unresolved")).is_enabled()
