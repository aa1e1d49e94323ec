"""The layer in a real browser: without JavaScript, without style sheets, and on paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from itk.model.run import RunResult
from tests.renderers import build, hostile
from tests.renderers.plain.page import STRICT, document

pytestmark = pytest.mark.browser
Open = Callable[..., Any]


@pytest.fixture
def show(browser: Any, tmp_path: Path) -> Iterator[Open]:
    contexts = []

    def opened(run: RunResult, *, policy: str = "", head: str = "", **options: Any) -> Any:
        (tmp_path / "page.html").write_text(document(run, policy=policy, head=head), encoding="utf-8")
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        context.set_default_timeout(8_000)
        contexts.append(context)
        page = context.new_page()
        page.goto((tmp_path / "page.html").as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()


def test_without_javascript_the_first_screen_has_the_verdict_and_the_failed_check(show: Open) -> None:
    page = show(build.poison(), java_script_enabled=False)

    for text in ("FAILED", "dead-letter queue intake-dlq holds 1 message more than before", "3 spans failed"):
        box = page.get_by_text(text).first.bounding_box()
        assert 0 <= box["y"] < 900
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_a_link_of_the_drawing_opens_the_details_of_its_span(show: Open) -> None:
    page = show(build.happy(), java_script_enabled=False)
    request = page.get_by_text('"orderId": "A-17"').first
    assert not request.is_visible()
    page.locator(".p-sheet a", has_text="SendMessage").first.click()

    request.wait_for()


def test_where_style_sheets_are_blocked_the_drawing_is_as_it_was_painted(show: Open) -> None:
    page = show(build.poison(), policy=STRICT, java_script_enabled=False)

    assert page.locator("#plain").evaluate("e => getComputedStyle(e).maxWidth") == "none", "the style sheet is blocked"
    failed = page.locator(".p-sheet .p-bad text", has_text="KeyError").first
    assert failed.evaluate("e => getComputedStyle(e).fill") == "rgb(185, 32, 43)"
    assert failed.evaluate("e => getComputedStyle(e).fontSize") == "12px"
    assert page.locator(".p-area").first.evaluate("e => getComputedStyle(e).fill") != "rgb(0, 0, 0)"
    assert page.locator(".p-sheet").first.bounding_box()["width"] > 500
    assert page.locator("#plain strong", has_text="FAILED").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_blocked_style_sheets_leave_the_drawing_on_its_own_paper(show: Open, scheme: str) -> None:
    page = show(build.happy(), policy=STRICT, color_scheme=scheme)

    assert page.locator(".p-paper").first.evaluate("e => getComputedStyle(e).fill") == "rgb(255, 255, 255)"
    assert page.locator(".p-sheet text").first.evaluate("e => getComputedStyle(e).fill") != "rgb(255, 255, 255)"


def test_the_dark_theme_repaints_the_drawing(show: Open) -> None:
    seen = {}
    for scheme in ("light", "dark"):
        page = show(build.happy(), color_scheme=scheme, java_script_enabled=False)
        seen[scheme] = [
            page.locator(name).first.evaluate("e => getComputedStyle(e).fill")
            for name in (".p-paper", ".p-area", ".p-stripe", ".p-sheet a text", ".p-sheet [role=list] text")
        ]

    assert all(one != two for one, two in zip(seen["light"], seen["dark"], strict=True))


def test_a_running_script_hides_it_on_the_screen_and_leaves_it_to_the_printer(show: Open) -> None:
    page = show(build.happy())
    page.evaluate("document.documentElement.classList.add('js')")
    assert page.locator("#plain").is_hidden()
    page.emulate_media(media="print")

    assert page.locator("#plain").is_visible()
    assert page.locator("#app").is_hidden()


def test_on_paper_details_are_open_and_sheets_are_as_wide_as_the_page(show: Open) -> None:
    page = show(build.doubtful(), viewport={"width": 1000, "height": 700}, color_scheme="dark")
    page.emulate_media(media="print")

    assert page.locator("details pre").first.bounding_box()["height"] > 10
    for sheet in page.locator(".p-sheet").all():
        assert sheet.bounding_box()["width"] <= 1000
    assert page.locator("#plain").evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(255, 255, 255)"
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_is_wider_than_the_screen_but_the_drawing(show: Open, width: int) -> None:
    run = hostile.poisoned(build.inconclusive(), hostile.ALL, keep=True)
    page = show(run, java_script_enabled=False, viewport={"width": width, "height": 900})
    for summary in page.locator("summary").all():
        summary.click()

    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_forced_colours_reach_the_drawing(show: Open) -> None:
    """Windows High Contrast: what the system says is drawn, not what the attributes say."""
    page = show(build.poison(), forced_colors="active", color_scheme="dark")
    fill = "e => getComputedStyle(e).fill"

    paper, text = page.locator(".p-paper").first.evaluate(fill), page.locator(".p-sheet text").first.evaluate(fill)
    assert paper != text
    assert page.locator(".p-sheet .p-bad text").first.evaluate(fill) == text


@pytest.mark.parametrize("keep", [False, True])
def test_nothing_hostile_runs(show: Open, keep: bool) -> None:
    page = show(hostile.poisoned(build.inconclusive(), hostile.ALL, keep=keep))

    assert page.evaluate("window.pwned ?? null") is None
    assert page.locator("#plain").locator("script, img, iframe, object, form").count() == 0
