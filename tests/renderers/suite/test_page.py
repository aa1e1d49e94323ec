"""`index.html`, read without a browser: what it holds, what it names, what it may never hold."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from msgspec.structs import replace

from itk.model.suite import SuiteResult
from itk.redact import reload_suite
from itk.renderers.suite import data, drawing, links, render_suite
from tests import suite_rows, suites
from tests.conftest import ROOT
from tests.renderers import hostile
from tests.renderers.viewer import reading

SUITES: dict[str, Callable[[], SuiteResult]] = {
    "small": suites.small,
    "one": suites.one,
    "nothing": suites.nothing,
    "no_case": suites.suite,
    "merged": suites.merged,
    "stopped": suites.stopped,
    "recorded": suites.recorded,
    "bare": suites.bare,
    "hostile": suites.hostile,
}
every = pytest.mark.parametrize("of", SUITES)


def files(suite: SuiteResult, *, split: bool = False) -> dict[str, bytes]:
    return {each.path: each.content for each in render_suite(suites.redacted(suite), split=split)}


def page(suite: SuiteResult) -> str:
    return files(suite)["index.html"].decode("utf-8")


def told(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(reading.data(text, "suite")[0])
    return found


@every
def test_equal_suites_give_equal_bytes(of: str) -> None:
    assert files(SUITES[of]()) == files(SUITES[of]())


@every
def test_the_truth_is_read_again_as_it_was(of: str) -> None:
    again = reload_suite(files(SUITES[of]())["index.json"])

    assert files(again.result) == files(SUITES[of]())


@every
def test_only_what_the_policy_names_can_run(of: str) -> None:
    text = page(SUITES[of]())
    parsed = reading.Parsed(text)

    policy = reading.policy(text)
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    types = [attributes.get("type") for attributes, _ in parsed.scripts]
    assert types == ["application/itk-suite", "application/itk-style", "application/itk-viewer", None]
    for tag, attributes in parsed.tags:
        assert tag not in ("img", "iframe", "object", "form", "base", "link")
        assert not any(name.startswith("on") or name == "style" for name in attributes)
        assert not (attributes.get("href") or "").lower().startswith(("javascript:", "data:", "//", "/", "."))


def test_a_split_page_holds_no_script_and_no_style() -> None:
    made = files(suites.small(), split=True)
    text = made["index.html"].decode("utf-8")

    assert {"suite.js", "suite.css", "suite-first.css"} <= made.keys()
    assert "<style" not in text
    assert "script-src 'self';" in text


def test_every_case_stands_in_the_data_and_in_the_plain_layer() -> None:
    suite = suites.small()
    text = page(suite)

    assert [case["id"] for case in told(text)["cases"]] == [case.id for case in suite.cases]
    plain = unescape(text[text.index('id="plain"') :])
    for case in suite.cases:
        assert case.name in plain
        if case.tries:
            assert f'href="{case.tries[-1].directory}/trace-viewer.html' in plain
            assert f'href="{case.tries[-1].directory}/report.md"' in plain


@pytest.mark.parametrize(
    ("of", "words"),
    [
        ("recorded", ["DEV-FIXTURES", "nothing was sent"]),
        ("merged", ["PARTS ABSENT", "parts 2, 4 of 4 never came", "parts 1, 3 of 4"]),
        ("stopped", ["INTERRUPTED", "interrupted by Ctrl-C", "2 cases never sent"]),
        ("nothing", ["NOTHING JUDGED", "2 cases skipped"]),
        ("no_case", ["NOTHING JUDGED", "no case was found"]),
        ("one", ["The only case passed"]),
        ("small", ["1111****3333", "eu-west-1", "--tag smoke", "3.5 times as long", "1 time, 1 allowed"]),
    ],
)
def test_what_a_reader_must_know_stands_in_both_layers(of: str, words: list[str]) -> None:
    text = page(SUITES[of]())
    raw, plain = reading.data(text, "suite")[0], unescape(text[text.index('id="plain"') :])

    for word in words:
        assert word in raw
        assert word in plain


def test_another_aws_is_named() -> None:
    suite = suites.small()
    where = replace(suite.environment, emulated_endpoint="http://127.0.0.1:4566")

    assert "EMULATED" in page(replace(suite, environment=where))


@pytest.mark.parametrize("directory", ["", "..", "../x", "/etc", "a//b", "a/../b", "./a", "a/."])
def test_no_link_leads_out_of_the_directory_of_the_suite(directory: str) -> None:
    assert links.base(replace(suite_rows.sending("x", "passed", 0, 1), directory=directory)) == ""


@pytest.mark.parametrize(
    ("directory", "address"),
    [
        ("a/b", "a/b"),
        ("a b#c?d%e", "a%20b%23c%3Fd%25e"),
        ("javascript:alert(1)", "javascript%3Aalert%281%29"),
        ("münchen\ud800", "m%C3%BCnchen%EF%BF%BD"),
    ],
)
def test_a_directory_of_any_name_can_be_linked(directory: str, address: str) -> None:
    assert links.base(replace(suite_rows.sending("x", "passed", 0, 1), directory=directory)) == address


def test_the_link_of_a_check_names_its_place_and_its_span() -> None:
    case = next(case for case in suites.small().cases if case.id == "order-unstored")

    assert links.to_check(case.judged[0]) == "check=~3&span=a1b2c3d4e5f60718"


def test_bars_from_anywhere_stay_within_the_drawing() -> None:
    case = suite_rows.passed("x", "", "", suite_rows.ORDERS, 1)
    odd = ((9, 0, 10, "ok"), (-1, 0, 10, "ok"), (0, -50, 5000, "error"), (1, 2000, -3, "unheard of"))
    found = drawing.bars(replace(case, bars=tuple(drawing.Bar(*each) for each in odd)))

    assert [(bar.lane, bar.start, bar.width, bar.status) for bar in found] == [
        (0, 0, 1000, "error"),
        (1, 1000, 0, "ok"),
    ]


def test_long_text_is_cut_and_many_checks_are_counted() -> None:
    case = suites.small().cases[3]
    check = replace(case.judged[0], message="m" * 100_000, expected="e" * 100_000, actual="a" * 100_000)
    long = replace(case, name="n" * 100_000, judged=(check,) * 200, reasons=("r" * 100_000,) * 200)
    text = page(suites.one(long))

    assert len(text) < 900_000
    assert told(text)["cases"][0]["more_judged"] == 200 - data.LISTED_MOST


def test_hostile_names_stay_data() -> None:
    text = page(suites.hostile())

    for fragment in hostile.FRAGMENTS:
        if "<" in fragment:
            assert fragment not in text


def test_a_thousand_cases_fit_into_a_megabyte() -> None:
    """The budget; per case less than 700 bytes beside what every page holds."""
    few, many = len(files(suites.many(100))["index.html"]), len(files(suites.many(1_000))["index.html"])

    assert many <= 1_000_000
    assert (many - few) / 900 <= 700


def test_more_than_a_thousand_rows_are_counted() -> None:
    text = page(suites.many(1_010))

    assert "10 more cases: " in text
    assert len(told(text)["cases"]) == 1_010


def test_the_reference_names_every_field_of_the_data() -> None:
    section = (ROOT / "docs" / "reference" / "viewer-data.md").read_text("utf-8").partition("## The page of a suite")[2]
    named = set(re.findall(r"`([a-z_]+)`", section))
    case = suites.small().cases[3]
    long = replace(case, flaky=True, judged=case.judged * 60)

    assert fields_of(told(page(suites.suite(*suites.small().cases, long)))) <= named | {"v"}


def fields_of(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(fields_of, value.values()))
    return set().union(*map(fields_of, value)) if isinstance(value, list) else set()


def test_the_guide_has_the_fields_and_the_keys_of_the_page() -> None:
    guide = (ROOT / "docs" / "guides" / "reading-a-suite.md").read_text("utf-8")
    sources = ROOT / "web" / "src" / "suite"
    asked = r'^  (\w+): \{ value: "\w+", about: "([^"]+)", sample: "([^"]+)" \}'
    fields = re.findall(asked, (sources / "query.ts").read_text("utf-8"), re.M)
    commands = re.findall(r'^  \{ title: "([^"]+)", keys: \["([^"]+)"', (sources / "keys.ts").read_text("utf-8"), re.M)

    assert len(fields) > 10
    assert len(commands) > 10
    for name, about, sample in fields:
        assert f"| `{name}` | {about} | `{sample}` |" in guide
    for title, key in commands:
        assert f"| {title} | `{key}`" in guide
