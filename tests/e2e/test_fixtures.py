"""The example cases over their recorded evidence: the same pipeline, offline, and it says so."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.renderers.span_line import LINE

ROOT = Path(__file__).resolve().parents[2]
EXPECTED = {
    "example-001": (0, "passed"),
    "example-002-retry": (0, "warning"),
    "example-003-poison": (1, "failed"),
    "example-004-lambda": (0, "passed"),
    "example-005-agent": (0, "passed"),
    "example-006-conversation": (0, "passed"),
}


def offline(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """`itk` without credentials, without a network address for AWS, without settings."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "ITK_"))}
    environment = {**kept, "PYTHONPATH": str(ROOT / "src"), "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
    command = [sys.executable, "-m", "itk", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_recorded_case_is_judged_as_it_was_live(name: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run = offline("run", "--case", f"cases/{name}.yaml", "--mode", "dev-fixtures", "--out", out)

    assert (run.returncode, run.stdout.split()[0]) == EXPECTED[name], run.stderr
    for file in ("report.md", "trace-viewer.html", "timeline.html"):
        assert "dev-fixtures" in (out / file).read_text(encoding="utf-8").lower(), file
    for line in (out / "spans.jsonl").read_text(encoding="utf-8").splitlines():
        LINE.validate(json.loads(line))


def test_a_case_without_a_fixture_says_what_to_do(tmp_path: Path) -> None:
    text = (ROOT / "cases" / "example-004-lambda.yaml").read_text(encoding="utf-8")
    case = tmp_path / "bare.yaml"
    case.write_text("\n".join(line for line in text.splitlines() if not line.startswith("fixture:")), encoding="utf-8")
    run = offline("run", "--case", case, "--mode", "dev-fixtures", "--out", tmp_path / "out")

    assert run.returncode == 2
    assert "--record" in run.stderr


def judged_with(tmp_path: Path, repository: str, expect: str = "") -> dict[str, Any]:
    """run.json of example-001 in a repository with that `itk.yaml`; with its exit code and what stderr said."""
    lines = (ROOT / "cases" / "example-001.yaml").read_text(encoding="utf-8").partition("\nexpect:")[0]
    (tmp_path / "cases").mkdir()
    (tmp_path / ".git").mkdir()
    (tmp_path / "itk.yaml").write_text(repository, encoding="utf-8")
    case = tmp_path / "cases" / "bare.yaml"
    fixture = ROOT / "fixtures" / "example-001.jsonl"
    kept = "\n".join(line for line in lines.splitlines() if not line.startswith("fixture:"))
    case.write_text(f"{kept}\nfixture: {fixture}\n{expect}", encoding="utf-8")
    run = offline("run", "--case", case, "--mode", "dev-fixtures", "--out", tmp_path / "out")
    told: dict[str, Any] = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    return {**told, "exit": run.returncode, "stderr": run.stderr}


def test_a_bare_case_is_judged_by_the_defaults_of_its_repository(tmp_path: Path) -> None:
    run = judged_with(tmp_path, "defaults:\n  expect:\n    - no_error_spans\n    - forbidden_components: ['queue:*']\n")

    assert (run["exit"], run["status"]) == (1, "failed")
    assert [(check["name"], check["status"], check["where"]["line"]) for check in run["checks"]] == [
        ("no_error_spans", "passed", 3),
        ("forbidden_components", "failed", 4),
    ]
    assert run["checks"][1]["where"]["path"] == (tmp_path / "itk.yaml").as_posix()
    assert f"failed forbidden_components, {tmp_path / 'itk.yaml'}:4:7: " in run["stderr"]


@pytest.mark.parametrize(("until", "code", "statuses"), [("9999-12-31", 0, ["xfailed"]), ("2020-01-01", 1, ["failed"])])
def test_a_failure_that_is_known_is_excused_until_its_day(
    tmp_path: Path, until: str, code: int, statuses: list[str]
) -> None:
    known = f"  - forbidden_components: ['queue:*']\n    name: no queue\n    xfail: JIRA-12 until {until}\n"
    run = judged_with(tmp_path, "defaults:\n  tags: [qa]\n", f"expect:\n{known}")

    assert run["exit"] == code
    assert [check["status"] for check in run["checks"]] == statuses
    assert (run["checks"][0]["title"], run["checks"][0]["xfail"]) == ("no queue", f"JIRA-12 until {until}")
    assert "qa" in run["case"]["tags"]
    assert run["status"] == ("warning" if code == 0 else "failed")


def assert_passes(fixture: Path) -> None:
    """A case whose evidence is that file is judged by it, and passes."""
    case, out = fixture.with_name("case.yaml"), fixture.with_name("out")
    case.write_text(
        "id: raw\nname: raw lines\nentrypoint: {type: sqs_event, target: {mode: publish_sqs}, payload: x}\n"
        "expect: [has_spans, no_error_spans, required_components: [lambda:support-notify, table:support-orders]]\n"
        f"fixture: {fixture.name}\n",
        encoding="utf-8",
    )
    run = offline("run", "--case", case, "--mode", "dev-fixtures", "--out", out)

    assert run.returncode == 0, run.stderr + (out / "report.md").read_text(encoding="utf-8")


def test_raw_lines_without_a_receipt_are_read_as_one_run(tmp_path: Path) -> None:
    """What `aws logs filter-log-events` prints, line by line, is a fixture too."""
    lines = (ROOT / "fixtures" / "example-001.jsonl").read_text(encoding="utf-8").splitlines()[1:]
    (tmp_path / "raw.jsonl").write_text("\n".join(lines), encoding="utf-8")

    assert_passes(tmp_path / "raw.jsonl")


def test_files_in_other_forms_are_fixtures_too(tmp_path: Path) -> None:
    """The same records as Firehose writes them: payloads of a subscription one after another, gzipped."""
    lines = (ROOT / "fixtures" / "example-001.jsonl").read_text(encoding="utf-8").splitlines()[1:]
    payloads = []
    for event in map(json.loads, lines):
        told = {"id": event["eventId"], "timestamp": event["timestamp"], "message": event["message"]}
        head = {"messageType": "DATA_MESSAGE", "logGroup": event["logGroupName"], "logStream": event["logStreamName"]}
        payloads.append(json.dumps({**head, "logEvents": [told]}))
    (tmp_path / "firehose.gz").write_bytes(gzip.compress("".join(payloads).encode()))

    assert_passes(tmp_path / "firehose.gz")


def test_a_recording_with_a_hole_is_inconclusive_and_says_what_is_missing(tmp_path: Path) -> None:
    lines = (ROOT / "fixtures" / "example-001.jsonl").read_text(encoding="utf-8").splitlines()
    # Neither its log nor X-Ray, which knows that it ran.
    holes = ('"logGroupName":"/aws/lambda/support-notify"', '"source":"xray"')
    kept = [line for line in lines if not any(hole in line for hole in holes)]
    (tmp_path / "hole.jsonl").write_text("\n".join(kept), encoding="utf-8")
    text = (ROOT / "cases" / "example-001.yaml").read_text(encoding="utf-8")
    case = tmp_path / "hole.yaml"
    case.write_text(text.replace("../fixtures/example-001.jsonl", "hole.jsonl"), encoding="utf-8")
    run = offline("run", "--case", case, "--mode", "dev-fixtures", "--out", tmp_path / "out")

    assert run.returncode == 3
    assert "the recorded evidence is not complete" in run.stderr
    assert "lambda:support-notify: required by the case, not seen" in run.stderr


def test_a_damaged_fixture_names_the_line(tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text('{"itk": "receipt"}\n{"logGroupName": 7}\n', encoding="utf-8")
    text = (ROOT / "cases" / "example-004-lambda.yaml").read_text(encoding="utf-8")
    kept = [line for line in text.splitlines() if not line.startswith("fixture:")]
    case = tmp_path / "bad.yaml"
    case.write_text("\n".join([*kept, "fixture: bad.jsonl"]), encoding="utf-8")
    run = offline("run", "--case", case, "--mode", "dev-fixtures", "--out", tmp_path / "out")

    assert run.returncode == 2
    assert "bad.jsonl:2" in run.stderr
