"""`itk merge-reports` on disk: all artifacts of all cases, whole or not at all."""

from __future__ import annotations

import random
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from typer.testing import CliRunner

from itk.cli import app
from itk.errors import ItkError, UsageError
from itk.model.suite import SuiteResult
from itk.redact import redact_suite, reload_suite
from itk.renderers.suite import render_suite
from itk.workflows.artifacts import write_artifacts
from itk.workflows.merge import merge_reports
from tests import suites
from tests.workflows.test_shards import in_order, split


def lay_down(directory: Path, suite: SuiteResult) -> Path:
    """A report as `itk suite` leaves it, with a page for each try."""
    write_artifacts(directory, render_suite(suites.redacted(suite)))
    for row in suite.cases:
        for each in row.tries:
            place = directory / each.directory
            (place / "payloads").mkdir(parents=True, exist_ok=True)
            (place / "trace-viewer.html").write_text(f"the page of {each.run_id}", encoding="utf-8")
            (place / "payloads" / "0.request.json").write_text("{}", encoding="utf-8")
    return directory


@pytest.fixture
def whole() -> SuiteResult:
    """Cases whose tries lie in directories of their own, as each shard's do."""
    cases = [
        replace(case, tries=tuple(
            replace(each, directory=f"case-{n:03}" if at == 0 else f"case-{n:03}/retry-{at}")
            for at, each in enumerate(case.tries)))
        for n, case in enumerate(suites.small().cases)
    ]  # fmt: skip
    suite = redact_suite(replace(suites.small(), cases=in_order(cases)), salt=b"of the machine")
    return reload_suite(msgspec.json.encode(suite.result)).result  # as read: 812 ms are 812.0 there


@pytest.fixture
def shards(whole: SuiteResult, tmp_path: Path) -> list[Path]:
    return [lay_down(tmp_path / part.where, part.suite) for part in split(whole, 4, random.Random(7))]


def left(directory: Path) -> dict[str, bytes]:
    return {
        path.relative_to(directory).as_posix(): path.read_bytes() for path in directory.rglob("*") if path.is_file()
    }


def test_four_shards_on_disk_are_the_unsharded_report(whole: SuiteResult, shards: list[Path], tmp_path: Path) -> None:
    unsharded = left(lay_down(tmp_path / "unsharded", whole))
    done = merge_reports(shards, tmp_path / "merged")
    again = left(tmp_path / "merged")

    assert done.without_artifacts == ()
    assert again.keys() == unsharded.keys()
    assert {k: v for k, v in again.items() if "/" in k} == {k: v for k, v in unsharded.items() if "/" in k}
    assert reload_suite(again["index.json"]).result.cases == whole.cases


def test_the_order_of_directories_changes_no_byte(shards: list[Path], tmp_path: Path) -> None:
    merge_reports(shards, tmp_path / "one")
    merge_reports(shards[::-1], tmp_path / "other")

    assert left(tmp_path / "one") == left(tmp_path / "other")


def test_one_unsharded_report_is_copied_as_it_is(whole: SuiteResult, tmp_path: Path) -> None:
    before = left(lay_down(tmp_path / "unsharded", whole))
    merge_reports([tmp_path / "unsharded"], tmp_path / "merged")

    assert left(tmp_path / "merged") == before


def test_the_shards_stay_as_they_are(shards: list[Path], tmp_path: Path) -> None:
    before = [left(shard) for shard in shards]
    merge_reports(shards, tmp_path / "merged")

    assert [left(shard) for shard in shards] == before


@pytest.mark.parametrize("broken", ["overlap", "no index.json", "damaged", "link", "outside"])
def test_what_is_refused_leaves_nothing(broken: str, shards: list[Path], tmp_path: Path) -> None:
    match broken:
        case "overlap":
            shards = [*shards, shards[0]]
        case "no index.json":
            (shards[1] / "index.json").unlink()
        case "damaged":
            (shards[1] / "index.json").write_text("{}", encoding="utf-8")
        case "link":
            page = next(shards[1].rglob("trace-viewer.html"))
            page.unlink()
            page.symlink_to("/etc/hostname")
        case "outside":
            index = shards[1] / "index.json"
            index.write_text(
                index.read_text("utf-8").replace('"directory": "case', '"directory": "../../case'), "utf-8"
            )
    with pytest.raises(ItkError):
        merge_reports(shards, tmp_path / "merged")

    assert [path.name for path in tmp_path.iterdir()] == ["shards"]


def test_a_directory_that_holds_something_is_not_touched(shards: list[Path], tmp_path: Path) -> None:
    (tmp_path / "merged").mkdir()
    (tmp_path / "merged" / "mine.txt").write_text("mine", encoding="utf-8")

    with pytest.raises(UsageError, match="is not empty"):
        merge_reports(shards, tmp_path / "merged")
    assert left(tmp_path / "merged") == {"mine.txt": b"mine"}


def test_the_directory_is_open_to_those_whom_the_umask_lets_in(shards: list[Path], tmp_path: Path) -> None:
    merge_reports(shards, tmp_path / "merged")
    (tmp_path / "any").mkdir()

    assert (tmp_path / "merged").stat().st_mode == (tmp_path / "any").stat().st_mode


def test_artifacts_that_are_not_there_are_named(shards: list[Path], tmp_path: Path) -> None:
    for path in sorted(shards[0].glob("case-*/**/*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    gone = sorted(path.name for path in shards[0].glob("case-*"))
    for name in gone:
        (shards[0] / name).rmdir()

    assert sorted(merge_reports(shards, tmp_path / "merged").without_artifacts) == gone


def test_the_command_names_a_missing_shard_and_is_not_green(tmp_path: Path) -> None:
    cases = in_order(list(suites.recorded().cases))
    parts = split(replace(suites.recorded(), cases=cases), 3, random.Random(3))
    places = [lay_down(tmp_path / part.where, part.suite) for part in parts]
    out = tmp_path / "merged"
    done = CliRunner().invoke(app, ["merge-reports", *map(str, places[1:]), "--out", str(out)])

    assert done.exit_code == 3
    assert "shard 1 of 3 is missing" in done.stderr
    assert "missing shard 1 of 3" in (out / "summary.md").read_text(encoding="utf-8")
    assert '"ShardMissing"' in (out / "junit.xml").read_text(encoding="utf-8")
    whole = CliRunner().invoke(app, ["merge-reports", *map(str, places), "--out", str(tmp_path / "whole")])
    assert whole.exit_code == 0, whole.output
