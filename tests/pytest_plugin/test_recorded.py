"""`pytest --itk` over recorded evidence: verdicts, selection, reports, and that it costs nothing unasked."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.pytest_plugin.loaded import PLUGIN

pytest_plugins = ("pytester",)

ROOT = Path(__file__).resolve().parents[2]
RECORDED = (*PLUGIN, "--itk-mode", "dev-fixtures")


@pytest.fixture
def cases(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example cases with their recordings, in a directory of their own; no settings from outside."""
    for name in [name for name in os.environ if name.startswith(("ITK_", "AWS_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (str(ROOT / "src"), os.environ.get("PYTHONPATH")))))
    shutil.copytree(ROOT / "fixtures", pytester.path / "fixtures")
    shutil.copytree(ROOT / "cases", pytester.path / "cases")
    return pytester.path / "cases"


def run(pytester: pytest.Pytester, *arguments: str | Path) -> pytest.RunResult:
    """In a process of its own: pytester forgets modules after one in this, and half of ITK would be there twice."""
    return pytester.runpytest_subprocess(*RECORDED, *map(str, arguments))


def leave_only(cases: Path, *names: str) -> None:
    for path in cases.glob("*.yaml"):
        if path.stem not in names:
            path.unlink()


def test_cases_are_tests_with_the_verdicts_of_itk_run(pytester: pytest.Pytester, cases: Path) -> None:
    done = run(pytester, "--itk", "cases", "--itk-out", "out", "-v")

    done.assert_outcomes(passed=5, failed=1, warnings=1)
    done.stdout.fnmatch_lines(
        [
            "cases/example-001.yaml::example-001 PASSED*",
            "cases/example-002-retry.yaml::example-002-retry PASSED*",
            "cases/example-003-poison.yaml::example-003-poison FAILED*",
            "FAILED no_dlq_messages: 1 message failed on the last allowed receive: * (cases/example-003-poison.yaml:*",
            "    expected: 0 messages",
            "    actual: 1 message",
            "  page: out/example-003-poison-itk-*/trace-viewer.html",
            "*ItkWarning: example-002-retry: 1 attempt after a first one*",
        ]
    )
    done.stdout.no_fnmatch_line("*Traceback*")
    done.stdout.no_fnmatch_line("*cases.py:*")
    directories = sorted((pytester.path / "out").iterdir())
    assert [path.name.partition("-itk-")[0] for path in directories] == [
        "example-001",
        "example-002-retry",
        "example-003-poison",
        "example-004-lambda",
        "example-005-agent",
        "example-006-conversation",
    ]
    assert all((path / name).is_file() for path in directories for name in ("run.json", "report.md"))


def test_a_case_without_all_evidence_is_no_pass(pytester: pytest.Pytester, cases: Path) -> None:
    leave_only(cases, "example-001")
    recording = pytester.path / "fixtures" / "example-001.jsonl"
    holes = ('"logGroupName":"/aws/lambda/support-notify"', '"source":"xray"')
    lines = recording.read_text(encoding="utf-8").splitlines()
    recording.write_text("\n".join(line for line in lines if not any(hole in line for hole in holes)), encoding="utf-8")
    done = run(pytester, "--itk", "cases")

    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(
        [
            "INCONCLUSIVE the recorded evidence is not complete",
            "  lambda:support-notify: required by the case, not seen",
        ]
    )


def test_a_case_that_cannot_be_run_says_what_kind_of_error(pytester: pytest.Pytester, cases: Path) -> None:
    leave_only(cases, "example-001")
    (pytester.path / "fixtures" / "example-001.jsonl").write_text(
        '{"itk": "receipt"}\n{"logGroupName": 7}\n', encoding="utf-8"
    )
    done = run(pytester, "--itk", "cases")

    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(["UsageError: error: *", "  --> fixtures/example-001.jsonl:*"])
    done.stdout.no_fnmatch_line("*Traceback*")


def test_tags_select(pytester: pytest.Pytester, cases: Path) -> None:
    done = run(pytester, "--itk", "cases", "-m", "smoke and sqs", "--strict-markers", "--collect-only", "-q")
    done.stdout.fnmatch_lines(["cases/example-001.yaml::example-001"])
    by_word = run(pytester, "--itk", "cases", "-k", "poison", "--collect-only", "-q")

    by_word.stdout.fnmatch_lines(["cases/example-003-poison.yaml::example-003-poison", "1/6 tests collected*"])
    assert not (pytester.path / "artifacts").exists()


def test_the_first_failure_ends_it(pytester: pytest.Pytester, cases: Path) -> None:
    leave_only(cases, "example-003-poison", "example-004-lambda")
    done = run(pytester, "--itk", "cases", "-x")

    done.assert_outcomes(failed=1)


def test_a_broken_case_is_an_error_of_collection_with_its_place(pytester: pytest.Pytester, cases: Path) -> None:
    leave_only(cases, "example-004-lambda")
    (cases / "broken.yaml").write_text("id: broken\nentrypiont: {}\nexpect: [has_span]\n", encoding="utf-8")
    done = run(pytester, "--itk", "cases")

    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines(["*ERROR collecting cases/broken.yaml*", "*--> cases/broken.yaml:2:1"])
    done.stdout.fnmatch_lines(["*--> cases/broken.yaml:3:10"])


def test_other_yaml_is_left_alone(pytester: pytest.Pytester, cases: Path) -> None:
    leave_only(cases, "example-004-lambda")
    (cases / "compose.yaml").write_text("services: {a: {entrypoint: x}}\n", encoding="utf-8")
    (cases / "itk.yaml").write_text("defaults:\n  expect: [complete]\n", encoding="utf-8")

    run(pytester, "--itk", "cases").assert_outcomes(passed=1)


def test_settings_that_are_wrong_end_the_session(pytester: pytest.Pytester, cases: Path) -> None:
    (pytester.path / ".env").write_text("ITK_WAIT_TIMEOUT_SECONDS=soon\n", encoding="utf-8")
    done = run(pytester, "--itk", "cases")

    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines(["*ERROR: error: *", "*--> .env:1*"])


def test_junit_says_where_the_artifacts_are(pytester: pytest.Pytester, cases: Path) -> None:
    leave_only(cases, "example-003-poison")
    run(pytester, "--itk", "cases", "--itk-out", "out", "--junitxml", "junit.xml")
    tree = ET.parse(pytester.path / "junit.xml")  # noqa: S314 - pytest wrote it
    properties = {each.get("name"): each.get("value", "") for each in tree.iter("property")}
    (failure,) = tree.iter("failure")

    assert properties["itk_status"] == "failed"
    assert properties["itk_artifacts"].startswith("out/example-003-poison-itk-")
    assert failure.get("message", "").startswith("itk.CaseFailed: FAILED no_dlq_messages: ")


def test_workers_of_xdist_run_cases_of_their_own(pytester: pytest.Pytester, cases: Path) -> None:
    done = run(pytester, "--itk", "cases", "--itk-out", "out", "-n", "2")

    done.assert_outcomes(passed=5, failed=1, warnings=1)
    done.stdout.fnmatch_lines(["FAILED no_dlq_messages: *", "    actual: 1 message"])
    assert len(list((pytester.path / "out").iterdir())) == 6


def test_it_costs_nothing_where_it_is_not_asked_for(pytester: pytest.Pytester, cases: Path) -> None:
    """Any project that has ITK installed loads this plugin in every test session."""
    pytester.makepyfile(
        """
        import sys

        def test_what_is_there():
            dear = ("itk", "boto3", "pydantic", "yaml")
            found = sorted(name for name in sys.modules if name.partition(".")[0] in dear)
            assert found == ["itk", "itk.pytest_plugin"]
        """
    )
    done = pytester.run(sys.executable, "-m", "pytest", *PLUGIN, "-p", "no:itk_sandbox")

    done.assert_outcomes(passed=1)


def test_the_entry_point_is_there() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")

    assert '\nitk = "itk.pytest_plugin"\n' in text.partition("[project.entry-points.pytest11]")[2].partition("[tool")[0]
