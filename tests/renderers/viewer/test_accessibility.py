"""Who cannot see the pages, use no mouse, or chose other colours can use them as well."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from itk.model.run import RunResult
from itk.model.trace import Trace
from itk.renderers.viewer import comparison
from tests.renderers import build, compared
from tests.renderers.plain.page import document
from tests.renderers.viewer import axe, contrast
from tests.renderers.viewer.conftest import Show
from tests.renderers.viewer.reading import index, page

pytestmark = pytest.mark.browser
PAGES = ("trace-viewer.html", "timeline.html")
SHEETS = {"Keys and search language": "?", "Commands": ".", "Export and copy": ""}


def empty() -> RunResult:
    nothing = Trace(trace_id="0" * 32, run_id="run-1", spans=())
    return build.result(nothing, status="inconclusive", checks=())


RUNS = {**build.ALL, "empty": empty, "many": lambda: build.many(120)}
both = pytest.mark.parametrize("name", PAGES)
schemes = pytest.mark.parametrize("scheme", ["light", "dark"])


def sheet(page: Any, name: str) -> Any:
    """The window of that name, opened as a person does."""
    if SHEETS[name]:
        page.keyboard.press(SHEETS[name])
    else:
        page.get_by_role("button", name="Export", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.wait_for()
    return dialog


def details(page: Any) -> None:
    """The details of the selected span, when they have been read."""
    page.keyboard.press("]")
    page.get_by_role("complementary", name="Details").get_by_text("Evidence").first.wait_for()


def close(page: Any) -> None:
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")


@both
@schemes
@pytest.mark.parametrize("of", ["poison", "inconclusive", "empty"])
def test_axe_finds_nothing_serious(show: Show, name: str, scheme: str, of: str) -> None:
    opened = show(RUNS[of](), name, color_scheme=scheme, bypass_csp=True)
    if of != "empty":
        details(opened)

    assert axe.findings(opened) == []


@schemes
def test_axe_finds_nothing_serious_in_the_windows_over_the_page(show: Show, scheme: str) -> None:
    opened = show(build.poison(), color_scheme=scheme, bypass_csp=True)

    for name in SHEETS:
        sheet(opened, name)
        assert axe.findings(opened) == [], name
        close(opened)


@schemes
@pytest.mark.parametrize("of", ["poison", "inconclusive", "empty"])
def test_axe_finds_nothing_serious_without_the_viewer(browser: Any, tmp_path: Any, scheme: str, of: str) -> None:
    (tmp_path / "page.html").write_text(document(RUNS[of]()), encoding="utf-8")
    context = browser.new_context(color_scheme=scheme, viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    opened.goto((tmp_path / "page.html").as_uri())

    assert axe.findings(opened) == []
    context.close()


@schemes
@pytest.mark.parametrize("of", ["happy", "poison", "doubtful", "weighed", "many"])
def test_text_in_the_drawings_can_be_read(show: Show, scheme: str, of: str) -> None:
    """On every ground that it can stand on: nothing, a match, a selected span, what a check rests on."""
    for name in PAGES:
        opened = show(RUNS[of](), name, "#q=a", color_scheme=scheme, viewport={"width": 1700, "height": 1200})
        opened.get_by_role("status").filter(has_text="of ").or_(
            opened.get_by_text("match", exact=False)
        ).first.wait_for()
        found = contrast.too_faint(opened)
        opened.locator(".check > button").first.click()
        opened.locator(".check.on").wait_for()

        assert found + contrast.too_faint(opened) == []


@both
@schemes
def test_two_runs_in_one_page_are_as_usable_as_one(show: Show, tmp_path: Path, name: str, scheme: str) -> None:
    a, b = compared.before(), compared.after()
    for artifact in comparison.compared(build.redacted(a), build.redacted(b), compared.comparison(a, b)):
        (tmp_path / artifact.path).write_bytes(artifact.content)
    opened = show(tmp_path / name, color_scheme=scheme, bypass_csp=True)
    opened.get_by_role("region", name="Compared with run A").wait_for()

    assert axe.findings(opened) == []
    assert contrast.too_faint(opened) == []


STOP = """() => {
    const at = document.activeElement;
    const look = () => {
        const marked = at.closest(".field") ?? at;
        const { outlineStyle, outlineWidth, boxShadow, backgroundColor, borderColor } = getComputedStyle(marked);
        const framed = marked !== at && boxShadow !== "none" ? "1px" : "none";
        const ring = outlineStyle === "none" ? framed : outlineWidth;
        const bands = document.querySelectorAll(".band.here").length;
        return [ring, boxShadow, backgroundColor, borderColor, bands].join("|");
    };
    return [at.tagName, at.getAttribute("class"), at.getAttribute("aria-label") ?? at.textContent, look()];
}"""


@both
def test_every_stop_of_the_tab_key_is_seen_and_named(show: Show, name: str) -> None:
    opened = show(build.poison(), name)
    stops = []
    for _ in range(150):
        opened.keyboard.press("Tab")
        stop = opened.evaluate(STOP)
        if stop[0] == "BODY":
            break
        stops.append(stop)
    shown = opened.evaluate("() => document.activeElement.tagName")

    assert shown == "BODY", "the tab key leaves the page at its end"
    assert len(stops) > 20
    for tag, kind, label, look in stops:
        assert label.strip() or tag in ("INPUT", "TEXTAREA"), (tag, kind)
        ring = look.split("|")[0]
        marked = kind and ("msg" in kind or "fall-separator" in kind)
        assert marked or (ring != "none" and float(ring.removesuffix("px")) >= 1), (tag, kind, label, look)


@both
def test_whatever_can_be_pressed_has_a_name(show: Show, name: str) -> None:
    opened = show(build.doubtful(), name)
    details(opened)
    nameless = opened.get_by_role("button", name="", exact=True)

    for role in ("button", "link", "option", "row", "listitem", "separator", "slider", "searchbox", "checkbox"):
        for each in opened.locator("#app").get_by_role(role).all():
            text = each.get_attribute("aria-label") or each.text_content() or each.get_attribute("title") or ""
            assert text.strip(), each.evaluate("e => e.outerHTML")
    assert nameless.count() == 0


def test_rows_of_the_timeline_say_where_they_stand_in_the_tree(show: Show) -> None:
    run = build.many(300)
    parents = index(page(run))["spans"]["parent"]
    parent = [None if not back else at - back for at, back in enumerate(parents)]
    siblings = {p: [n for n, q in enumerate(parent) if q == p] for p in set(parent)}
    depth = [0] * len(parent)
    for at, above in enumerate(parent):
        depth[at] = 1 if above is None else depth[above] + 1
    opened = show(run, "timeline.html", "#loops=all&attempts=all")
    grid = opened.get_by_role("treegrid")

    assert int(grid.get_attribute("aria-rowcount")) == len(parent)
    seen = set()
    grid.evaluate("e => e.scrollTo(0, 0)")
    for _ in range(40):
        for row in grid.locator("[role=row]:not([hidden])").evaluate_all(
            "rows => rows.map(r => [r.dataset.span, ...['level', 'posinset', 'setsize', 'rowindex'].map("
            "n => r.getAttribute('aria-' + n))].map(Number))"
        ):
            span, level, position, size, place = row
            family = siblings[parent[span]]
            assert (level, position, size, place) == (depth[span], family.index(span) + 1, len(family), span + 1)
            seen.add(span)
        if len(seen) == len(parent):
            break
        grid.evaluate("e => e.scrollBy(0, e.clientHeight)")
        opened.wait_for_timeout(60)

    assert len(seen) == len(parent)


def test_messages_are_a_list_with_spoken_labels(show: Show) -> None:
    opened = show(build.poison())
    items = opened.get_by_role("list", name="Messages in the order of time").get_by_role("listitem")
    items.first.wait_for()
    told = items.evaluate_all(
        "all => all.map(e => [e.getAttribute('aria-label'), Number(e.getAttribute('aria-posinset')),"
        " Number(e.getAttribute('aria-setsize')), e.getAttribute('tabindex')])"
    )

    assert all(label and place <= size for label, place, size, _ in told)
    assert [place for _, place, _, _ in told] == sorted({place for _, place, _, _ in told})
    assert [tab for *_, tab in told].count("0") == 1, "one stop of the tab key; arrows move on"
    assert any("KeyError" in label and "failed" in label.lower() for label, *_ in told)
    items.nth(1).focus()
    opened.keyboard.press("ArrowDown")
    assert opened.evaluate("document.activeElement.getAttribute('role')") == "listitem"


@both
def test_chosen_colours_of_the_system_leave_every_status_a_shape(show: Show, name: str) -> None:
    """Windows High Contrast takes the colours away; crosses, marks and words stay."""
    opened = show(build.poison(), name, forced_colors="active", color_scheme="dark")
    details(opened)
    stroke = "e => getComputedStyle(e).stroke"
    text = opened.locator("body").evaluate("e => getComputedStyle(e).color")
    cross = opened.locator(".seq .mark, .fall-cross").first

    assert cross.evaluate(stroke) == text
    assert opened.locator(".verdict").inner_text().strip() == "FAILED"
    assert opened.locator(".verdict svg").is_visible()
    assert opened.locator(".check .outcome").first.inner_text().strip() == "failed"


@both
def test_who_wants_less_motion_gets_none(show: Show, name: str) -> None:
    opened = show(build.happy(), name, reduced_motion="reduce")
    for each in SHEETS:
        sheet(opened, each)
        moving = opened.evaluate(
            "[...document.querySelectorAll('*')].filter(e => { const s = getComputedStyle(e);"
            " const long = (all) => all.split(',').some(d => parseFloat(d) > 0.01);"
            " return long(s.transitionDuration) || long(s.animationDuration) || s.scrollBehavior === 'smooth';"
            "}).map(e => e.outerHTML.slice(0, 100))"
        )
        assert moving == []
        close(opened)
