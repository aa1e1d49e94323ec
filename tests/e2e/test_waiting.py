"""Late, missing and foreign records; interruptions. `benchmarks/waiting.py` measures the waiting itself."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

from itk.sandbox import Sandbox
from tests.e2e.conftest import Bot, deploy_bot


def test_late_logs_do_not_change_the_verdict(bot: Bot, tmp_path: Path) -> None:
    bot.sandbox.delay_logs(bot.group("lookup-order"), 4)
    left = bot.itk("run", "--case", bot.quick("example-001"), out=tmp_path / "out")

    assert left.code == 0, left.stderr
    assert left.run["status"] == "passed"


def test_a_group_that_never_delivers_is_named(bot: Bot, tmp_path: Path) -> None:
    bot.sandbox.delay_logs(bot.group("notify"), None)
    left = bot.itk("run", "--case", bot.quick("example-001", timeout_s=8), out=tmp_path / "out")

    assert left.code == 3, left.stderr
    assert left.run["status"] == "inconclusive"
    said = " ".join(left.run["reasons"])
    assert "lambda:support-notify" in said
    assert bot.group("notify") in said
    assert "nobody was seen to receive it" in said


def test_ten_runs_in_one_batch_keep_to_themselves(itk_sandbox_fresh: Sandbox, tmp_path: Path) -> None:
    """Ten runs at once, batch size 10, a window that gathers them: one invocation serves several runs."""
    bot = deploy_bot(itk_sandbox_fresh, tmp_path, batching_window_s=4, visibility_timeout_s=60)
    started = [bot.start("run", "--case", bot.quick("example-001"), "--out", tmp_path / f"out-{n}") for n in range(10)]
    for process in started:
        _, stderr = process.communicate(timeout=110)
        assert process.returncode == 0, stderr
    runs = [json.loads((tmp_path / f"out-{n}" / "run.json").read_text(encoding="utf-8")) for n in range(10)]
    ids = {run["run_id"]: {value["value"] for value in run["receipt"]["ids"]} for run in runs}
    for run in runs:
        drawn = json.dumps(run["trace"]["spans"])
        for other, other_ids in ids.items():
            if other != run["run_id"]:
                assert not [value for value in other_ids if value in drawn], (run["run_id"], other)
        names = sorted(span["name"] for span in run["trace"]["spans"])
        assert names == sorted(span["name"] for span in runs[0]["trace"]["spans"]), "none is lost"
    assert (
        max(span["faas"].get("batch_size") or 0 for run in runs for span in run["trace"]["spans"] if span.get("faas"))
        > 1
    )


def test_throttled_log_reads_are_retried_and_counted(bot: Bot, tmp_path: Path) -> None:
    bot.sandbox.faults(
        [{"service": "logs", "operation": "FilterLogEvents", "code": "ThrottlingException", "status": 400, "times": 5}]
    )
    left = bot.itk("run", "--case", bot.quick("example-004-lambda"), out=tmp_path / "out")

    assert left.code == 0, left.stderr
    assert left.run["collection"]["throttles"] == 5


def test_ctrl_c_judges_what_came_and_leaves_130(bot: Bot, tmp_path: Path) -> None:
    bot.sandbox.delay_logs(bot.group(""), None)
    process = bot.start("run", "--case", bot.quick("example-001"), "--json", "--out", tmp_path / "out")
    assert process.stdout is not None
    while '"polled"' not in process.stdout.readline():
        pass
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=30)
    run = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))

    assert process.returncode == 130
    assert run["status"] == "inconclusive"
    assert "interrupted" in run["reasons"][0]
    assert (tmp_path / "out" / "report.md").exists()


def test_kill_9_leaves_the_ids_of_what_was_sent(bot: Bot, tmp_path: Path) -> None:
    bot.sandbox.delay_logs(bot.group(""), None)
    process = bot.start("run", "--case", bot.quick("example-001"), "--json", "--out", tmp_path / "out")
    assert process.stdout is not None
    while '"polled"' not in process.stdout.readline():
        pass
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=30)
    run = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))

    assert run["status"] == "inconclusive"
    assert {i["kind"] for i in run["receipt"]["ids"]} >= {"run_id", "sqs_message_id"}


def test_a_send_that_aws_refuses_is_an_error_with_a_report(bot: Bot, tmp_path: Path) -> None:
    bot.sandbox.faults(
        [{"service": "sqs", "operation": "SendMessage", "code": "AccessDenied", "status": 403, "times": 1}]
    )
    left = bot.itk("run", "--case", bot.quick("example-001"), out=tmp_path / "out")

    assert left.code == 5, left.stderr
    assert "sending failed" in left.run["reasons"][0]
    assert left.run["collection"]["polls"] == 0, "there is nothing to wait for"
