"""Suites: cases by their ids, statuses by their rows, runs where they are still there."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from itk.model.run import Environment
from itk.model.suite import Shard
from itk.workflows import compare as workflow
from tests.compare.conftest import Compare
from tests.compare.directories import row, save, save_suite
from tests.renderers import build, compared


def suites(tmp_path: Path) -> tuple[Path, Path]:
    """Three cases in common, one that is gone, one that is new."""
    a, b = tmp_path / "a", tmp_path / "b"
    save_suite(a, row("same"), row("order"), row("worse"), row("gone"))
    save_suite(b, row("same"), row("order", "failed"), row("worse", "failed", tries=()), row("new"))
    for side, order in ((a, compared.before()), (b, compared.after())):
        save(side / "same", build.happy(), case="same")
        save(side / "order", order, case="order")
    return a, b


def test_cases_are_paired_by_id(tmp_path: Path, compare_dirs: Compare) -> None:
    said = compare_dirs(*suites(tmp_path))
    cases = {case["id"]: case for case in said.report["cases"]}

    assert said.code == 1
    assert said.report["a"]["what"] == "a suite of 4 cases, 2 of them with their runs"
    assert {name: case["how"] for name, case in cases.items()} == {
        "same": "runs", "order": "runs", "worse": "rows", "new": "only_b", "gone": "only_a",
    }  # fmt: skip
    assert ("regression", "status", "") in said.noted()
    assert ("regression", "case_missing", "") in said.noted()
    assert ("note", "case_new", "") in said.noted()
    assert ("regression", "path_new", "lambda:fraud-check Invoke") in said.noted()
    assert ("regression", "path_missing", "lambda:audit-writer Invoke") in said.noted()
    assert "only what the suites' rows say was compared" in cases["worse"]["limits"][0]


def test_a_case_that_differs_has_a_page_and_links_to_it(tmp_path: Path, compare_dirs: Compare) -> None:
    compare_dirs(*suites(tmp_path))
    out = tmp_path / "out-1"

    assert [path.parent.name for path in out.rglob("trace-viewer.html")] == ["order"]
    assert "[order](order/trace-viewer.html)" in (out / "comparison.md").read_text(encoding="utf-8")
    index = (out / "index.html").read_text(encoding="utf-8")
    assert '<a href="order/trace-viewer.html">order</a>' in index
    assert "<script" not in index


def test_pages_are_bounded_and_what_is_left_out_is_counted(
    tmp_path: Path, compare_dirs: Compare, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workflow, "PAGES_MAX", 2)
    a, b = tmp_path / "a", tmp_path / "b"
    for name in ("one", "two", "three"):
        save(a / name, compared.before(), case=name)
        save(b / name, compared.after(), case=name)
    said = compare_dirs(a, b)

    assert said.report["a"]["what"] == "3 runs of 3 cases"
    assert said.report["pages_left_out"] == 1
    assert len(list((tmp_path / "out-1").rglob("trace-viewer.html"))) == 2
    assert "1 case that differ have no such page" in said.markdown


def test_other_modes_and_places_are_told_at_the_top(tmp_path: Path, compare_dirs: Compare) -> None:
    there = Environment(account="999988887777", region="us-east-1", name="dev", itk_version="0.1.0")
    a = save(tmp_path / "a", build.happy())
    b = save(tmp_path / "b", build.happy(), mode="dev-fixtures", environment=there)
    said = compare_dirs(a, b)

    assert said.report["notes"][:3] == [
        "not the same mode: A live, B dev-fixtures",
        "not the same account: A 111122223333, B 999988887777",
        "not the same region: A eu-west-1, B us-east-1",
    ]
    assert said.markdown.splitlines()[2] == "> **NOTE**: not the same mode: A live, B dev-fixtures"
    assert "note: not the same mode" in said.err


def test_parts_of_a_suite_are_told(tmp_path: Path, compare_dirs: Compare) -> None:
    a = save_suite(tmp_path / "a", row("one"), row("two"))
    b = save_suite(tmp_path / "b", row("one"), selection=("--tag", "smoke"), shard=Shard(1, 4), stopped="interrupted")
    said = compare_dirs(a, b)

    assert said.report["notes"] == [
        "B ran a selection of its cases: --tag smoke",
        "B is one part of a suite: shard 1 of 4",
        "B was not run to its end: interrupted",
    ]


def test_flaky_and_slower_rows_are_told(tmp_path: Path, compare_dirs: Compare) -> None:
    a = save_suite(tmp_path / "a", row("one", duration_ms=900.0, path_signature="aa", retries=0))
    b = save_suite(tmp_path / "b", row("one", duration_ms=2900.0, path_signature="bb", retries=2, flaky=True))
    said = compare_dirs(a, b)

    assert [rule for _, rule, _ in said.noted("regression")] == ["path_changed", "retries", "latency"]
    assert said.noted("warning") == [("warning", "flaky", "")]


def test_one_run_is_compared_with_its_own_case_of_a_suite(tmp_path: Path, compare_dirs: Compare) -> None:
    a, _ = suites(tmp_path)
    b = save(tmp_path / "one", compared.after(), case="order")
    said = compare_dirs(a, b)

    assert [case["id"] for case in said.report["cases"]] == ["order"]
    assert said.report["notes"] == ["only case order is compared: A holds 3 other cases"]


def test_a_row_leads_nowhere_outside_its_suite(tmp_path: Path, compare_dirs: Compare) -> None:
    """An index.json that somebody changed."""
    save(tmp_path / "secret", build.happy(), case="one")
    leading = row("one")
    leading = msgspec.structs.replace(
        leading, tries=(msgspec.structs.replace(leading.tries[0], directory="../secret"),)
    )
    said = compare_dirs(save_suite(tmp_path / "a", leading), save_suite(tmp_path / "b", row("one")))

    assert said.report["a"]["runs"] == 0


def test_an_odd_id_makes_no_odd_path(tmp_path: Path, compare_dirs: Compare) -> None:
    a, b = tmp_path / "a", tmp_path / "b"
    for n, name in enumerate(("../up", "comparison.md", "plain")):
        save(a / str(n), compared.before(), case=name)
        save(b / str(n), compared.after(), case=name)
    compare_dirs(a, b)

    assert sorted(path.name[:5] for path in (tmp_path / "out-1").iterdir() if path.is_dir()) == [
        "case-", "case-", "plain",
    ]  # fmt: skip
