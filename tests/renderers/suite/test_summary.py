"""`summary.md`: every failure with what was seen, never too long, and text stays text."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from msgspec.structs import replace

from itk.model.suite import SuiteResult
from itk.renderers.suite.summary import SUMMARY_BYTES_MAX, summary
from tests import suites
from tests.renderers.suite.invented import invented
from tests.suite_rows import passed

SUITES: tuple[Callable[[], SuiteResult], ...] = (
    suites.small, suites.one, suites.nothing, suites.merged, suites.stopped, suites.recorded, suites.hostile,
    suites.bare, suites.suite,
)  # fmt: skip
LINK = re.compile(r"\]\(([^)]*)\)")


def page(suite: SuiteResult) -> str:
    return summary(suites.redacted(suite))


@pytest.mark.parametrize("make", SUITES, ids=lambda make: make.__name__)
def test_it_begins_with_the_verdict(make: Callable[[], SuiteResult]) -> None:
    assert re.match(r"# (PASSED|WARNING|FAILED|ERROR|INCONCLUSIVE|SKIPPED): ", page(make()))


def test_a_failure_shows_what_was_seen_and_where_to_look() -> None:
    assert page(suites.small()).partition("## Failures\n")[2].partition("### FAILED: `order-archived`")[0] == (
        "\n### FAILED: `order-unstored` An order without a customer is stored as a draft "
        "([page](order-unstored/trace-viewer.html))\n\n"
        "In `cases/orders/order-unstored.yaml`, 1.89 s\n\n"
        "- the order is stored: 0 spans match, at least 1 expected (`cases/orders/order-unstored.yaml:17:5`) "
        "[look](order-unstored/trace-viewer.html#span=a1b2c3d4e5f60718)\n"
        "  - expected: component table:orders, operation PutItem, under lambda:intake, count &#62;= 1\n"
        "  - actual: 0 of 18 spans match; 2 are near\n"
        "  - nearest: table:orders &#96;UpdateItem&#96; (operation is UpdateItem, not PutItem)\n"
        "  - nearest: table:orders-archive &#96;PutItem&#96; (component is table:orders-archive, not table:orders)\n\n"
    )


def test_every_section_that_has_something_is_there() -> None:
    assert re.findall(r"^## (.+)$", page(suites.small()), re.MULTILINE) == [
        "Failures",
        "What failed alike",
        "Inconclusive: evidence is missing",
        "Flaky: passed when sent again",
        "Warnings",
        "Skipped",
        "Slowest",
        "Look closer",
    ]


def test_missing_shards_are_named_above_all_figures() -> None:
    above = page(suites.merged()).partition("| Cases |")[0]

    assert "missing shard 2 of 4, 4 of 4" in above


@given(invented)
def test_no_text_is_markup(suite: SuiteResult) -> None:
    """No HTML, no link but ours, no line that a log began."""
    written = page(suite)

    assert "<" not in written
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202e]", written)
    for target in LINK.findall(written):
        assert re.fullmatch(r"[A-Za-z0-9._~/%=#-]*", target), target
    for line in written.splitlines():
        assert not line or f"{line} ".startswith(
            ("# ", "## ", "### ", "- ", "  - ", "> **", "| ", "In ", *"0123456789ATN")
        ), line
    assert page(suite) == written


def test_it_is_bounded_whatever_the_suite() -> None:
    """A thousand cases in which every text is as long as can be; all that was left out is counted."""
    row = replace(suites.small().cases[3], name="é|" * 3000, path="p" * 3000)
    (check,) = row.judged
    check = replace(check, message="<" * 9000, expected="<" * 9000, actual="<" * 9000, path="é" * 900)
    judged = (check,) * 40
    rows = [replace(row, id=f"{n}" + "<" * 3000, judged=judged, reasons=("<" * 9000,) * 40) for n in range(1000)]
    rows += [replace(each, status="inconclusive") for each in rows] + [replace(each, status="skipped") for each in rows]
    written = page(replace(suites.suite(*rows), selection=("é" * 9000,) * 50, name="<" * 9000))

    assert len(written.encode()) <= SUMMARY_BYTES_MAX
    assert "This was cut" not in written
    for shown, noun, all_of_them in (("### FAILED", "failures", 1000), ("### INCONCLUSIVE", "cases", 1000)):
        assert f"\n{all_of_them - written.count(shown):,} {noun} more" in written
        assert written.count(shown)


def test_a_thousand_cases_are_a_page_that_can_be_read() -> None:
    assert len(page(suites.many(1000)).encode()) < SUMMARY_BYTES_MAX / 4


def test_the_directory_of_a_case_is_no_address_of_its_own() -> None:
    row = passed("x", "x", "", (), 1)
    tries = (replace(row.tries[0], directory="javascript:alert(1)"),)

    assert "(javascript%3Aalert%281%29/trace-viewer.html)" in page(suites.one(replace(row, tries=tries)))
