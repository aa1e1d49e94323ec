"""The sequence diagram: participants, calls and answers, waits, retries, activations, links, and all in words."""

from __future__ import annotations

import re
from typing import Any

import pytest
from benchmarks.big_runs import big_run
from playwright.sync_api import expect

from tests.renderers import build
from tests.renderers.viewer.conftest import Show
from tests.renderers.viewer.using import MESSAGES, choose, item

pytestmark = pytest.mark.browser


def messages(page: Any) -> Any:
    return page.get_by_role("list", name=MESSAGES).get_by_role("listitem")


def test_messages_are_items_of_a_list_with_a_spoken_sentence(show: Show) -> None:
    page = show(build.happy(), viewport={"width": 1400, "height": 1800})
    said = messages(page).evaluate_all("all => all.map((each) => each.ariaLabel)")

    assert len(said) == len(set(said)) > 10
    assert "message from client:itk to queue:intake, SendMessage, 41 ms, +0 ms" in said
    assert any(
        each.startswith("delivery from queue:intake to lambda:intake, process intake, waited 149 ms") for each in said
    )
    assert any(each.startswith("answer from agent:gatekeeper to lambda:intake, InvokeAgent, 1.87 s") for each in said)
    sizes = messages(page).evaluate_all("all => all.map((each) => [each.ariaPosInSet, each.ariaSetSize])")
    assert [int(at) for at, _ in sizes] == list(range(1, len(sizes) + 1))
    assert {of for _, of in sizes} == {str(len(sizes))}


def test_every_span_has_one_arrow_and_every_answer_its_call(show: Show) -> None:
    run = build.happy()
    page = show(run, viewport={"width": 1400, "height": 1800})
    kinds = messages(page).evaluate_all("all => all.map((each) => [each.dataset.kind, each.dataset.span])")
    opening = [span for kind, span in kinds if kind in ("call", "send", "deliver", "self", "found")]

    assert sorted(map(int, opening)) == list(range(len(run.trace.spans)))
    assert {span for kind, span in kinds if kind == "return"} <= set(opening)


def test_participants_stay_in_view_and_keep_their_colour(show: Show) -> None:
    page = show(big_run(200))
    heads = page.locator(".seq-head .part")
    top = heads.first.bounding_box()["y"]
    colours = dict(heads.evaluate_all(COLOURS))
    page.locator(".seq-scroll").evaluate("each => each.scrollTo(0, each.scrollHeight / 2)")

    expect(messages(page).first).to_be_attached()
    assert heads.first.bounding_box()["y"] == top
    again = dict(heads.evaluate_all(COLOURS))
    assert colours.keys() & again.keys()
    assert all(again[name] == colours[name] for name in colours.keys() & again.keys())
    assert heads.first.locator("path.icon").get_attribute("d")
    page.emulate_media(color_scheme="dark")
    dark = heads.first.locator(".box").evaluate("each => getComputedStyle(each).fill")
    page.emulate_media(color_scheme="light")
    assert dark != heads.first.locator(".box").evaluate("each => getComputedStyle(each).fill")


COLOURS = "all => all.map((each) => [each.querySelector('title').textContent, each.style.getPropertyValue('--hue')])"


def test_calls_answers_and_messages_have_shapes_of_their_own(show: Show) -> None:
    page = show(build.happy(), viewport={"width": 2400, "height": 1800})

    def dashes(kind: str) -> str:
        return str(
            page.locator(f"[data-kind={kind}] .wire").first.evaluate("each => getComputedStyle(each).strokeDasharray")
        )

    assert dashes("call") == "none"
    assert dashes("return") != "none"
    expect(page.locator("[data-kind=call] .tip.filled").first).to_be_attached()
    expect(page.locator("[data-kind=send] .tip.filled")).to_have_count(0)
    expect(page.locator(".bar.dwell").first).to_be_attached()
    assert page.locator(".bar:not(.dwell)").count() >= 6
    assert page.get_by_text("in which nothing was seen").count() >= 1


def test_a_failure_is_a_shape_and_a_word(show: Show) -> None:
    page = show(build.poison())
    failed = page.locator("[role=listitem].bad").first

    expect(failed.locator("path.mark")).to_be_attached()
    expect(failed).to_have_attribute("aria-label", re.compile("error KeyError"))
    expect(page.locator("section.stage").get_by_text(re.compile("error KeyError")).first).to_be_visible()


def test_a_retry_tells_its_attempts_and_back_off_and_opens(show: Show) -> None:
    page = show(build.retried())
    words = page.locator(".strip-words")
    expect(words).to_have_text(re.compile("2 tries, 1 failed, .*back-off"))
    page.get_by_role("button", name="Show each attempt").click()
    expect(words).to_have_count(0)
    expect(page.get_by_text("try 1 of 3").first).to_be_visible()
    page.locator("rect.pill.p-fold").click()
    expect(words).to_have_count(1)


def test_links_of_the_selected_span_are_drawn_with_their_reason(show: Show) -> None:
    page = show(build.retried())
    page.get_by_role("button", name="What ran").click()
    choose(page, "try 2 of 3")
    expect(page.locator(".link-text")).to_have_text("retry of")


def test_what_is_out_of_sight_sideways_is_named_at_the_edge_and_reached(show: Show) -> None:
    page = show(big_run(60), viewport={"width": 900, "height": 900})
    page.locator(".seq-scroll").evaluate("each => each.scrollTo(0, 0)")
    expect(page.locator(".aside").first).to_be_visible()
    item(page, "SendMessage").focus()
    page.keyboard.press("Home")
    for _ in range(12):
        page.keyboard.press("ArrowDown")
    box = page.locator("[role=listitem]:focus .wire").bounding_box()
    stage = page.locator(".seq-scroll").bounding_box()
    assert box["x"] < stage["x"] + stage["width"]
    assert box["x"] + box["width"] > stage["x"]


def test_hovering_tells_in_words_what_a_message_is(show: Show) -> None:
    page = show(build.happy())
    item(page, "SendMessage").locator("text.label").hover()
    expect(page.locator("[role=listitem] > title")).to_contain_text("message from client:itk to queue:intake")
