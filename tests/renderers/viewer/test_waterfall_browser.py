"""The timeline: a tree of rows with their times, a ruler, the critical path, silences cut short, parallel work."""

from __future__ import annotations

import re
from typing import Any

import pytest
from benchmarks.big_runs import big_run
from playwright.sync_api import expect

from tests.renderers import build
from tests.renderers.viewer.conftest import Show
from tests.renderers.viewer.using import TALL, choose, current, drawn, item, items, places, unfold

pytestmark = pytest.mark.browser
NAME = "timeline.html"


def test_rows_are_a_tree_with_levels_and_places_among_siblings(show: Show) -> None:
    run = build.happy()
    page = show(run, NAME, **TALL)
    unfold(page)
    depth: dict[str, int] = {}
    for span in run.trace.spans:
        depth[span.span_id] = depth.get(span.parent_span_id or "", 0) + 1
    tree = page.get_by_role("treegrid", name=f"Timeline of {len(run.trace.spans)} spans")

    for span_id, place in places(run).items():
        row = tree.locator(f"[role=row][data-span='{place}']")
        expect(row).to_have_attribute("aria-level", str(depth[span_id]))
        at, of = (int(row.get_attribute(f"aria-{name}")) for name in ("posinset", "setsize"))
        assert 1 <= at <= of
        below = any(other.parent_span_id == span_id for other in run.trace.spans)
        assert (row.get_attribute("aria-expanded") is not None) == below


def test_a_row_says_everything_in_one_sentence(show: Show) -> None:
    page = show(build.poison(), NAME)

    expect(item(page, "process intake on lambda:intake")).to_have_attribute(
        "aria-label", re.compile("90 ms, starts .*, error KeyError, .*3 tries")
    )


def test_bars_begin_and_end_where_the_ruler_says(show: Show) -> None:
    """Of every span with both times, the bar is as far along and as long as its share of the whole time."""
    run = build.happy()
    place = places(run)
    page = show(run, NAME, **TALL)
    unfold(page)
    bars = page.locator("[role=treegrid] svg g[transform] > path.fall-bar[d]")
    boxes = bars.evaluate_all(
        "all => all.map((each) => each.getBoundingClientRect()).map((at) => [at.x, at.right, at.y])"
    )
    first = min(span.start_ns or 0 for span in run.trace.spans)
    last = max(span.end_ns or 0 for span in run.trace.spans)
    spans = sorted(run.trace.spans, key=lambda span: place[span.span_id])
    boxes.sort(key=lambda box: box[2])
    left, right = boxes[0][0], max(box[1] for box in boxes)

    assert len(boxes) == len(spans)
    for span, (x0, x1, _) in zip(spans, boxes, strict=True):
        assert span.start_ns is not None
        assert span.end_ns is not None
        for x, time in ((x0, span.start_ns), (x1, span.end_ns)):
            assert abs(x - (left + (right - left) * (time - first) / (last - first))) < 4


def test_heads_and_names_stay_while_rows_scroll(show: Show) -> None:
    page = show(big_run(200), NAME)
    ruler = page.locator(".fall-times")
    before = ruler.bounding_box()
    tree = page.get_by_role("treegrid")
    tree.evaluate("each => each.scrollTo(0, each.scrollHeight)")
    drawn(page)

    assert ruler.bounding_box() == before
    assert int(tree.get_attribute("aria-rowcount")) >= int(items(page).last.get_attribute("aria-rowindex"))
    names = items(page).first.locator(".fall-name").bounding_box()
    assert abs(names["x"] - tree.bounding_box()["x"]) < 2


def test_the_critical_path_can_be_seen_spoken_and_switched_off(show: Show) -> None:
    page = show(build.happy(), NAME)
    path = page.get_by_role("button", name="Critical path")
    expect(path).to_have_attribute("aria-pressed", "true")
    expect(page.locator("path.fall-critical").first).to_be_attached()
    expect(item(page, "on the critical path")).to_be_visible()
    expect(page.locator(".fall-foot")).to_contain_text("%")
    path.click()
    expect(path).to_have_attribute("aria-pressed", "false")
    expect(page.locator("path.fall-critical[d]").locator("visible=true")).to_have_count(0)


def test_silences_are_cut_when_asked_and_the_cut_is_told(show: Show) -> None:
    page = show(build.poison(), NAME)
    offer = page.get_by_role("button", name=re.compile("idle: compress"))
    before = ticks(page)
    offer.click()
    cut = page.get_by_role("button", name="Silences cut")
    expect(cut).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".fall-head").get_by_text(re.compile(r"\d.* cut$")).first).to_be_visible()
    expect(page).to_have_url(re.compile("squeeze=1"))
    cut.click()
    expect(offer).to_be_visible()
    drawn(page)
    assert ticks(page) == before


def ticks(page: Any) -> list[str]:
    drawn(page)
    return list(page.locator(".fall-times svg text").locator("visible=true").all_text_contents())


def test_waits_failures_logs_and_open_ends_have_shapes_of_their_own(show: Show) -> None:
    page = show(build.happy(), NAME)
    expect(page.locator(".fall-wait").first).to_be_attached()
    expect(page.locator(".fall-log").first).to_be_attached()
    page = show(build.inconclusive(), NAME)
    expect(page.locator(".fall-bar.open").first).to_be_attached()
    expect(item(page, "no end seen")).to_be_visible()
    page = show(build.poison(), NAME)
    expect(page.locator(".fall-cross").first).to_be_attached()
    expect(item(page, "error KeyError")).to_be_visible()


def test_the_key_to_the_signs_opens_and_closes(show: Show) -> None:
    page = show(build.happy(), NAME)
    page.get_by_text("Key", exact=True).click()
    expect(page.get_by_text("lay in a queue, from put down to taken up")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("lay in a queue, from put down to taken up")).to_be_hidden()


def test_the_width_of_names_moves_by_keys_and_by_hand(show: Show) -> None:
    page = show(build.happy(), NAME)
    edge = page.get_by_role("separator", name="Width of the names")
    before = int(edge.get_attribute("aria-valuenow"))
    edge.focus()
    page.keyboard.press("ArrowRight")
    expect(edge).to_have_attribute("aria-valuenow", str(before + 10))
    box = edge.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + 80, box["y"] + 210, steps=4)
    page.mouse.up()
    assert int(edge.get_attribute("aria-valuenow")) > before + 60


@pytest.mark.parametrize("start", ["trace-viewer.html", NAME])
def test_views_change_in_place_at_the_same_span(show: Show, start: str) -> None:
    run = big_run(300)
    page = show(run, start)
    here = current(page).first.get_attribute("data-span")
    for view in ("Timeline", "Sequence", "Timeline", "Sequence"):
        page.get_by_role("button", name=view, exact=True).click()
        expect(page.get_by_role("button", name=view, exact=True)).to_have_attribute("aria-pressed", "true")
        expect(current(page).first).to_have_attribute("data-span", str(here))
        expect(current(page).first).to_be_in_viewport()
    page.keyboard.press("s")
    expect(page.get_by_role("treegrid")).to_be_visible()


def test_parallel_work_is_seen_side_by_side(show: Show) -> None:
    run = build.happy()
    page = show(run, NAME)
    choose(page, "execute_tool")
    expect(page.get_by_role("complementary", name="Details")).to_be_visible()
    agent, tool = (item(page, text).bounding_box() for text in ("InvokeAgent", "execute_tool"))
    assert tool["y"] > agent["y"]
