"""Case files of a suite: from a directory or a list, and everything that is wrong with them at once."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from itk.errors import UsageError
from itk.model.problem import Problems
from itk.settings import load_settings
from itk.workflows.suite.listing import Candidate, in_directory, in_suite_file, read_all, require_fixtures

CASE = """id: {id}
entrypoint: {{type: lambda_invoke, target: {{function_name: f}}}}
expect: [has_spans]
fixture: e.jsonl
"""


def write(path: Path, case_id: str = "", text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text or CASE.format(id=case_id), encoding="utf-8")
    return path


def read(listed: object, tmp_path: Path, mode: str = "live") -> tuple[Candidate, ...]:
    settings = load_settings(cwd=tmp_path, env={"ITK_MODE": mode})
    numbers = itertools.count(1)
    return read_all(listed, settings, lambda: f"itk-{next(numbers)}")  # type: ignore[arg-type]


def test_a_directory_gives_its_cases_in_order_with_the_group_they_lie_in(tmp_path: Path) -> None:
    for name in ("b.yaml", "a.yml", "refunds/late/c.yaml", "refunds/d.yaml", ".hidden/e.yaml"):
        write(tmp_path / name, name.rpartition("/")[2].split(".")[0])
    found = read(in_directory(tmp_path), tmp_path)

    assert [(each.case.id, each.group, each.run_id) for each in found] == [
        ("a", "", "itk-1"),
        ("b", "", "itk-2"),
        ("d", "refunds", "itk-3"),
        ("c", "refunds/late", "itk-4"),
    ]


def test_a_suite_file_lists_paths_and_patterns_each_case_once(tmp_path: Path) -> None:
    for name in ("x.yaml", "sub/a.yaml", "sub/b.yaml", "other/c.yaml"):
        write(tmp_path / "cases" / name, Path(name).stem)
    suite = write(
        tmp_path / "cases" / "suite.yaml", text="- sub/*.yaml\n- x.yaml\n- '**/[ab].yaml'\n- ../cases/other/c.yaml\n"
    )
    found = read(in_suite_file(suite), tmp_path)

    assert [each.case.id for each in found] == ["a", "b", "x", "c"]
    assert [each.group for each in found[:3]] == ["sub", "sub", ""]


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("", "suite.yaml", "this file is empty"),
        ("cases: [a.yaml]\n", "suite.yaml:1:1", "a suite must be a list of case files, found a mapping (`key: value`)"),
        ("[]\n", "suite.yaml:1:1", "this list is empty"),
        ("- a.yaml\n- gone.yaml\n", "suite.yaml:2:3", "there is no file "),
        ("- a.yaml\n- gone/*.yaml\n", "suite.yaml:2:3", "no case file matches `gone/*.yaml`"),
        ("- {a: b}\n", "suite.yaml:1:3", "the path of a case file must stand here, found a mapping (`key: value`)"),
        ("- /*.yaml\n", "suite.yaml:1:3", "a pattern may not start at the root of the file system"),
        ("- 'a\n", "suite.yaml:1:3", "this quote is never closed"),
    ],
)
def test_a_suite_file_that_is_wrong_is_told_at_line_and_column(
    text: str, where: str, what: str, tmp_path: Path
) -> None:
    write(tmp_path / "a.yaml", "a")
    suite = write(tmp_path / "suite.yaml", text=text or "\n")
    with pytest.raises(UsageError) as error:
        in_suite_file(suite)
    assert error.value.where.endswith(where)
    assert error.value.what.startswith(what)


def test_all_problems_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    write(tmp_path / "good.yaml", "good")
    write(tmp_path / "bad.yaml", text="id: bad\nentrypoint: {type: sqs_evnt}\n")
    write(tmp_path / "twice.yaml", "good")
    write(tmp_path / "x.yaml", "x")
    write(tmp_path / "y.yaml", "X")
    write(tmp_path / "named.yaml", "index.json")
    with pytest.raises(Problems) as error:
        read(in_directory(tmp_path), tmp_path)
    said = [(Path(problem.where.path).name, problem.what) for problem in error.value.problems]

    assert {name for name, _ in said} == {"bad.yaml", "named.yaml", "twice.yaml", "y.yaml"}
    assert any("is taken by" in what for _, what in said)
    assert any("only in its capitals" in what for _, what in said)
    assert any("the name of a file of the suite's report" in what for _, what in said)


def test_recorded_suites_need_their_recordings(tmp_path: Path) -> None:
    write(tmp_path / "a.yaml", "a")
    write(tmp_path / "b.yaml", text=CASE.format(id="b").replace("fixture: e.jsonl\n", ""))
    with pytest.raises(Problems) as error:
        require_fixtures(read(in_directory(tmp_path), tmp_path, "dev-fixtures"))
    assert [problem.what.split(" ")[0:3] for problem in error.value.problems] == [
        ["there", "is", "no"],
        ["the", "case", "has"],
    ]
