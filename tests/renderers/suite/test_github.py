"""What GitHub is told: one line a case, nothing that a log said is a command, and never more than a step may say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from itk.errors import ItkError
from itk.model.suite import SuiteResult
from itk.renderers.suite.github import commands
from itk.renderers.suite.summary import SUMMARY_BYTES_MAX, cut_short, summary, unlinked
from itk.workflows.suite_ci import announce
from tests import suites
from tests.renderers.suite.invented import invented

COMMAND = re.compile(r"::(error|warning) ([a-z]+=[^:,\r\n]*(?:,[a-z]+=[^:,\r\n]*)*)::([^\r\n]*)")


def told(suite: SuiteResult) -> list[tuple[str, dict[str, str], str]]:
    """Each command as kind, properties, and message, read as GitHub reads them."""
    found = []
    for line in commands(suites.redacted(suite)):
        match = COMMAND.fullmatch(line)
        assert match is not None, line
        properties = dict(pair.split("=", 1) for pair in match[2].split(","))
        found.append((match[1], {k: _read(v) for k, v in properties.items()}, _read(match[3])))
    return found


def _read(text: str) -> str:
    for written, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(written, character)
    return text


@given(invented)
def test_no_text_is_a_command(suite: SuiteResult) -> None:
    """Whatever stands in a log is data of one well-formed line, and a kind has at most ten."""
    found = told(suite)

    for kind in ("error", "warning"):
        assert sum(each == kind for each, _, _ in found) <= 10
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f]", "".join(message for _, _, message in found))


@given(invented)
def test_nothing_is_silent_that_is_not_green(suite: SuiteResult) -> None:
    kinds = {kind for kind, _, _ in told(suite)}

    assert ("error" in kinds) == (any(row.status in ("failed", "error") for row in suite.cases) or bool(suite.absent))
    doubtful = any(row.status in ("inconclusive", "warning") or row.flaky for row in suite.cases)
    assert ("warning" in kinds) == doubtful


def test_a_failure_stands_at_the_line_that_asked() -> None:
    kind, where, message = told(suites.small())[0]

    assert kind == "error"
    assert where == {"file": "cases/orders/order-unstored.yaml", "line": "17", "col": "5", "title": "order-unstored"}
    assert message.splitlines()[:3] == [
        "FAILED: An order without a customer is stored as a draft",
        "the order is stored: 0 spans match, at least 1 expected",
        "expected: component table:orders, operation PutItem, under lambda:intake, count >= 1",
    ]


def test_what_has_no_room_is_counted() -> None:
    found = told(suites.many(1000))
    wrong = sum(row.status in ("failed", "error") for row in suites.many(1000).cases)

    assert [kind for kind, _, _ in found] == ["error"] * 10 + ["warning"] * 10
    assert found[9][2] == f"and {wrong - 9} more: see summary.md"


def test_outside_of_github_nothing_is_told(tmp_path: Path) -> None:
    lines: list[str] = []
    announce(suites.redacted(suites.small()), {"GITHUB_STEP_SUMMARY": str(tmp_path / "step.md")}, lines.append)

    assert lines == []
    assert list(tmp_path.iterdir()) == []


def test_a_step_gets_annotations_and_the_summary(tmp_path: Path) -> None:
    step = tmp_path / "step.md"
    step.write_text("what an earlier command said\n", encoding="utf-8")
    lines: list[str] = []
    suite = suites.redacted(suites.small())
    announce(suite, {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(step)}, lines.append)

    assert tuple(lines) == commands(suite)
    assert step.read_text(encoding="utf-8") == "what an earlier command said\n" + unlinked(summary(suite))


def test_the_page_of_a_step_has_no_links_into_a_directory_that_is_not_there() -> None:
    page = unlinked(summary(suites.redacted(suites.small())))

    assert "](" not in page
    assert (
        "`order-unstored` An order without a customer is stored as a draft (`order-unstored/trace-viewer.html`)" in page
    )
    assert "- junit.xml: the same for a CI system" in page


def test_a_step_that_is_full_already_is_not_overfilled(tmp_path: Path) -> None:
    step = tmp_path / "step.md"
    step.write_bytes(b"x" * (SUMMARY_BYTES_MAX - 1_000))
    announce(
        suites.redacted(suites.small()), {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(step)}, lambda _: None
    )

    assert step.stat().st_size <= SUMMARY_BYTES_MAX
    assert step.read_text(encoding="utf-8").endswith("the whole is in summary.md of the suite's report.\n")


def test_a_summary_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    environment = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(tmp_path / "no" / "step.md")}
    with pytest.raises(ItkError, match="cannot write"):
        announce(suites.redacted(suites.small()), environment, lambda _: None)


def test_paths_are_told_from_the_root_of_the_repository(tmp_path: Path) -> None:
    lines: list[str] = []
    (row,) = suites.one().cases
    row = replace(row, status="error", path=str(tmp_path / "app" / "cases" / "x.yaml"))
    announce(
        suites.redacted(suites.one(row)), {"GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(tmp_path)}, lines.append
    )

    assert lines[0].startswith("::error file=app/cases/x.yaml,line=1,")


@given(st.lists(st.text(max_size=20), max_size=20).map("\n".join), st.integers(0, 300))
def test_a_cut_is_on_a_line_and_says_so(page: str, limit: int) -> None:
    page = page.encode("utf-8", "replace").decode()
    cut = cut_short(page, limit)

    assert len(cut.encode()) <= limit or cut == page == ""
    if cut not in (page, ""):
        kept, _, _ = cut.partition("\n\nThis was cut to fit")
        assert (page + "\n").startswith(kept + "\n") or kept == ""
