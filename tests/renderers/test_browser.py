"""The pages in a real browser, opened as a user does: from disk, by double click."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from itk.model.run import RunResult
from itk.ports import Renderer
from itk.renderers.timeline import Timeline
from itk.renderers.trace_viewer import TraceViewer
from tests.renderers import build, hostile

pytestmark = pytest.mark.browser
PAGES: dict[str, Renderer] = {"trace-viewer": TraceViewer(), "timeline": Timeline()}
both = pytest.mark.parametrize("name", PAGES)
WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective));
"""


class Opened:
    """A page, and everything about it that must not happen."""

    def __init__(self, page: Any, url: str) -> None:
        self.page = page
        self.noise: list[str] = []
        page.on("console", lambda message: self.noise.append(message.text))
        page.on("pageerror", lambda error: self.noise.append(str(error)))
        page.on("dialog", self._dialog)
        page.on("request", lambda request: self._asked(request.url, url))
        page.add_init_script(WATCH)
        page.goto(url)

    def _dialog(self, dialog: Any) -> None:
        self.noise.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _asked(self, asked: str, url: str) -> None:
        if asked.split("#")[0] != url.split("#")[0]:
            self.noise.append(f"request {asked}")

    def calm(self) -> None:
        assert self.noise == []
        assert self.page.evaluate("window.violations ?? []") == []
        assert self.page.evaluate("window.pwned ?? null") is None


Open = Callable[..., Opened]


@pytest.fixture
def show(browser: Any, tmp_path: Path) -> Iterator[Open]:
    contexts = []

    def opened(run: RunResult, name: str, at: str = "", **options: Any) -> Opened:
        for artifact in PAGES[name].render(build.redacted(run)):
            (tmp_path / artifact.path).write_bytes(artifact.content)
        context = browser.new_context(**{"viewport": {"width": 1400, "height": 900}, **options})
        context.set_default_timeout(8_000)
        contexts.append(context)
        return Opened(context.new_page(), (tmp_path / f"{name}.html").as_uri() + at)

    yield opened
    for context in contexts:
        context.close()


def in_view(page: Any, selector: str) -> bool:
    """Is it inside the part of the drawing that is on the screen?"""
    box, stage = page.locator(selector).first.bounding_box(), page.locator("#stage").bounding_box()
    middle = box["y"] + box["height"] / 2
    return bool(stage["y"] <= middle <= stage["y"] + stage["height"] and box["x"] < stage["x"] + stage["width"])


@both
@pytest.mark.parametrize("count", [3, 50, 500])
def test_it_opens_readable_and_in_silence(show: Open, name: str, count: int) -> None:
    opened = show(build.small() if count == 3 else build.many(count), name)
    page = opened.page

    assert page.locator("[data-open]").count() == count
    label = page.locator(".label").first.evaluate("e => getComputedStyle(e).fontSize")
    assert float(label.removesuffix("px")) >= 12
    assert page.locator("#stage svg text").nth(8).bounding_box()["height"] >= 10
    opened.calm()


@both
def test_a_click_shows_the_payloads(show: Open, name: str) -> None:
    opened = show(build.happy(), name)
    page = opened.page
    assert page.locator("#details").is_hidden()
    page.locator(".label", has_text="SendMessage").first.click()
    details = page.locator("#details")

    assert '"orderId": "A-17"' in details.locator("[data-part=request]").inner_text()
    assert "MessageId" in details.locator("[data-part=response]").inner_text()
    for said in ("0c1d2e3f-0000-4000-8000-000000000001", "2026/03/01/[$LATEST]0123456789abcdef", "/aws/lambda/intake"):
        assert said in details.inner_text()
    assert "#span=" in page.url
    opened.calm()


def test_details_say_attempt_batch_join_and_log_lines(show: Open) -> None:
    page = show(build.happy(), "timeline").page
    page.locator(".label", has_text="process notify").click()
    said = page.locator("#details").inner_text()

    assert "batch of 5, shared with other runs" in said
    assert "exact: message_id (messageId 0c1d2e3f equals)" in said
    assert "mail sent" in said
    assert "1.51 s" in page.locator("#stage").inner_text()
    assert "try 1 of 3" in show(build.retried(), "trace-viewer").page.locator("#stage").inner_text()


@both
def test_the_first_failure_is_in_view_and_open(show: Open, name: str) -> None:
    opened = show(build.many(150), name)
    page = opened.page

    assert "error" in page.locator("#details dd").first.inner_text()
    assert in_view(page, ".band.picked")
    opened.calm()


@both
def test_without_a_failure_it_begins_at_the_beginning(show: Open, name: str) -> None:
    page = show(build.happy(), name).page

    assert page.locator("#stage").evaluate("e => [e.scrollTop, e.scrollLeft]") == [0, 0]
    assert in_view(page, "[data-open]")


@both
def test_the_keyboard_reaches_every_span(show: Open, name: str) -> None:
    opened = show(build.many(50), name)
    page = opened.page
    page.keyboard.press("Escape")
    assert page.locator("#details").is_hidden()
    page.keyboard.press("Home")
    seen = []
    for _ in range(60):
        seen.append(page.evaluate("document.activeElement.dataset.s"))
        page.keyboard.press("ArrowDown")

    assert len(set(seen)) == 50
    page.keyboard.press("Enter")
    assert page.locator("#details").is_visible()
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.dataset.s") != seen[-1]
    page.keyboard.press("Escape")
    assert page.locator("#details").is_hidden()
    assert page.evaluate("document.activeElement.dataset.s") is not None
    opened.calm()


@both
def test_tab_reaches_checks_and_drawing(show: Open, name: str) -> None:
    page = show(build.happy(), name).page
    reached = set()
    for _ in range(14):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                "document.activeElement.dataset.check ? 'check' : document.activeElement.dataset.s ? 'span' : ''"
            )
        )

    assert {"check", "span"} <= reached


