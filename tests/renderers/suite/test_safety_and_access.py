"""Hostile data stays text, and who cannot see the page or uses no mouse can use it as well."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from tests import suites
from tests.renderers.suite.conftest import Open
from tests.renderers.viewer import axe

pytestmark = pytest.mark.browser
schemes = pytest.mark.parametrize("scheme", ["light", "dark"])
NAMES = ("__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "then")


def explore(page: Any) -> None:
    """Whatever shows data: each row, each cluster, each tag, the query box, the help."""
    for _ in range(16):
        page.keyboard.press("j")
        page.keyboard.press("ArrowRight")
    page.locator(".cluster, .tag").evaluate_all("all => all.forEach((each) => each.click())")
    for typed in ("script", "tag:", "@<", 'group:"', "s:failed OR __proto__", ""):
        page.get_by_role("searchbox", name="Filter").fill(typed)
    page.locator("body").press("g")
    page.locator("body").press("s")
    page.wait_for_timeout(600)  # the address is written


def test_nothing_hostile_runs_wherever_somebody_looks(show: Open) -> None:
    """`show` fails on a script that ran, a report of the policy, a word on the console, a request, a dialog."""
    page = show(suites.hostile())
    explore(page)

    assert page.locator("#app").locator("script, img, iframe, object, form").count() == 0


def test_nothing_hostile_runs_without_the_script(show: Open) -> None:
    page = show(suites.hostile(), java_script_enabled=False)

    assert page.locator("#plain").locator("script, img, iframe, object, form").count() == 0
    assert page.get_by_role("row").count() > 10


def test_names_of_objects_are_names_like_others(show: Open) -> None:
    cases = tuple(
        replace(
            case,
            id=NAMES[n % 6],
            name=NAMES[n % 6],
            group=NAMES[(n + 1) % 6],
            tags=NAMES,
            lanes=NAMES[: len(case.lanes)],
        )
        for n, case in enumerate(suites.small().cases)
    )
    page = show(suites.suite(*cases), "#case=__proto__&closed=g__proto__&__proto__=1")
    explore(page)
    page.get_by_role("searchbox", name="Filter").fill("@__proto__ group:constructor")

    assert page.evaluate("({}).polluted ?? null") is None
    assert page.get_by_text("of 14").first.is_visible()


@schemes
@pytest.mark.parametrize("of", ["small", "one", "nothing", "merged", "recorded", "bare"])
def test_axe_finds_nothing_serious(show: Open, scheme: str, of: str) -> None:
    page = show(getattr(suites, of)(), color_scheme=scheme, bypass_csp=True)
    assert axe.findings(page) == []
    for _ in range(20):
        page.keyboard.press("j")
        page.keyboard.press("ArrowRight")
    assert axe.findings(page) == []
    page.keyboard.press("?")
    page.get_by_role("dialog").wait_for()
    assert axe.findings(page) == []


@schemes
def test_axe_finds_nothing_serious_without_the_script(browser: Any, show: Open, scheme: str, tmp_path: Any) -> None:
    from tests.renderers.suite.conftest import written

    path = written(suites.small(), tmp_path) / "index.html"
    text = path.read_text("utf-8")
    start, end = text.index('<script type="application/itk-suite"'), text.index('<div id="plain"')
    path.write_text(text[:start] + text[end:], encoding="utf-8")  # as where no script runs
    page = browser.new_page(color_scheme=scheme, bypass_csp=True)
    page.goto(path.as_uri())

    assert axe.findings(page) == []
    page.close()


def test_every_stop_of_the_tab_key_is_seen_and_named(show: Open) -> None:
    page = show(suites.small())
    page.locator("body").press("j")
    page.locator("body").press("j")
    page.keyboard.press("Enter")
    stops = []
    for _ in range(150):
        page.keyboard.press("Tab")
        stop = page.evaluate(
            """() => {
                const at = document.activeElement;
                const marked = at.closest(".field") ?? at;
                const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(marked);
                const ring = outlineStyle !== "none" && parseFloat(outlineWidth) >= 1;
                const seen = marked === at ? ring : boxShadow !== "none";
                return [at.tagName, at.getAttribute("aria-label") ?? at.textContent, seen];
            }"""
        )
        if stop[0] == "BODY":
            break
        stops.append(stop)

    assert len(stops) >= 8
    for tag, label, seen in stops:
        assert label.strip() or tag == "INPUT"
        assert seen, (tag, label)


def test_rows_say_where_they_stand_and_buttons_what_they_show(show: Open) -> None:
    page = show(suites.many(300))
    items = page.get_by_role("list", name="Cases").get_by_role("listitem")
    places = page.locator(".cases > li").evaluate_all(
        "all => all.map(e => [Number(e.getAttribute('aria-posinset')), Number(e.getAttribute('aria-setsize'))])"
    )

    assert places[0][0] == 1
    assert {size for _, size in places} == {300 + 7}
    assert items.count() >= len(places)
    assert page.locator(".cases > li button[aria-expanded]").count() == len(places)


def test_chosen_colours_of_the_system_leave_every_status_a_shape_and_a_word(show: Open) -> None:
    page = show(suites.small(), forced_colors="active", color_scheme="dark")

    for row in page.locator("li.case").all():
        assert row.locator(".outcome").first.inner_text().strip()
        assert row.locator(".outcome svg").first.is_visible()
