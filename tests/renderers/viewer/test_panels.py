"""The panels around the drawing, in a real browser: what they say of checks and spans, and what they never do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from itk.model.run import RunResult
from itk.model.trace import Payload, Span
from itk.renderers.viewer.renderer import Viewer
from tests.renderers import build, hostile

pytestmark = pytest.mark.browser
RUNS = {each.__name__: each for each in (build.happy, build.retried, build.poison, build.inconclusive, build.doubtful)}
WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective));
"""
NO_CLIPBOARD = "Object.defineProperty(Navigator.prototype, 'clipboard', { get: () => undefined });"
DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
Show = Callable[..., Any]


@pytest.fixture
def show(browser: Any, tmp_path: Path) -> Iterator[Show]:
    """Opens a run. Nothing may be said on the console but what a test expects, and no policy may be broken."""
    noise: list[str] = []
    context = browser.new_context(
        viewport={"width": 1400, "height": 900}, permissions=["clipboard-read", "clipboard-write"]
    )
    context.set_default_timeout(8_000)
    context.add_init_script(WATCH)

    def opened(run: RunResult, *, split: bool = False, without: str = "", script: str = "") -> Any:
        for artifact in Viewer(split=split).render(build.redacted(run)):
            if not without or without not in artifact.path:
                place = tmp_path / artifact.path
                place.parent.mkdir(exist_ok=True)
                place.write_bytes(artifact.content)
        page = context.new_page()
        if script:
            page.add_init_script(script)
        if not without:
            page.on("console", lambda message: noise.append(message.text))
        page.on("pageerror", lambda error: noise.append(str(error)))
        page.goto((tmp_path / "trace-viewer.html").as_uri())
        page.locator("html[data-ready]").wait_for()
        return page

    yield opened
    for page in context.pages:
        noise += page.evaluate("[...(window.violations ?? []), ...(window.pwned ? ['pwned'] : [])]")
    context.close()
    assert noise == []


def side(page: Any) -> Any:
    return page.get_by_role("complementary", name="Checks and counts")


def details(page: Any) -> Any:
    """The details of the span that is selected, opened by the keyboard."""
    panel = page.get_by_role("complementary", name="Details")
    if not panel.count():
        page.locator('.stage [tabindex="0"]').first.focus()
        page.keyboard.press("Enter")
    page.evaluate(DRAWN)
    page.locator("#details[aria-busy=false]").wait_for()
    return panel


def unfold(panel: Any) -> None:
    closed = panel.locator("h3 button[aria-expanded=false]")
    while closed.count():
        closed.first.click()


def each_span(page: Any) -> Iterator[Any]:
    """The details of one visible span after the other."""
    panel = details(page)
    before = panel.get_by_role("button", name="Previous span")
    while before.is_enabled():
        before.click()
    after = panel.get_by_role("button", name="Next span")
    while True:
        yield details(page)
        if not after.is_enabled():
            return
        after.click()


def changed(run: RunResult, at: int, **fields: Any) -> RunResult:
    spans = list(run.trace.spans)
    spans[at] = msgspec.structs.replace(spans[at], **fields)
    return msgspec.structs.replace(run, trace=msgspec.structs.replace(run.trace, spans=tuple(spans)))


def span_of(run: RunResult, panel: Any) -> Span:
    shown = panel.inner_text()
    return next(span for span in run.trace.spans if f"\nspan_id\n{span.span_id}" in shown)


@pytest.mark.parametrize("name", RUNS)
def test_details_hold_what_is_known_of_every_span(show: Show, name: str) -> None:
    run = RUNS[name]()
    seen = set()
    for panel in each_span(show(run)):
        unfold(panel)
        span = span_of(run, panel)
        seen.add(span.span_id)
        said = panel.inner_text()
        assert span.component.name in said
        assert span.status in said
        if span.start_ns is not None:
            assert f".{span.start_ns % 10**9:09d} UTC" in said
        for value in (*span.ids.values(), *(event.text for event in span.events), *(e.event_id for e in span.evidence)):
            assert value in said
        if span.join is not None:
            assert f"{span.join.tier} by {span.join.rule}" in said.replace("\n", " ").replace("  ", " ")
        if span.error is not None:
            assert span.error.type in said
            assert span.error.message in said
    assert len(seen) >= 2


@pytest.mark.parametrize("name", RUNS)
def test_every_check_says_what_came_of_it_and_steps_through_what_it_rests_on(show: Show, name: str) -> None:
    run = RUNS[name]()
    page = show(run)
    for check in run.checks:
        button = side(page).get_by_role("button", name=re.compile(f"^{check.status} {check.name}")).first
        assert check.message in button.inner_text()
        button.click()
        assert button.get_attribute("aria-pressed") == "true"
        item = button.locator("xpath=..")
        for said in (check.expected, check.actual):
            assert said in item.inner_text()
        cited = len({span.span_id for span in run.trace.spans} & set(check.span_ids))
        for _ in range(cited and cited + 1):
            item.get_by_role("button", name="Next cited span").click()
            item.get_by_text(re.compile(rf"^\d+ of {cited}$")).wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    assert side(page).locator("[aria-pressed=true]").count() == 0