@both
def test_a_check_lights_up_its_spans(show: Open, name: str) -> None:
    opened = show(build.poison(), name)
    page = opened.page
    page.locator(".check", has_text="no_errors").click()

    lit = set(page.locator("#stage .band.cited").evaluate_all("all => all.map(e => e.dataset.s)"))
    assert lit == {"1", "2", "3"}
    page.locator(".check", has_text="no_errors").click()
    assert page.locator(".band.cited").count() == 0
    opened.calm()


@both
def test_a_link_opens_its_span(show: Open, name: str) -> None:
    run = build.happy()
    opened = show(run, name, at=f"#span={run.trace.spans[6].span_id}")

    assert "GetItem on table:orders" in opened.page.locator("#details h2").inner_text()
    assert "12345678901234567890" in opened.page.locator("[data-part=response]").inner_text()
    opened.calm()


@both
def test_head_and_labels_stay_in_view(show: Open, name: str) -> None:
    page = show(build.many(150), name).page
    page.locator("#stage").evaluate("e => { e.scrollTop = e.scrollHeight / 2; e.scrollLeft = 300; }")
    stage = page.locator("#stage").bounding_box()
    head = page.locator(".head, .ruler-cell").bounding_box()

    assert abs(head["y"] - stage["y"]) < 2
    if name == "timeline":
        assert abs(page.locator(".label-cell").bounding_box()["x"] - stage["x"]) < 2


@both
def test_it_can_be_read_without_javascript(show: Open, name: str) -> None:
    opened = show(build.poison(), name, java_script_enabled=False)
    page = opened.page

    for said in ("FAILED", "no_errors", "cases/poison.yaml:20:5"):
        assert page.get_by_text(said).first.is_visible()
    assert page.locator("#stage text", has_text="process intake").first.is_visible()
    page.locator(".plain summary").nth(1).click()
    assert page.locator("details[open] pre", has_text="{not json").is_visible()
    assert opened.noise == []


@both
def test_on_paper_everything_is_there(show: Open, name: str) -> None:
    page = show(build.many(50), name).page
    page.emulate_media(media="print")

    assert page.locator("#stage").evaluate("e => getComputedStyle(e).overflow") == "visible"
    assert page.locator("#details").is_hidden()


@both
@pytest.mark.parametrize("keep", [False, True])
def test_nothing_hostile_runs(show: Open, name: str, keep: bool) -> None:
    opened = show(hostile.poisoned(build.inconclusive(), hostile.ALL, keep=keep), name)
    page = opened.page
    for at in range(page.locator("[data-open]").count()):
        page.locator("[data-open]").nth(at).dispatch_event("click")
        assert page.locator("#details").is_visible()
    for at in range(page.locator(".check").count()):
        page.locator(".check").nth(at).click()

    assert page.locator("img, iframe, object, form").count() == 0
    opened.calm()


@both
def test_copy_gives_the_text_as_it_was(show: Open, name: str) -> None:
    page = show(build.happy(), name, permissions=["clipboard-read", "clipboard-write"]).page
    page.locator(".label", has_text="SendMessage").first.click()
    page.get_by_role("button", name="Copy request").click()

    page.get_by_text("Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    sent = next(span.request for span in build.happy().trace.spans if span.operation == "SendMessage")
    assert sent is not None
    assert json.loads(copied) == sent.value


@pytest.mark.skipif("ITK_SCREENSHOTS" not in os.environ, reason="ITK_SCREENSHOTS names no directory")
@both
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", ["small", "happy", "retried", "poison", "inconclusive", "doubtful", "fifty"])
def test_screenshots(show: Open, name: str, kind: str, scheme: str) -> None:
    run = build.many(50) if kind == "fifty" else build.ALL[kind]()
    page = show(run, name, color_scheme=scheme).page
    folder = Path(os.environ["ITK_SCREENSHOTS"])
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(folder / f"{kind}-{name}-{scheme}.png"))


@both
def test_doubt_is_drawn_and_explained(show: Open, name: str) -> None:
    """Dashed, with a badge; the details say why, and the side says it without a click."""
    opened = show(build.doubtful(), name)
    page = opened.page
    line = ".msg.t-inferred .wire" if name == "trace-viewer" else ".elbow.t-inferred"

    assert page.locator(line).first.evaluate("e => getComputedStyle(e).strokeDasharray") not in ("none", "")
    assert page.locator(".p-doubt").first.text_content() == "inferred 0.993"
    side = page.locator("#side").inner_text()
    assert "would be exact if lambda:lookup-order logged the RequestId of its caller (2 spans)" in side
    assert "shifted by -42 ms for matching 1 span; times are shown as recorded" in side
    page.locator(".label", has_text="Invoke").last.click()  # has_text takes invoke_agent too
    said = page.locator("#details").inner_text()
    for words in ("out of 3 candidates", "expected 12 ms to 45 ms", "confidence 0.993", "times are shown as recorded"):
        assert words in said
    opened.calm()


def test_links_lead_to_their_other_end_and_tokens_are_counted_once(show: Open) -> None:
    opened = show(build.doubtful(), "timeline")
    page = opened.page
    details = page.locator("#details")
    page.locator(".label", has_text="invoke_agent").click()
    assert "1802 in, 147 out, counted on another span" in details.inner_text()
    page.locator(".label", has_text="record").click()
    details.get_by_role("button", name="Invoke on lambda:lookup-order").click()

    assert details.locator("h2").inner_text() == "Invoke on lambda:lookup-order"
    page.locator(".label", has_text="process intake").click()
    assert "1-67891233-abcdef012345678912345678, exact: xray" in details.inner_text()
    opened.calm()
