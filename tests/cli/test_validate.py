"""`itk validate` and `itk schema case`, as a user meets them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from itk.cli.schema import schema_app
from itk.cli.validate import validate

APP = typer.Typer()
APP.command()(validate)
APP.add_typer(schema_app, name="schema")

GOOD = "id: {id}\nentrypoint: {{type: sqs_event, payload: a}}\nexpect: [has_spans]\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "cases").mkdir()
    (tmp_path / ".env").write_text("ITK_SQS_QUEUE_URL=https://sqs.eu-west-1.amazonaws.com/123456789012/qa\n")
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(("ITK_", "AWS_"))]:
        monkeypatch.delenv(name)
    return tmp_path


def write(name: str, text: str) -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def itk(*args: str) -> Result:
    return CliRunner().invoke(APP, list(args))


def test_a_good_file() -> None:
    write("cases/a.yaml", GOOD.format(id="a"))
    result = itk("validate", "--case", "cases/a.yaml")

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "ok     cases/a.yaml  a (sqs_event, 1 check)\n1 file: 1 valid, 0 with errors\n"


def test_every_file_of_a_directory_and_what_only_shows_in_company() -> None:
    write("cases/a.yaml", GOOD.format(id="same"))
    write("cases/b.yml", GOOD.format(id="same"))
    write("cases/derived/c.yaml", GOOD.format(id="SAME"))
    write("cases/derived/d.yaml", "fixture: nowhere.jsonl\n" + GOOD.format(id="d"))
    write("cases/.hidden.yaml", "no")
    result = itk("validate")

    assert result.exit_code == 2
    assert result.stdout == (
        "ok     cases/a.yaml  same (sqs_event, 1 check)\n"
        "error  cases/b.yml  1 error\n"
        "error  cases/derived/c.yaml  1 error\n"
        "error  cases/derived/d.yaml  1 error\n"
        "4 files: 1 valid, 3 with errors\n"
    )
    assert result.stderr == (
        "error: the id `same` is taken by cases/a.yaml\n"
        "  --> cases/b.yml:1:1\n"
        "   |\n"
        " 1 | id: same\n"
        "   | ^^^^^^^^\n"
        "hint: give each case an id of its own\n"
        "\n"
        "error: the id `SAME` differs from `same` in cases/a.yaml only in its capitals\n"
        "  --> cases/derived/c.yaml:1:1\n"
        "   |\n"
        " 1 | id: SAME\n"
        "   | ^^^^^^^^\n"
        "hint: some systems would put both into one directory: rename one\n"
        "\n"
        "error: there is no file cases/derived/nowhere.jsonl\n"
        "  --> cases/derived/d.yaml:1:1\n"
        "   |\n"
        " 1 | fixture: nowhere.jsonl\n"
        "   | ^^^^^^^^^^^^^^^^^^^^^^\n"
        "hint: the path starts at the directory of the case file\n"
        "\n"
    )


def test_a_case_has_the_defaults_of_its_repository_which_are_checked_with_it() -> None:
    write("cases/a.yaml", "id: a\nentrypoint: {type: sqs_event, payload: a}\n")
    write("itk.yaml", "defaults:\n  expect: [no_error_spans, complete]\nsuite:\n  cases_dir: cases\n")
    result = itk("validate")

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        "ok     itk.yaml  defaults (2 checks)\n"
        "ok     cases/a.yaml  a (sqs_event, 2 checks)\n"
        "2 files: 2 valid, 0 with errors\n"
    )


def test_an_itk_yaml_that_is_wrong_is_told_once_and_the_cases_all_the_same() -> None:
    write("cases/a.yaml", GOOD.format(id="a"))
    write("cases/b.yaml", GOOD.format(id="../b"))
    write("itk.yaml", "defaults:\n  expect: [no_error_span]\n")
    result = itk("validate")

    assert result.exit_code == 2
    assert result.stdout == (
        "error  itk.yaml  1 error\n"
        "ok     cases/a.yaml  a (sqs_event, 1 check)\n"
        "error  cases/b.yaml  1 error\n"
        "3 files: 1 valid, 2 with errors\n"
    )
    assert result.stderr.count("--> itk.yaml:2:12") == 1


def test_an_excuse_that_is_over_is_told_once_where_it_stands() -> None:
    known = "{{no_error_spans: , xfail: JIRA-12 until {}}}"
    write("itk.yaml", f"defaults:\n  expect: [{known.format('2020-01-31')}]\n")
    for name in "ab":
        write(f"cases/{name}.yaml", GOOD.format(id=name) + f"x-own: {known.format('2020-01-31')}\n")
    write("cases/c.yaml", GOOD.format(id="c").replace("has_spans", known.format("9999-12-31")))
    result = itk("validate")

    assert result.exit_code == 0
    assert result.stderr == (
        "warning: `xfail` ended on 2020-01-31: a failure counts again (JIRA-12)\n"
        "  --> itk.yaml:2:13\n"
        "hint: remove `xfail`, or give it a later day\n\n"
    )


def test_it_says_where_the_cases_are_unless_somebody_else_does() -> None:
    write("itk.yaml", "suite:\n  cases_dir: live\n")
    write("cases/a.yaml", GOOD.format(id="a"))
    result = itk("validate", "--case", "itk.yaml")
    assert result.exit_code == 2
    assert "error: there is no directory live\n  --> itk.yaml:2:3\n" in result.stderr

    write("live/b.yaml", GOOD.format(id="b"))
    assert "ok     live/b.yaml" in itk("validate").stdout
    assert "ok     cases/a.yaml" in itk("validate", "--cases-dir", "cases").stdout
    write("qa.env", "ITK_CASES_DIR=cases\nITK_SQS_QUEUE_URL=https://sqs.eu-west-1.amazonaws.com/123456789012/qa\n")
    assert "ok     cases/a.yaml" in itk("validate", "--env-file", "qa.env").stdout


def test_the_content_of_an_object_must_be_there() -> None:
    target = "entrypoint:\n  type: s3_object\n  target: {bucket: orders-qa, key: '${run.id}'}\n"
    write("cases/a.yaml", f"id: a\n{target}  payload:\n    file: a.csv\nexpect: [has_spans]\n")
    result = itk("validate")

    assert result.exit_code == 2
    assert "error: there is no file cases/a.csv\n  --> cases/a.yaml:6:5\n" in result.stderr

    write("cases/a.csv", "1")
    assert itk("validate").exit_code == 0


def test_a_missing_file_suggests_its_neighbour() -> None:
    write("cases/refund.yaml", GOOD.format(id="a"))
    result = itk("validate", "--case", "cases/refnd.yaml", "--case", "nowhere/x.yaml", "--case", "cases")

    assert result.exit_code == 2
    assert "did you mean cases/refund.yaml?" in result.stderr
    assert "there is no directory nowhere either" in result.stderr
    assert "use --cases-dir" in result.stderr


def test_names_come_from_the_settings() -> None:
    write("cases/a.yaml", "id: a\nentrypoint: {type: sqs_event, payload: '${STAGE}'}\nexpect: [has_spans]\n")
    write("qa.env", "STAGE=qa\nITK_SQS_QUEUE_URL=https://sqs.eu-west-1.amazonaws.com/123456789012/qa\n")

    assert "`${STAGE}` is not set" in itk("validate").stderr
    assert itk("validate", "--env-file", "qa.env").exit_code == 0


def test_the_resolver_runs_only_when_asked() -> None:
    write("cases/a.yaml", "id: a\nentrypoint: {type: sqs_event, payload: '${STAGE}'}\nexpect: [has_spans]\n")
    write(".env", 'ITK_RESOLVER_CMD=\'echo {\\"STAGE\\": \\"qa\\"}\'\nITK_SQS_QUEUE_URL=https://q.example/1/qa\n')

    assert "ITK_RESOLVER_CMD was not run" in itk("validate").stderr
    assert itk("validate", "--resolve").exit_code == 0


def test_a_target_that_nothing_names_is_a_warning_and_strict_makes_it_an_error() -> None:
    write(".env", "")
    write("cases/a.yaml", GOOD.format(id="a"))
    write(
        "cases/b.yaml", GOOD.format(id="b").replace("payload", "target: {queue_url: '${ITK_SQS_QUEUE_URL}'}, payload")
    )
    result = itk("validate")

    assert result.exit_code == 0
    assert "warning: nothing says where to send" in result.stderr
    assert "warning: `${ITK_SQS_QUEUE_URL}` is not set" in result.stderr
    assert "2 files: 2 valid, 0 with errors, 2 warnings" in result.stdout
    assert itk("validate", "--strict").exit_code == 2


def test_json_is_all_that_stdout_holds() -> None:
    write("cases/a.yaml", "id: ../a\nentrypoint: {type: sqs_event, payload: a}\nexpect: [has_spans]\n")
    result = itk("validate", "--json")
    told = json.loads(result.stdout)

    assert result.exit_code == 2
    assert told["valid"] is False
    assert told["files"][0]["problems"] == [
        {
            "severity": "error",
            "what": "`id`: this id is not safe as the name of a directory",
            "path": "cases/a.yaml",
            "line": 1,
            "column": 5,
            "fix": "an id names a directory: use letters, digits, `.`, `_` and `-`, and do not start with `.`",
        }
    ]


def test_fixtures_are_checked_line_by_line() -> None:
    write("good.jsonl", '{"a": 1}\n\n{"a": 2}\n')
    write("bad.jsonl", '{"a": 1}\n{"a": }\n')
    write("empty.jsonl", "")

    assert itk("validate", "--fixture", "good.jsonl").exit_code == 0
    result = itk("validate", "--fixture", "bad.jsonl", "--fixture", "empty.jsonl", "--fixture", "absent.jsonl")
    assert result.exit_code == 2
    assert "--> bad.jsonl:2:7" in result.stderr
    assert "this file is empty" in result.stderr
    assert "there is no such file" in result.stderr


def test_an_empty_directory_is_an_error() -> None:
    result = itk("validate", "--cases-dir", "cases")

    assert str(result.exception).startswith("error: no case files here\n  --> cases\n")


def test_the_help_speaks_to_a_newcomer() -> None:
    text = itk("validate", "--help").stdout

    assert "Check case files before anything is sent." in text
    assert all(option in text for option in ("--case", "--cases-dir", "--env-file", "--strict", "--json"))


def test_the_schema_is_the_committed_one() -> None:
    committed = Path(__file__).parents[2] / "docs/reference/case.schema.json"

    assert itk("schema", "case").stdout == committed.read_text(encoding="utf-8")


def test_help_needs_no_heavy_imports() -> None:
    heavy = "{'pydantic', 'yaml', 'boto3', 'jmespath'}"
    code = f"import sys, itk.cli.validate, itk.cli.schema; print(*{heavy} & set(sys.modules))"
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env)

    assert run.stdout.strip() == ""
