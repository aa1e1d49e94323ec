"""What a person finds and does on the page of a suite, by roles and names."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from itk.model.suite import CaseRow, JudgedCheck, SuiteResult
from itk.renderers.viewer.renderer import Viewer
from tests import suite_rows, suites
from tests.renderers import build
from tests.renderers.suite.conftest import Open, written

pytestmark = pytest.mark.browser
NODES = "document.querySelectorAll('*').length"


def rows(page: Any) -> Any:
    return page.get_by_role("list", name="Cases").locator("li.case")


def row(page: Any, name: str) -> Any:
    """The button of a case, by the beginning of its name."""
    return page.get_by_role("list", name="Cases").get_by_role("button", name=beginning(name))


def details(page: Any, name: str) -> Any:
    opener = row(page, name)
    if opener.get_attribute("aria-expanded") == "false":
        opener.click()
    return page.locator("li.case.open", has=page.get_by_role("button", name=beginning(name))).locator(".case-more")


def beginning(name: str) -> re.Pattern[str]:
    return re.compile(f"^{re.escape(name)}")


def ask(page: Any, query: str) -> None:
    page.get_by_role("searchbox", name="Filter").fill(query)


def names(page: Any) -> list[str]:
    found: list[str] = rows(page).locator(".case-title").all_inner_texts()
    return found


def shown(page: Any, n: int) -> None:
    """Waits until the list tells of so many cases."""
    from playwright.sync_api import expect

    expect(page.locator("output.count")).to_have_text(re.compile(rf"^{n} (of 14|cases?)$"))


def test_the_first_screen_tells_verdict_place_time_and_counts(show: Open) -> None:
    page = show(suites.small())

    for text in ("FAILED", "3 of 13 cases failed", "1111****3333", "eu-west-1", "3.5 times as long", "--tag smoke"):
        assert page.get_by_text(text).first.is_visible()
    outcomes = page.get_by_role("group", name="Outcomes").get_by_role("button").all_inner_texts()
    assert [" ".join(text.split()) for text in outcomes] == [
        "7 passed", "1 warning", "3 failed", "1 error", "1 inconclusive", "1 skipped", "1 flaky",
    ]  # fmt: skip


def test_counts_filter(show: Open) -> None:
    page = show(suites.small())
    failed = page.get_by_role("button", name="3 failed")
    failed.click()

    shown(page, 3)
    assert failed.get_attribute("aria-pressed") == "true"
    assert page.get_by_role("searchbox", name="Filter").input_value() == "s:failed"
    page.get_by_role("button", name="1 flaky").click()
    shown(page, 1)
    page.get_by_role("button", name="1 flaky").click()
    shown(page, 14)


@pytest.mark.parametrize(
    ("query", "n"),
    [("@smoke", 4), ("group:agents -s:failed", 3), ('"was refused"', 1), ("dur>5s", 3), ("said-by-nobody", 0)],
)
def test_a_query_filters(show: Open, query: str, n: int) -> None:
    page = show(suites.small())
    ask(page, query)

    shown(page, n)
    if n == 0:
        assert page.get_by_text("No case agrees with the filter.").is_visible()


def test_a_query_that_cannot_be_read_is_said_and_changes_nothing(show: Open) -> None:
    page = show(suites.small())
    ask(page, "@smoke")
    shown(page, 4)
    ask(page, "@smoke dur>5")
    page.get_by_text("`dur` needs a unit").wait_for()

    assert rows(page).count() == 4
    page.get_by_role("searchbox", name="Filter").press("Escape")
    shown(page, 14)


def test_a_cluster_shows_its_cases(show: Open) -> None:
    page = show(suites.small())
    page.get_by_role("button", name="spans: no PutItem on table:orders 2 cases").click()

    shown(page, 2)
    assert names(page) == [
        "An order without a customer is stored as a draft",
        "An old order is found in the archive",
    ]


def test_a_failed_check_says_what_was_expected_what_was_found_and_what_is_near(show: Open) -> None:
    page = show(suites.small())
    told = details(page, "An order without a customer")

    for text in (
        "0 spans match, at least 1 expected",
        "component table:orders, operation PutItem",
        "0 of 18 spans match",
        "operation is UpdateItem, not PutItem",
        "cases/orders/order-unstored.yaml:17:5",
    ):
        assert told.get_by_text(text).first.is_visible()
    assert told.get_by_role("link", name="Report").get_attribute("href") == "order-unstored/report.md"


def test_each_try_has_its_own_pages_and_reasons(show: Open) -> None:
    page = show(suites.small())
    tries = details(page, "An angry customer").get_by_role("list", name="Tries").get_by_role("listitem")

    assert tries.count() == 2
    assert "`escalate` was never called" in tries.nth(0).inner_text()
    links = [each.get_by_role("link", name="Diagram").get_attribute("href") for each in tries.all()]
    assert links == ["angry-customer/try-1/trace-viewer.html", "angry-customer/trace-viewer.html"]


def judged_run() -> tuple[SuiteResult, Any, int]:
    """A suite of one real run that failed, and the place of a check that failed in it."""
    run = build.poison()
    at = next(n for n, check in enumerate(run.checks) if check.status == "failed" and check.span_ids)
    verdict = run.checks[at]
    check = JudgedCheck(index=at, name=verdict.name, status=verdict.status, message=verdict.message,
                        span_id=verdict.span_ids[0])  # fmt: skip
    case = suite_rows.wrong(suite_rows.passed("poison", "Poison", "", suite_rows.ORDERS, 900), "failed", "x", check)
    return suites.one(case), run, at


def test_the_link_of_a_failed_check_opens_the_viewer_right_there(show: Open, tmp_path: Path) -> None:
    suite, run, at = judged_run()
    place = written(suite, tmp_path / "real")
    for artifact in Viewer().render(build.redacted(run)):
        path = place / "poison" / artifact.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(artifact.content)
    address = details(show(place / "index.html"), "Poison").get_by_role("link", name="Show in the diagram")
    href = address.get_attribute("href")
    path, _, place_in = href.partition("#")
    page = show(place / path, f"#{place_in}")

    page.locator(".check.on").get_by_text(run.checks[at].message, exact=False).first.wait_for()
    page.get_by_role("complementary", name="Details").wait_for()
    assert run.checks[at].span_ids[0][:8] in href
    assert page.locator("[aria-current=true]").first.is_visible()


def test_rows_are_walked_and_opened_by_keys(show: Open) -> None:
    page = show(suites.small())
    page.keyboard.press("j")
    focused = page.locator(":focus")
    assert focused.inner_text().startswith("orders")
    page.keyboard.press("j")
    assert focused.inner_text().startswith("A new order")
    page.keyboard.press("Enter")
    assert focused.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowLeft")
    assert focused.get_attribute("aria-expanded") == "false"
    page.keyboard.press("n")
    assert focused.inner_text().startswith("A poison order")
    page.keyboard.press("End")
    assert focused.inner_text().startswith("Stock is counted")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    assert focused.get_attribute("aria-expanded") == "false"
    page.keyboard.press("j")
    assert focused.inner_text().startswith("agents")
    page.keyboard.press("/")
    page.keyboard.type("s:error")
    page.keyboard.press("Enter")
    page.keyboard.press("j")
    assert focused.inner_text().startswith("The nightly import")
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keys and query language").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")


def test_the_tab_key_stops_once_in_the_list(show: Open) -> None:
    page = show(suites.small())
    stops = page.locator(".cases [tabindex='0'], .cases a:not([tabindex]), .cases button:not([tabindex])")

    assert stops.count() == 1
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert stops.count() == 3, "the row, and its two pages"


def test_what_is_seen_stands_in_the_address_and_comes_back(show: Open) -> None:
    page = show(suites.small())
    ask(page, "group:orders -s:passed")
    page.get_by_role("button", name="Duration").click()
    details(page, "An old order")
    page.wait_for_url(re.compile("#q=.*sort=duration.*case=order-archived"))
    before = names(page)
    page.reload()
    page.locator("html[data-ready]").wait_for()

    assert names(page) == before
    assert row(page, "An old order").get_attribute("aria-expanded") == "true"


def test_an_address_that_names_a_case_opens_there(show: Open) -> None:
    suite = suites.many(1_000)
    page = show(suite, f"#case={suite.cases[777].id}")
    opened = row(page, suite.cases[777].name)
    opened.wait_for()

    assert opened.get_attribute("aria-expanded") == "true"
    box = opened.bounding_box()
    assert 0 < box["y"] < 900


def test_an_address_of_another_suite_is_told(show: Open) -> None:
    page = show(suites.small(), "#case=nobody&q=@smoke")

    shown(page, 4)
    assert "case=nobody means nothing in this suite" in page.get_by_role("status").all_inner_texts()[-1]


def test_sorting_and_directories(show: Open) -> None:
    page = show(suites.small(), viewport={"width": 1400, "height": 2000})
    assert page.get_by_role("heading", level=2).filter(has_text="cases").count() == 3
    page.get_by_role("button", name="Directories").click()
    page.get_by_role("button", name="Duration").click()
    assert names(page)[:2] == [
        "An angry customer is handed to a person",
        "The supervisor hands a refund to the specialist",
    ]
    page.get_by_role("group", name="Sort by").get_by_role("button", name="Outcome").click()
    assert names(page)[0] == "An order without a customer is stored as a draft"
    assert names(page)[-1] == "The mail about a price is sent"


def test_a_thousand_cases_keep_the_document_small(show: Open) -> None:
    """At most 1,500 nodes, as in the viewer, wherever somebody scrolls; and the last row can be reached."""
    suite = suites.many(1_000)
    page = show(suite)
    counts = [page.evaluate(NODES)]
    for share in (0.3, 0.7, 1):
        page.evaluate("share => scrollTo(0, share * document.documentElement.scrollHeight)", share)
        page.wait_for_timeout(150)
        counts.append(page.evaluate(NODES))

    assert max(counts) <= 1_500
    assert row(page, suite.cases[-1].name).is_visible()
    details(page, suite.cases[-1].name)
    page.keyboard.press("Home")
    assert page.locator(":focus").inner_text().startswith("orders")


def test_drawings_of_many_components_keep_it_small_too(show: Open) -> None:
    """Forty lanes and forty bars of every kind is the most that a row holds."""
    lanes = tuple(f"lambda:function-{n}" for n in range(40))
    kinds = ("ok", "error", "again", "open")
    bars = tuple(suite_rows.Bar(n, 20 * n, 100, kinds[n % 4]) for n in range(40))
    cases = (replace(suite_rows.passed(f"c{n}", f"Case {n}", "", lanes, 900), bars=bars) for n in range(100))
    page = show(suites.suite(*cases))
    page.evaluate("() => scrollTo(0, 2000)")
    page.wait_for_timeout(150)

    assert page.evaluate(NODES) <= 1_500


@pytest.mark.parametrize("width", [360, 700, 1000])
def test_a_narrow_window_cuts_nothing_off(show: Open, width: int) -> None:
    page = show(suites.small(), "#case=order-unstored", viewport={"width": width, "height": 800})
    details(page, "An order without a customer").wait_for()

    assert page.locator("html").evaluate("e => e.scrollWidth - e.clientWidth") <= 0


def test_rows_do_not_overlap(show: Open) -> None:
    page = show(suites.small(), viewport={"width": 1400, "height": 2600})
    for name in ("An order without", "An angry customer", "The nightly import"):
        details(page, name)
    page.wait_for_timeout(200)
    boxes = [each.bounding_box() for each in page.locator(".cases > li").all()]

    for above, below in pairwise(boxes):
        assert above["y"] + above["height"] <= below["y"] + 1


@pytest.mark.parametrize("of", ["one", "nothing", "suite", "bare"])
def test_a_suite_with_next_to_nothing_is_a_whole_page(show: Open, of: str) -> None:
    suite = getattr(suites, of)()
    page = show(suite)

    assert rows(page).count() == len(suite.cases)
    assert page.locator(".verdict").inner_text().strip()
    for case in suite.cases:
        details(page, case.name or case.id)
        if case.status == "skipped":
            assert page.get_by_text("It was not sent.").first.is_visible()


def test_very_long_names_stay_in_their_row(show: Open) -> None:
    long = "a-name-without-end-" * 40
    case: CaseRow = replace(suites.small().cases[3], name=long, id=long, group=long, tags=(long, long))
    page = show(suites.suite(case, *suites.small().cases))

    assert page.locator("html").evaluate("e => e.scrollWidth - e.clientWidth") <= 0
    assert rows(page).first.bounding_box()["height"] < 70


def test_without_javascript_all_is_there(show: Open) -> None:
    page = show(suites.small(), java_script_enabled=False)

    assert page.get_by_text("3 of 13 cases failed").first.is_visible()
    assert page.get_by_role("row").count() == 14 + 3
    link = page.get_by_role("link", name="An order without a customer is stored as a draft").last
    assert link.get_attribute("href") == "order-unstored/trace-viewer.html#check=~3&span=a1b2c3d4e5f60718"
    assert page.evaluate("document.documentElement.scrollWidth") <= 1400


def test_on_paper_there_is_the_plain_page_alone(show: Open) -> None:
    page = show(suites.small())
    page.emulate_media(media="print")
    page.locator("#plain").wait_for()

    assert page.locator("#app").is_hidden()
    assert page.get_by_text("3 of 13 cases failed").locator("visible=true").count() > 0


def test_data_of_a_version_that_nobody_knows_yet_is_refused_in_words(browser: Any, tmp_path: Path) -> None:
    path = written(suites.small(), tmp_path) / "index.html"
    path.write_text(path.read_text("utf-8").replace('{"v":1,', '{"v":99,', 1), encoding="utf-8")
    page = browser.new_page()
    page.goto(path.as_uri())
    page.get_by_role("alert").wait_for()

    assert "version 99" in page.get_by_role("alert").inner_text()
    assert page.locator("#plain").is_visible()
    page.close()


def test_a_split_page_opens(browser: Any, tmp_path: Path) -> None:
    page = browser.new_page()
    page.goto((written(suites.small(), tmp_path, split=True) / "index.html").as_uri())
    page.locator("html[data-ready]").wait_for()

    assert page.get_by_role("button", name="3 failed").is_visible()
    page.close()
