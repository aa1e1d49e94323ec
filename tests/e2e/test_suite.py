"""`itk suite` as users start it: cases side by side on the sandbox, and one report whatever ends it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import ROOT, Bot, Json, Left
from tests.e2e.test_interruptions import wait_for
from tests.e2e.test_refusals import acted

LAMBDA, QUEUE = "example-004-lambda", "example-001"


def cases(bot: Bot, place: Path, *, timeout_s: int = 60, quiet_s: int = 1, **expect: str) -> Path:
    """A directory of quick cases, one for each name; `expect` is what each of them asks for besides."""
    place.mkdir(exist_ok=True)
    for name, extra in expect.items():
        kind = QUEUE if name.startswith("queue") else LAMBDA
        text = (
            bot.quick(kind, timeout_s, quiet_s=quiet_s)
            .read_text(encoding="utf-8")
            .replace(f"id: {kind}", f"id: {name}", 1)
        )
        (place / f"{name}.yaml").write_text(
            text.replace("expect:", f"expect:\n  - {extra or 'has_spans'}"), encoding="utf-8"
        )
        (bot.work / f"{kind}.yaml").unlink()
    return place


def index(out: Path) -> Json:
    return json.loads((out / "index.json").read_text(encoding="utf-8"))


def rows(out: Path) -> dict[str, Json]:
    return {row["id"]: row for row in index(out)["cases"]}


@pytest.fixture
def shared(shared_bot: Bot) -> Bot:
    shared_bot.sandbox.faults([])
    return shared_bot


@pytest.fixture(scope="module")
def six(shared_bot: Bot, tmp_path_factory: pytest.TempPathFactory) -> Left:
    """Six cases at once: three through the queue, three direct calls."""
    place = tmp_path_factory.mktemp("six")
    names = dict.fromkeys(("queue-a", "queue-b", "queue-c", "call-a", "call-b", "call-c"), "")
    directory = cases(shared_bot, place / "cases", **names)
    before = shared_bot.sandbox.calls()
    left = shared_bot.itk("suite", "--cases-dir", directory, "--json", "-v", out=place / "out")
    after = shared_bot.sandbox.calls()
    (place / "calls.json").write_text(json.dumps({k: n - before.get(k, 0) for k, n in after.items()}), encoding="utf-8")
    return left


def calls(six: Left) -> dict[str, int]:
    found: dict[str, int] = json.loads((six.out.parent / "calls.json").read_text(encoding="utf-8"))
    return found


def test_cases_are_under_way_together_and_all_leave_their_artifacts(six: Left) -> None:
    assert six.code == 0, six.stderr
    found = rows(six.out)
    assert {row["status"] for row in found.values()} == {"passed"}
    tries = [row["tries"][0] for row in found.values()]
    assert max(sent["started_ns"] for sent in tries) < min(sent["ended_ns"] for sent in tries)
    for name in found:
        assert {"run.json", "report.md", "trace-viewer.html", "timeline.html"} <= {
            path.name for path in (six.out / name).iterdir()
        }


def test_each_trace_holds_its_own_records_only(six: Left) -> None:
    runs = [json.loads((six.out / name / "run.json").read_text(encoding="utf-8")) for name in rows(six.out)]
    ids = {run["run_id"]: {each["value"] for each in run["receipt"]["ids"]} for run in runs}
    for run in runs:
        drawn = json.dumps(run["trace"]["spans"])
        assert run["run_id"] in drawn
        strangers = {other: found for other, found in ids.items() if other != run["run_id"]}
        assert not [value for found in strangers.values() for value in found if value in drawn]
    kinds = {run["case"]["id"].partition("-")[0]: {span["name"] for span in run["trace"]["spans"]} for run in runs}
    for run in runs:  # none lost a record to another
        assert {span["name"] for span in run["trace"]["spans"]} == kinds[run["case"]["id"].partition("-")[0]]


def test_six_runs_read_the_logs_about_as_often_as_one(six: Left) -> None:
    """Each group is read once a look for everybody, and a look begins at most once a second."""
    suite = index(six.out)
    groups, seconds = 3, (int(suite["ended_ns"]) - int(suite["started_ns"])) / 1e9
    events = [json.loads(line) for line in six.stdout.splitlines()]
    asked = sum(event["type"] == "case_progress" and event["event"]["type"] == "polled" for event in events)
    made = calls(six)["logs.FilterLogEvents"] - groups  # pre-flight reads each once

    assert made <= groups * (seconds + 2)
    assert made < groups * asked / 2, "so much it would be if each read for itself"


def test_what_all_have_in_common_is_asked_once(six: Left) -> None:
    made = calls(six)
    assert made["sts.GetCallerIdentity"] == 1
    assert made["logs.DescribeLogGroups"] == 3
    assert made["lambda.GetFunctionConfiguration"] == 1


def test_json_lines_name_their_case(six: Left) -> None:
    events = [json.loads(line) for line in six.stdout.splitlines()]
    kinds = [event["type"] for event in events]
    assert kinds[:2] == ["preflight_done", "suite_started"]
    assert kinds[-1] == "suite_done"
    assert kinds.count("case_done") == kinds.count("case_started") == 6
    assert all(event["case"] for event in events if event["type"].startswith("case_"))


def test_a_pass_at_the_second_try_is_flaky_and_both_tries_are_kept(shared: Bot, tmp_path: Path) -> None:
    directory = cases(shared, tmp_path / "cases", wobbly="")
    fault = {"service": "lambda", "operation": "Invoke", "code": "AccessDeniedException", "times": 1}
    shared.sandbox.faults([fault])
    left = shared.itk("suite", "--cases-dir", directory, "--retries", "2", "--fail-on-flaky", out=tmp_path / "out")
    row = rows(tmp_path / "out")["wobbly"]

    assert left.code == 7, left.stderr
    assert (row["status"], row["flaky"]) == ("passed", True)
    assert [(sent["status"], sent["directory"]) for sent in row["tries"]] == [
        ("error", "wobbly"),
        ("passed", "wobbly/retry-1"),
    ]
    kept = [json.loads((tmp_path / "out" / sent["directory"] / "run.json").read_text()) for sent in row["tries"]]
    assert [run["run_id"] for run in kept] == [sent["run_id"] for sent in row["tries"]]
    assert kept[0]["run_id"] != kept[1]["run_id"]


def test_no_more_is_sent_after_the_first_failure(shared: Bot, tmp_path: Path) -> None:
    directory = cases(shared, tmp_path / "cases", a="max_duration_ms: 0.001", b="", c="")
    before = acted(shared)
    left = shared.itk("suite", "--cases-dir", directory, "-x", "--max-inflight", "1", out=tmp_path / "out")

    assert left.code == 1, left.stderr
    assert [row["status"] for row in rows(tmp_path / "out").values()] == ["failed", "skipped", "skipped"]
    assert rows(tmp_path / "out")["b"]["reasons"] == ["not sent: --max-failures 1 was reached"]
    assert acted(shared) - before == 1
    assert "expected:" in left.stderr


def test_credentials_that_expire_stop_the_sending(shared: Bot, tmp_path: Path) -> None:
    directory = cases(shared, tmp_path / "cases", a="", b="", c="")
    shared.sandbox.faults([{"service": "lambda", "operation": "Invoke", "code": "ExpiredTokenException", "times": 3}])
    options = ("--max-inflight", "1", "--retries", "3")
    left = shared.itk("suite", "--cases-dir", directory, *options, out=tmp_path / "out")

    assert left.code == 5, left.stderr
    assert index(tmp_path / "out")["stopped"].startswith("AWS no longer takes the credentials: ")
    assert [row["status"] for row in rows(tmp_path / "out").values()] == ["error", "skipped", "skipped"]
    assert len(rows(tmp_path / "out")["a"]["tries"]) == 1


def test_one_bad_target_among_good_ones_stops_all_before_sending(shared: Bot, tmp_path: Path) -> None:
    directory = cases(shared, tmp_path / "cases", good="", bad="")
    text = (directory / "bad.yaml").read_text(encoding="utf-8")
    bad = text.replace("${ITK_LAMBDA_FUNCTION_NAME:-support-lookup-order}", "nobody-there")
    assert bad != text
    (directory / "bad.yaml").write_text(bad, encoding="utf-8")
    before = acted(shared)
    left = shared.itk("suite", "--cases-dir", directory, out=tmp_path / "out")

    assert left.code == 4
    assert "nobody-there" in left.stderr
    assert acted(shared) == before
    assert not (tmp_path / "out").exists()


def test_a_dry_run_says_what_would_be_sent_and_sends_nothing(shared: Bot, tmp_path: Path) -> None:
    directory = cases(shared, tmp_path / "cases", **{"queue-a": "", "call-a": ""})
    before = acted(shared)
    left = shared.itk("suite", "--cases-dir", directory, "--retries", "1", "--dry-run", out=tmp_path / "out")

    assert left.code == 0, left.stderr
    assert acted(shared) == before
    assert not (tmp_path / "out").exists()
    lines = left.stdout.splitlines()
    assert lines[0].startswith("call-a   Invoke to support-lookup-order (arn:aws:lambda:")
    assert lines[1].startswith("queue-a  SendMessage to support-intake (http")
    assert (
        "would send 2 stimuli to account 123456789012, eu-west-1: 1 Invoke, 1 SendMessage, and up to 2 more" in lines[2]
    )
    assert lines[-1].startswith("nothing was sent; pre-flight made ")


@pytest.mark.parametrize("by", ["ctrl-c", "kill"])
def test_whatever_ends_a_suite_early_its_index_tells_the_truth(by: str, bot: Bot, tmp_path: Path) -> None:
    """Two cases wait for a log that never comes, two are not sent yet."""
    directory = cases(bot, tmp_path / "cases", a="", b="", c="", d="")
    bot.sandbox.delay_logs(bot.group("lookup-order"), None)
    before = acted(bot)
    process = bot.start("suite", "--cases-dir", directory, "--json", "--max-inflight", "2", "--out", tmp_path / "out")
    polled: set[str] = set()
    assert process.stdout is not None
    while len(polled) < 2:
        event = json.loads(process.stdout.readline())
        if event["type"] == "case_progress" and event["event"]["type"] == "polled":
            polled.add(event["case"])
    os.killpg(process.pid, signal.SIGINT if by == "ctrl-c" else signal.SIGKILL)
    process.communicate(timeout=30)
    found = rows(tmp_path / "out")

    assert polled == {"a", "b"}
    assert acted(bot) - before == 2
    assert [row["status"] for row in found.values()] == ["inconclusive", "inconclusive", "skipped", "skipped"]
    assert [bool(row["tries"]) for row in found.values()] == [True, True, False, False]
    for name in ("a", "b"):
        run = json.loads((tmp_path / "out" / name / "run.json").read_text(encoding="utf-8"))
        assert run["run_id"] == found[name]["tries"][0]["run_id"]
        assert run["receipt"]["response"], "what was sent is on disk before anybody waits"
    if by == "ctrl-c":
        assert process.returncode == 130
        assert index(tmp_path / "out")["interrupted"]
        assert found["a"]["reasons"][0].startswith("interrupted after")
        assert found["c"]["reasons"] == ["not sent: interrupted"]
    else:
        assert found["a"]["reasons"] == [
            "ITK stopped while this case was under way; a/run.json says how far it had come"
        ]
        assert found["c"]["reasons"] == ["ITK stopped before this case was sent"]


def test_ctrl_c_does_not_wait_for_an_answer_that_never_comes(bot: Bot, tmp_path: Path) -> None:
    directory = cases(bot, tmp_path / "cases", a="")
    bot.sandbox.faults([{"service": "lambda", "operation": "Invoke", "latency_s": 60, "times": 1}])
    process = bot.start("suite", "--cases-dir", directory, "--out", tmp_path / "out")
    wait_for(lambda: acted(bot))
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=20)

    assert process.returncode == 130
    assert rows(tmp_path / "out")["a"]["reasons"][0] == "interrupted while sending; whether it arrived is not known"


def recorded(work: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """`itk suite` over the fixtures that the example cases name. AWS is not asked."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("ITK_", "AWS_"))}
    environment = {**kept, "ITK_MODE": "dev-fixtures", "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "itk", "suite", *map(str, arguments)]
    return subprocess.run(command, cwd=work, env=environment, capture_output=True, text=True, check=False, timeout=100)


def test_recorded_suites_work_the_same_and_can_be_run_again(tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = recorded(ROOT, "--cases-dir", "cases", "--out", out)
    assert first.returncode == 1, first.stderr
    assert first.stdout.startswith(f"failed {out}")
    assert "FAILED example-003-poison" in first.stderr

    refused = recorded(ROOT, "--cases-dir", "cases", "--out", out)
    assert refused.returncode == 4
    assert "is not empty" in refused.stderr

    (out / "mine").mkdir()
    (out / "mine" / "run.json").write_text("of no case of this suite", encoding="utf-8")
    again = recorded(ROOT, "--cases-dir", "cases", "--out", out, "--overwrite", "--last-failed")
    assert again.returncode == 1, again.stderr
    assert [row["id"] for row in index(out)["cases"]] == ["example-003-poison"]
    assert {path.name for path in out.iterdir() if path.is_dir()} == {"example-003-poison", "mine"}


def test_nothing_selected_is_no_green_suite(tmp_path: Path) -> None:
    left = recorded(ROOT, "--cases-dir", "cases", "-k", "nobody", "--out", tmp_path / "out")
    assert left.returncode == 2
    assert "none of 6 cases is selected by -k 'nobody'" in left.stderr


def test_the_list_names_what_would_run() -> None:
    left = recorded(ROOT, "--cases-dir", "cases", "--tag", "smoke", "--list")
    assert left.returncode == 0
    assert left.stdout.splitlines() == [
        "example-001         cases/example-001.yaml  [smoke, sqs]",
        "example-004-lambda  cases/example-004-lambda.yaml  [smoke, lambda]",
        "2 cases",
    ]