def test_what_failed_stands_first_and_what_is_missing_is_named(show: Show) -> None:
    page = show(build.poison())
    first = side(page).locator(".check").first.inner_text()
    assert first.startswith("failed")
    assert "MORE" in side(page).inner_text()
    lost = build.inconclusive()
    page = show(lost)
    for missing in lost.trace.missing:
        assert missing.what in side(page).inner_text()
    assert "EMULATED" in page.get_by_role("banner").inner_text()


def test_numbers_keep_all_their_digits(show: Show) -> None:
    number = 12345678901234567890
    run = changed(build.happy(), 0, request=Payload(value={"n": number}), attributes={"big": number})
    panel = next(each_span(show(run)))
    unfold(panel)
    assert panel.inner_text().count(str(number)) == 4  # request and attributes, and both once more in the raw JSON


@pytest.mark.parametrize("script", ["", NO_CLIPBOARD], ids=["with a clipboard", "without one"])
def test_a_payload_is_copied_as_it_was_given(show: Show, script: str) -> None:
    given = "\u202ea\r\n\ttext"
    run = changed(build.happy(), 0, request=Payload(value=given))
    page = show(run, script=script)
    panel = next(each_span(page))
    assert "[U+202E]" in panel.get_by_role("group", name="request").inner_text()
    panel.get_by_role("button", name="Copy request").click()
    panel.get_by_role("button", name="Copied: request").wait_for()
    other = show(build.happy())
    other.bring_to_front()
    copied = other.evaluate("navigator.clipboard.readText()")
    assert copied.replace("\r\n", "\n") == given.replace("\r\n", "\n")


def test_what_was_searched_for_is_marked(show: Show) -> None:
    page = show(build.happy())
    page.get_by_role("searchbox").or_(page.get_by_role("combobox")).first.fill("broken")
    page.keyboard.press("Enter")
    panel = details(page)
    panel.locator("mark").first.wait_for()
    assert {text.lower() for text in panel.locator("mark").all_inner_texts()} == {"broken"}


def test_a_side_file_that_is_missing_is_named(show: Show) -> None:
    page = show(changed(build.happy(), 1, request=Payload(value="x" * 300_000)), split=True, without="chunk-")
    page.locator('.stage [tabindex="0"]').first.focus()
    page.keyboard.press("Enter")
    panel = page.get_by_role("complementary", name="Details")
    assert "chunk-0-0000.js is missing" in panel.get_by_role("alert").inner_text()


def test_escape_leaves_the_details_and_then_the_check(show: Show) -> None:
    page = show(build.poison())
    check = side(page).get_by_role("button", name=re.compile("^failed no_errors"))
    check.click()
    details(page).get_by_role("button", name="Close details").focus()
    page.keyboard.press("Escape")
    page.get_by_role("complementary", name="Details").wait_for(state="detached")
    assert page.evaluate("document.activeElement.closest('.stage') !== null")
    assert check.get_attribute("aria-pressed") == "true"
    page.keyboard.press("Escape")
    assert check.get_attribute("aria-pressed") == "false"


def test_panels_are_made_wider_by_keys(show: Show) -> None:
    page = show(build.happy())
    for panel, key in ((side(page), "ArrowRight"), (details(page), "ArrowLeft")):
        before = panel.bounding_box()["width"]
        panel.get_by_role("separator").press(key)
        assert panel.bounding_box()["width"] > before


def test_nothing_that_a_run_says_can_act_or_hide(show: Show) -> None:
    """Every text of the run is hostile, and everything that can be opened is opened."""
    run = hostile.poisoned(build.poison(), hostile.ALL, keep=True)
    page = show(run)
    for check in side(page).locator(".check > button").all():
        check.click()
    for panel in each_span(page):
        unfold(panel)
        assert not re.search("[\u202a-\u202e\u2066-\u2069\x00\x1b]", panel.inner_text())
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00\x1b]", page.locator("body").inner_text())


def test_a_run_without_spans_still_makes_sense(show: Show) -> None:
    run = build.inconclusive()
    empty = msgspec.structs.replace(run.trace, spans=(), missing=())
    page = show(msgspec.structs.replace(run, trace=empty, checks=()))
    assert "The case asks for no check." in side(page).inner_text()
    assert "nothing to draw" in page.get_by_role("main").inner_text()
