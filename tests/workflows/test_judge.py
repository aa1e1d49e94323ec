"""Judging again: the same evidence and the same case give the same run; another case gives its own verdicts."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from itk.errors import ExitCode, UsageError
from itk.model.case import Where
from itk.model.problem import Problems
from itk.model.run import Collection, RunResult
from itk.model.trace import Payload
from itk.workflows.judge import runs_in, worst
from tests.renderers import awkward, build
from tests.workflows.judging import ROOT, again, case_file, ran, recorded, run_json, statuses

BUILT = {**build.ALL, "awkward": awkward.awkward}
ASKED = {
    "nothing": ("has_spans",),
    "much": ("has_entrypoint", "no_error_spans", "no_orphan_spans", "valid_timestamps", "max_retry_count", "complete",
             "max_duration_ms: 500", "required_components: [lambda:intake]", "forbidden_components: [agent:*]",
             "no_dlq_messages", "dlq", "dlq: {queue: intake-dlq, grew_by: 1}", "queue: {drained_within: 5s}",
             "response_contains: refund", "that: 'length(spans) > `3`'\n    severity: warn",
             "no_error_spans:\n    xfail: known until 2026-12-31"),
    "what is not there": ("required_components: [lambda:nowhere, table:none]", "has_spans: 400"),
}  # fmt: skip


def without_mark(directory: Path) -> bytes:
    """run.json, but for the field that says that it was judged again."""
    text = (directory / "run.json").read_bytes()
    return re.sub(rb'"judged_again": (null|\{[^}]*\})', b'"judged_again": null', text)


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("built", BUILT)
def test_an_unedited_case_gives_the_same_run(built: str, asked: str, tmp_path: Path) -> None:
    case = case_file(tmp_path, *ASKED[asked])
    run = ran(BUILT[built](), case, tmp_path / "run")

    finished = again(run, tmp_path / "again")

    assert without_mark(tmp_path / "again") == without_mark(run)
    assert run_json(run)["judged_again"] is None
    assert run_json(tmp_path / "again")["judged_again"]["case"] == case.as_posix()
    assert finished.run.result.status == run_json(run)["status"]


@pytest.mark.parametrize("name", sorted(path.stem for path in (ROOT / "cases").glob("*.yaml")))
def test_so_does_a_recorded_run(name: str, tmp_path: Path) -> None:
    run = recorded(name, tmp_path / "run")
    again(run, tmp_path / "again")
    assert without_mark(tmp_path / "again") == without_mark(run)
    assert {path.name for path in (tmp_path / "again").iterdir()} == {path.name for path in run.iterdir()}


def test_it_is_written_where_it_was_and_says_what_it_is(tmp_path: Path) -> None:
    run = ran(build.happy(), case_file(tmp_path, "has_spans"), tmp_path / "run")
    again(run, run)
    again(run, run)
    for name in ("report.md", "trace-viewer.html", "timeline.html"):
        text = (run / name).read_text(encoding="utf-8")
        assert "JUDGED AGAIN" in text, name
        assert "refund.yaml" in text, name


def test_an_edited_case_is_judged_as_it_is_now(tmp_path: Path) -> None:
    case = case_file(tmp_path, "max_duration_ms: 1")
    run = ran(build.happy(), case, tmp_path / "run")
    assert statuses(run) == ["failed"]
    case_file(tmp_path, "max_duration_ms: 60000", "has_spans")

    finished = again(run, run)

    assert statuses(run) == ["passed", "passed"]
    assert (finished.run.result.status, finished.exit_code) == ("passed", ExitCode.PASSED)


def waited(result: RunResult, quiet_for_s: float) -> RunResult:
    """A run whose deadline came, so long after its last record."""
    end = result.ended_ns
    seen = Collection(polls=9, started_ns=result.started_ns, ended_ns=end, quiet_s=5, deadline_reached=True,
                      last_new_ns=end - int(quiet_for_s * 1e9), complete=True)  # fmt: skip
    return replace(result, collection=seen)


@pytest.mark.parametrize(("quiet_for_s", "status"), [(60, "passed"), (1, "inconclusive")])
def test_a_component_that_was_misspelt_is_waited_for_no_longer(tmp_path: Path, quiet_for_s: int, status: str) -> None:
    """Two minutes were waited for `lambda:intak`; what else came was all there, if it was quiet for long enough."""
    run = ran(waited(build.small(), quiet_for_s), case_file(tmp_path, "required_components: [lambda:intak]"),
              tmp_path / "run")  # fmt: skip
    assert run_json(run)["status"] == "inconclusive"
    case_file(tmp_path, "required_components: [lambda:intake]")

    again(run, run)

    assert run_json(run)["status"] == status
    assert run_json(run)["trace"]["missing"] == []


def test_a_component_that_is_required_now_may_have_come_later(tmp_path: Path) -> None:
    run = ran(waited(build.small(), 60), case_file(tmp_path, "has_spans"), tmp_path / "run")
    case_file(tmp_path, "required_components: [lambda:late]")
    again(run, run)
    assert run_json(run)["status"] == "inconclusive"
    assert "lambda:late: required by the case, not seen" in run_json(run)["reasons"]


def answering(text: str) -> RunResult:
    result = build.happy()
    *others, last = result.trace.spans
    spans = (*others, replace(last, response=Payload(value={"text": text})))
    return replace(result, trace=replace(result.trace, spans=spans))


def test_words_that_are_masked_say_so_instead_of_failing_silently(tmp_path: Path) -> None:
    run = ran(answering("write to bob@example.com"), case_file(tmp_path, "has_spans"), tmp_path / "run")
    case_file(tmp_path, "response_contains: bob@example.com", "response_contains: to bob")
    again(run, run)
    first, second = run_json(run)["checks"]
    assert "what the check looks for is masked there, as in `[redacted:email#" in first["message"]
    assert "masks stand where it looked, and what they hide cannot match" in second["message"]
    assert "run the case again" in run_json(run)["reasons"][0]
    assert "bob@example.com" not in (run / "run.json").read_text(encoding="utf-8")


def test_a_check_that_matched_what_is_masked_now_says_why_it_fails(tmp_path: Path) -> None:
    case = case_file(tmp_path, "response_contains: CUST-123456")
    run = ran(answering("for CUST-123456"), case, tmp_path / "run", ITK_REDACT_PATTERNS=r"CUST-\d{6}")
    assert statuses(run) == ["passed"]
    again(run, run, env={"ITK_REDACT_PATTERNS": r"CUST-\d{6}"})
    assert statuses(run) == ["failed"]
    assert "is masked there, as in `[redacted:custom#" in run_json(run)["checks"][0]["message"]


def test_where_nothing_is_masked_nothing_is_hinted(tmp_path: Path) -> None:
    run = ran(answering("all is well"), case_file(tmp_path, "has_spans"), tmp_path / "run")
    case_file(tmp_path, "response_contains: refunded")
    again(run, run)
    assert "redacted" not in run_json(run)["checks"][0]["message"]


def test_the_runs_own_id_is_in_the_case_as_it_was(tmp_path: Path) -> None:
    run = ran(answering("order itk-run-1"), case_file(tmp_path, "has_spans"), tmp_path / "run")
    case_file(tmp_path, "response_contains: itk-${run.id}")
    again(run, run)
    assert statuses(run) == ["passed"]


def test_another_case_is_judged_by_only_where_that_is_meant(tmp_path: Path) -> None:
    run = ran(build.happy(), case_file(tmp_path, "has_spans"), tmp_path / "run")
    other = tmp_path / "other"
    other.mkdir()
    case = case_file(other, "has_spans", id_="other")
    before = (run / "run.json").read_bytes()
    with pytest.raises(UsageError, match="this is case `other`"):
        again(run, run, case=case)
    assert (run / "run.json").read_bytes() == before
    again(run, run, case=case, force=True)
    assert run_json(run)["case"]["id"] == "other"


def test_a_case_that_is_gone_or_wrong_changes_nothing(tmp_path: Path) -> None:
    case = case_file(tmp_path, "has_spans")
    run = ran(build.happy(), case, tmp_path / "run")
    before = {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}
    case_file(tmp_path, "has_span")
    with pytest.raises(Problems):
        again(run, run)
    case.unlink()
    with pytest.raises(UsageError, match="no such file here"):
        again(run, run)
    assert {path: path.read_bytes() for path in run.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("broken", [{"checks": ()}, {"receipt": None}])
def test_a_run_that_never_ended_has_nothing_to_judge(broken: dict[str, Any], tmp_path: Path) -> None:
    from itk.redact import redact
    from itk.workflows.artifacts import write_run

    write_run(tmp_path / "run", redact(replace(build.happy(), **broken), salt=b"s"))
    with pytest.raises(UsageError, match="never came to a verdict"):
        again(tmp_path / "run", tmp_path / "run", case=case_file(tmp_path, "has_spans"))


def test_an_error_of_aws_stays_one(tmp_path: Path) -> None:
    seen = replace(build.happy().collection, complete=False, error="sqs:GetQueueAttributes: AccessDenied")
    run = ran(replace(build.happy(), collection=seen), case_file(tmp_path, "has_spans"), tmp_path / "run")
    finished = again(run, run)
    assert (finished.run.result.status, finished.exit_code) == ("error", ExitCode.RUNTIME)


def test_the_runs_of_a_directory(tmp_path: Path) -> None:
    case = case_file(tmp_path, "has_spans")
    two = [ran(build.happy(), case, tmp_path / "suite" / name) for name in ("b", "a")]
    assert runs_in(two[0]) == (two[0],)
    assert runs_in(tmp_path / "suite") == (two[1], two[0])
    with pytest.raises(UsageError, match=r"no run\.json here"):
        runs_in(tmp_path / "nowhere")
    assert worst([ExitCode.PASSED, ExitCode.INCONCLUSIVE, ExitCode.RUNTIME, ExitCode.FAILED]) == ExitCode.FAILED
    assert worst([ExitCode.PASSED]) == ExitCode.PASSED


def test_the_command_needs_no_aws(tmp_path: Path) -> None:
    """Neither its library nor credentials, a region or an account; and several runs are judged at once."""
    checks = ("has_spans", "max_duration_ms: 1")
    case = case_file(tmp_path, *checks)
    for name in ("one", "two"):
        ran(build.happy(), case, tmp_path / "runs" / name)
    program = (
        "import sys; from itk.cli import app\n"
        "try:\n    app(sys.argv[1:])\n"
        "except SystemExit as left:\n    assert 'boto3' not in sys.modules; raise\n"
    )
    command = [sys.executable, "-c", program, "judge", "--run", "runs", "--out", "again"]
    done = subprocess.run(
        command, cwd=tmp_path, env={"PYTHONPATH": str(ROOT / "src"), "HOME": str(tmp_path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert done.stdout.splitlines() == ["failed again/one/report.md", "failed again/two/report.md"]
    assert "by " in done.stderr
    assert "refund.yaml" in done.stderr
    refused = subprocess.run(
        [*command, "--case", str(case)], cwd=tmp_path, env={"PYTHONPATH": str(ROOT / "src"), "HOME": str(tmp_path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "2 runs cannot be judged by one case" in refused.stderr + refused.stdout + str(refused)


def test_where_a_verdict_points_is_the_case_file_that_judged(tmp_path: Path) -> None:
    run = ran(build.happy(), case_file(tmp_path, "has_spans"), tmp_path / "run")
    moved = tmp_path / "moved"
    moved.mkdir()
    case = case_file(moved, "no_error_spans", "has_spans")
    finished = again(run, run, case=case)
    assert [check.where for check in finished.run.result.checks] == [
        Where(case.as_posix(), 4, 5), Where(case.as_posix(), 5, 5),
    ]  # fmt: skip
