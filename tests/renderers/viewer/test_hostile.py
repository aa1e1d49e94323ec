"""What was logged may be written by an attacker: in every field of every kind of run it stays text."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.sync_api import TimeoutError, expect

from itk.model.run import RunResult
from itk.model.trace import Component, Payload
from tests.renderers import build, hostile
from tests.renderers.viewer.conftest import Show

pytestmark = pytest.mark.browser
PAGES = ("trace-viewer.html", "timeline.html")
NAMES = ("__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "then")


def explore(page: Any, steps: int = 12) -> None:
    """Whatever shows data: the details of each span, each check, search, commands, filters."""
    for check in page.locator(".check > button").all():
        check.click()
    if not page.locator("aside.details").count():
        page.locator("body").press("]")
    page.locator("aside.details").wait_for()
    unfold(page)
    for _ in range(steps):
        page.locator("body").press("j")
        unfold(page)
    search = page.get_by_role("searchbox", name="Search")
    for typed in ("script", "component:", 'error:"', "id:<", "status:failed OR __proto__"):
        search.fill(typed)
    search.fill("")
    page.get_by_role("button", name=re.compile("^Participants")).click()
    page.get_by_role("checkbox").first.wait_for()
    put_away(page, page.get_by_role("checkbox").first)
    page.locator("body").press(".")
    page.get_by_role("dialog").wait_for()
    page.keyboard.type("export")
    put_away(page, page.get_by_role("dialog"))


def put_away(page: Any, what: Any) -> None:
    """Escape, and once more where it came before the focus did."""
    for _ in range(5):
        page.keyboard.press("Escape")
        try:
            what.wait_for(state="hidden", timeout=2_000)
        except TimeoutError:
            continue
        return


def unfold(page: Any) -> None:
    page.locator("aside.details .opening").wait_for(state="detached")
    for _ in range(2):  # what a fold held may be folded too
        page.locator("aside.details [aria-expanded=false]").evaluate_all("folds => folds.forEach(f => f.click())")


def saved(page: Any, name: str, folder: Path) -> Path:
    with page.expect_download() as caught:
        page.get_by_role("button", name=name).click()
    path = folder / f"saved-{caught.value.suggested_filename}"
    caught.value.save_as(path)
    return path


@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize("of", build.ALL)
def test_nothing_hostile_runs_wherever_somebody_looks(show: Show, of: str, keep: bool) -> None:
    """`show` fails on a script that ran, a report of the policy, a word on the console, a request, a dialog."""
    run = hostile.poisoned(build.ALL[of](), hostile.ALL, keep=keep)
    page = show(run, PAGES[keep])
    explore(page)
    page.locator("body").press("s")
    explore(page, steps=2)

    assert page.locator("#app").locator("script, img, iframe, object, form").count() == 0


def test_nothing_hostile_runs_in_what_is_exported(show: Show, tmp_path: Path) -> None:
    page = show(hostile.poisoned(build.poison(), hostile.ALL, keep=True))
    for _ in range(3):
        page.locator("body").press("j")
        page.locator("body").press("x")
    page.get_by_role("button", name="Export", exact=True).click()
    made = [
        saved(page, f"Download {name}", tmp_path) for name in ("SVG", "Mermaid", "for an assistant", "shareable copy")
    ]
    drawing, mermaid, _, copy = made

    assert not re.search(r"[<>]|javascript:window", mermaid.read_text("utf-8").replace("->>", "").replace("-->>", ""))
    for path in (drawing, copy):
        assert (
            show(path, **({} if path == copy else {"java_script_enabled": True})).evaluate("window.pwned ?? null")
            is None
        )


def named(run: RunResult) -> RunResult:
    """A run in which every name is one that objects of JavaScript have already."""
    spans = tuple(
        msgspec.structs.replace(
            span,
            component=Component(type=span.component.type, name=NAMES[n % len(NAMES)], id="__proto__"),
            operation=NAMES[(n + 1) % len(NAMES)],
            ids=dict.fromkeys(NAMES, "__proto__"),
            attributes={name: {"__proto__": {"polluted": True}} for name in NAMES},
            request=Payload(value={"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}),
        )
        for n, span in enumerate(run.trace.spans)
    )
    checks = tuple(
        msgspec.structs.replace(check, name=NAMES[n % len(NAMES)], absent=("lambda:__proto__", "__proto__"))
        for n, check in enumerate(run.checks)
    )
    return msgspec.structs.replace(run, trace=msgspec.structs.replace(run.trace, spans=spans), checks=checks)


@pytest.mark.parametrize("name", PAGES)
def test_names_of_objects_are_names_like_others(show: Show, name: str) -> None:
    page = show(named(build.poison()), name)
    explore(page)
    page.get_by_role("searchbox", name="Search").fill("component:__proto__")
    page.get_by_text(re.compile(r"^(\d+ of )?\d+( match| matches)?$")).first.wait_for()

    assert page.evaluate("({}).polluted ?? null") is None
    unfold(page)
    expect(page.locator("aside.details").get_by_text("polluted").first).to_be_visible()


def odd(run: RunResult, name: Callable[[int], str]) -> RunResult:
    """The run with span ids that no hash gave."""
    new = {span.span_id: name(n) for n, span in enumerate(run.trace.spans)}
    spans = tuple(
        msgspec.structs.replace(
            span,
            span_id=new[span.span_id],
            parent_span_id=None if span.parent_span_id is None else new[span.parent_span_id],
        )
        for span in run.trace.spans
    )
    checks = tuple(
        msgspec.structs.replace(check, span_ids=tuple(new[cited] for cited in check.span_ids)) for check in run.checks
    )
    return msgspec.structs.replace(run, trace=msgspec.structs.replace(run.trace, spans=spans), checks=checks)


@pytest.mark.parametrize("prefix", ["__proto__", "../../x/", "a\x00b\u2028", "\u202e", "constructor"])
def test_ids_that_are_not_hex_are_found_by_a_link_of_their_own(show: Show, prefix: str) -> None:
    page = show(odd(build.retried(), lambda n: prefix if n == 2 else f"{prefix}{n}"))
    page.locator("body").press("j")
    page.locator("body").press("]")
    page.locator("aside.details").wait_for()
    page.wait_for_url(re.compile(r"#.*span=[0-9a-f]{16,64}"))
    chosen = page.locator("[aria-current=true]").first.get_attribute("aria-label")
    page.reload()
    page.locator("html[data-ready]").wait_for()

    assert page.locator("[aria-current=true]").first.get_attribute("aria-label") == chosen


def test_a_line_of_a_megabyte_opens(show: Show) -> None:
    run = build.small()
    long = "x" * 1_000_000 + "</script>" + "\u2028 end"
    spans = tuple(
        msgspec.structs.replace(span, request=Payload(value={"text": long}), response=Payload(value=long))
        for span in run.trace.spans
    )
    page = show(msgspec.structs.replace(run, trace=msgspec.structs.replace(run.trace, spans=spans)))
    page.keyboard.press("]")
    page.locator("aside.details").get_by_text("xxxxx").first.wait_for()
    page.get_by_role("searchbox", name="Search").fill('"</script>"')

    page.get_by_text("3 match", exact=False).or_(page.get_by_text("of 3")).first.wait_for()
