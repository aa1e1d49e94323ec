"""What cannot be compared is named, with what was found instead; rules are read with line and column."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from itk.model.evidence import ErrorFact
from tests.compare.conftest import Compare
from tests.compare.directories import Said, row, save, save_suite
from tests.renderers import build, compared


@pytest.fixture
def runs(tmp_path: Path) -> tuple[Path, Path]:
    return save(tmp_path / "a", compared.before()), save(tmp_path / "b", compared.after())


def refused(said: Said, *words: str) -> None:
    assert said.code == 2, said.err
    for word in words:
        assert word in said.err
    assert "Traceback" not in said.err
    assert said.report == {}


def test_a_directory_without_runs_says_what_it_holds(
    tmp_path: Path, runs: tuple[Path, Path], compare_dirs: Compare
) -> None:
    (tmp_path / "cases" / "deep").mkdir(parents=True)
    (tmp_path / "cases" / "x.yaml").write_text("id: x")
    refused(compare_dirs(runs[0], tmp_path / "cases"), "no run.json or index.json, but deep, x.yaml", "hint: ")
    (tmp_path / "empty").mkdir()
    refused(compare_dirs(tmp_path / "empty", runs[0]), "the directory is empty")
    refused(compare_dirs(tmp_path / "nowhere", runs[0]), "there is no such directory")
    refused(compare_dirs(tmp_path / "cases" / "x.yaml", runs[0]), "this is a file")


@pytest.mark.parametrize(
    ("text", "said"),
    [("{", "this is no run.json"), ('{"schema_version": 99}', "99"), ('{"schema_version": 1}', "damaged")],
)
def test_a_damaged_run_is_named(
    text: str, said: str, tmp_path: Path, runs: tuple[Path, Path], compare_dirs: Compare
) -> None:
    (runs[1] / "run.json").write_text(text)
    refused(compare_dirs(*runs), said, str(runs[1] / "run.json"))
    deep = tmp_path / "soak" / "iterations" / "0001"
    save(deep / "refund", build.happy())
    (deep / "other").mkdir()
    (deep / "other" / "run.json").write_text(text)
    refused(compare_dirs(runs[0], tmp_path / "soak"), said, str(deep / "other" / "run.json"))


@pytest.mark.parametrize("text", ["{}", '{"schema_version": 99}'])
def test_a_damaged_suite_is_named(text: str, tmp_path: Path, runs: tuple[Path, Path], compare_dirs: Compare) -> None:
    suite = save_suite(tmp_path / "suite", row("one"))
    (suite / "index.json").write_text(text)
    refused(compare_dirs(suite, runs[0]), "index.json")


def test_the_same_directory_twice(runs: tuple[Path, Path], compare_dirs: Compare) -> None:
    refused(compare_dirs(runs[0], runs[0]), "the same directory")
    refused(compare_dirs(runs[0], runs[0] / "run.json"), "the same directory")


def test_runs_that_are_on_both_sides(tmp_path: Path, runs: tuple[Path, Path], compare_dirs: Compare) -> None:
    refused(compare_dirs(runs[0].parent, runs[1]), "1 run of A and of B are the same", str(runs[1]))


def test_a_case_twice_in_a_suite(tmp_path: Path, compare_dirs: Compare) -> None:
    suite = save_suite(tmp_path / "twice", row("one"), row("one"))
    refused(compare_dirs(suite, save_suite(tmp_path / "b", row("one"))), "twice/index.json")


def test_a_run_may_be_named_by_its_file(runs: tuple[Path, Path], compare_dirs: Compare) -> None:
    assert compare_dirs(runs[0] / "run.json", runs[1] / "run.json").report["a"]["kind"] == "run"


def test_out_must_be_new_or_empty(tmp_path: Path, runs: tuple[Path, Path], compare_dirs: Compare) -> None:
    out = tmp_path / "out-1"
    out.mkdir()
    assert compare_dirs(*runs).code == 1  # out-2
    (out / "mine.txt").write_text("x")
    before = sorted(tmp_path.rglob("*"))
    said = compare_dirs(*runs, "--out", str(out))
    assert said.code == 2
    assert "not empty" in said.err
    said = compare_dirs(*runs, "--out", str(out / "mine.txt"))
    assert "this is a file" in said.err
    assert sorted(tmp_path.rglob("*")) == before


def test_no_case_in_common_names_both(tmp_path: Path, compare_dirs: Compare) -> None:
    a = save_suite(tmp_path / "a", row("refund-1"), row("other"))
    b = save_suite(tmp_path / "b", row("refund_1"))
    refused(compare_dirs(a, b), "no case is in both", "refund-1, other", "was refund-1 renamed to refund_1?")


def test_two_different_cases_are_compared_and_said_to_be(tmp_path: Path, compare_dirs: Compare) -> None:
    a, b = save(tmp_path / "a", compared.before(), case="x"), save(tmp_path / "b", compared.before(), case="y")
    assert compare_dirs(a, b).report["notes"] == ["two different cases: A is of x, B of y"]


def test_rules_decide(tmp_path: Path, runs: tuple[Path, Path], compare_dirs: Compare) -> None:
    file = tmp_path / "rules.yaml"
    default = compare_dirs(*runs)
    file.write_text("payload: fail\npath_new: warn\npath_missing: off\nlatency: {factor: 10, level: warn}\n")
    said = compare_dirs(*runs, "--rules", str(file))

    assert {rule for _, rule, _ in default.noted("regression")} == {
        "status", "retries", "path_new", "path_missing", "latency",
    }  # fmt: skip
    assert {rule for _, rule, _ in said.noted("regression")} == {"status", "retries", "payload"}
    assert ("warning", "path_new", "lambda:fraud-check Invoke") in said.noted()
    assert ("note", "path_missing", "lambda:audit-writer Invoke") in said.noted()
    assert said.report["rules"]["latency"] == {"level": "warn", "factor": 10.0, "floor_ms": 200.0}


def test_rules_may_stand_in_itk_yaml(tmp_path: Path, runs: tuple[Path, Path], compare_dirs: Compare) -> None:
    names = json.loads(json.dumps(compare_dirs(*runs).report["rules"]))
    levels = "".join(f"  {name}: off\n" for name in names if name != "confidence")
    file = tmp_path / "itk.yaml"
    file.write_text(f"suite:\n  retries: 0\ncompare:\n{levels}")
    said = compare_dirs(*runs, "--rules", str(file))

    assert said.code == 0
    assert said.out.startswith("no regression ")
    assert said.noted("regression") == said.noted("warning") == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("latency: {facto: 3}", ("rules.yaml:1:11", "did you mean `factor`?")),
        ("compare:\n  payloads: off", ("rules.yaml:2:3", "did you mean `payload`?")),
        ("payload: no", ("rules.yaml:1:10", "known: fail, warn, off")),
        ("latency: {floor_ms: -1}", ("rules.yaml:1:21", "greater than or equal to 0")),
        ("retries: {allow: some}", ("rules.yaml:1:18", "whole number")),
        ("confidence: 95", ("rules.yaml:1:13", "0.9999")),
        ("payload: off\npayload: warn", ("rules.yaml:2:1",)),
        ("- payload", ("rules.yaml:1:1", "must be a mapping")),
        ("", ("this file is empty",)),
        ("a: [", ("rules.yaml:1", "not YAML")),
    ],
)
def test_wrong_rules_are_told_where_they_stand(
    text: str, words: tuple[str, ...], tmp_path: Path, runs: tuple[Path, Path], compare_dirs: Compare
) -> None:
    (tmp_path / "rules.yaml").write_text(text)
    refused(compare_dirs(*runs, "--rules", str(tmp_path / "rules.yaml")), *words)


def test_a_log_line_cannot_steer_the_terminal(tmp_path: Path, compare_dirs: Compare) -> None:
    error = ErrorFact(type="Evil", message="\x1b[2J\x1b]0;owned\x07")
    trace = build.poison().trace
    spans = tuple(span if span.error is None else msgspec.structs.replace(span, error=error) for span in trace.spans)
    b = save(tmp_path / "b", compared.trace_of(build.poison(), spans))
    said = compare_dirs(save(tmp_path / "a", build.small()), b)

    assert "Evil" in said.err
    assert "\x1b" not in said.err + said.out + said.markdown


def test_an_error_of_a_megabyte_is_cut(tmp_path: Path, compare_dirs: Compare) -> None:
    error = ErrorFact(type="Long", message="x" * 1_000_000)
    trace = build.poison().trace
    spans = tuple(span if span.error is None else msgspec.structs.replace(span, error=error) for span in trace.spans)
    b = save(tmp_path / "b", compared.trace_of(build.poison(), spans))
    said = compare_dirs(save(tmp_path / "a", build.small()), b)

    assert "Long: xxx" in said.markdown
    assert len(said.markdown) < 20_000
    assert len(json.dumps(said.report)) < 60_000
