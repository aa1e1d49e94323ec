"""Whatever ends a run early: what is known is on disk, and no page of another run stands beside it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from tests.e2e.conftest import Bot

PAGES = ("report.md", "trace-viewer.html", "timeline.html", "sequence.mmd")


def wait_for(what: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def until_polled(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    while '"polled"' not in process.stdout.readline():
        assert process.poll() is None


def asked_the_agent(bot: Bot) -> bool:
    return any(name.endswith(".InvokeAgent") for name in bot.sandbox.calls())


def test_ctrl_c_while_an_agent_is_asked_leaves_a_report(bot: Bot, tmp_path: Path) -> None:
    bot.sandbox.faults([{"service": "bedrock-agent-runtime", "operation": "InvokeAgent", "latency_s": 30, "times": 1}])
    process = bot.start("run", "--case", bot.quick("example-005-agent"), "--out", tmp_path / "out")
    wait_for(lambda: asked_the_agent(bot))
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=20)
    run = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))

    assert process.returncode == 130
    assert run["status"] == "inconclusive"
    assert run["reasons"][0] == "interrupted while sending; whether it arrived is not known"
    assert run["run_id"] in (tmp_path / "out" / "report.md").read_text(encoding="utf-8")


def test_an_agent_whose_stream_breaks_off_is_no_traceback(bot: Bot, tmp_path: Path) -> None:
    """What came before stands; that the rest never came is an error of the run, not a check that failed."""
    bot.sandbox.agent(
        "agent: BREAKSOFF1\nalias: LIVEALIAS1\nname: breaker\nmodel: m\n"
        "steps:\n  - model: {rationale: x, latency_s: 0.1}\n  - wait: 30\n  - answer: hello\n"
    )
    case = bot.case(
        "breaks-off",
        "id: breaks-off\nentrypoint:\n  type: bedrock_invoke_agent\n"
        "  target: {agent_id: BREAKSOFF1, agent_alias_id: LIVEALIAS1}\n  payload: hi\n"
        "expect: [has_spans]\nwait: {timeout: 3s, quiet: 1s}\n",
    )
    process = bot.start("run", "--case", case, "--out", tmp_path / "out")
    wait_for(lambda: asked_the_agent(bot))
    time.sleep(1)
    bot.sandbox.close()
    _, stderr = process.communicate(timeout=60)
    run = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))

    assert "Traceback" not in stderr
    assert process.returncode == 5, stderr
    assert run["status"] == "error"
    assert any(span["component"]["type"] == "model" for span in run["trace"]["spans"])


def test_kill_9_while_sending_leaves_the_run_id(bot: Bot, tmp_path: Path) -> None:
    bot.sandbox.faults([{"service": "bedrock-agent-runtime", "operation": "InvokeAgent", "latency_s": 30, "times": 1}])
    process = bot.start("run", "--case", bot.quick("example-005-agent"), "--out", tmp_path / "out")
    wait_for(lambda: asked_the_agent(bot))
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=20)
    run = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))

    assert run["status"] == "inconclusive"
    assert {i["kind"] for i in run["receipt"]["ids"]} == {"run_id"}
    assert "while it was sending" in (tmp_path / "out" / "report.md").read_text(encoding="utf-8")


def test_kill_9_leaves_no_page_of_the_run_that_was_overwritten(bot: Bot, tmp_path: Path) -> None:
    """Else the old report says PASSED beside a run of which nothing is known."""
    old = bot.itk("run", "--case", bot.quick("example-004-lambda"), out=tmp_path / "out")
    old_id = old.run["run_id"]
    bot.sandbox.delay_logs(bot.group(""), None)
    process = bot.start("run", "--case", bot.quick("example-001"), "--overwrite", "--json", "--out", tmp_path / "out")
    until_polled(process)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=20)

    new = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))["run_id"]
    for page in PAGES:
        text = (tmp_path / "out" / page).read_text(encoding="utf-8")
        assert new in text, page
        assert old_id not in text, page


def test_ctrl_c_does_not_wait_for_a_network_that_hangs(bot: Bot, tmp_path: Path) -> None:
    bot.sandbox.delay_logs(bot.group(""), None)
    process = bot.start("run", "--case", bot.quick("example-001"), "--json", "--out", tmp_path / "out")
    until_polled(process)
    bot.sandbox.faults([{"service": "logs", "operation": "FilterLogEvents", "latency_s": 50, "times": 99}])
    wait_for(bot.sandbox.fired)
    began = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=30)

    assert time.monotonic() - began < 10
    assert process.returncode == 130
    assert "interrupted" in (tmp_path / "out" / "report.md").read_text(encoding="utf-8")


def test_two_runs_into_one_directory_at_once(bot: Bot, tmp_path: Path) -> None:
    bot.sandbox.delay_logs(bot.group(""), None)
    first = bot.start("run", "--case", bot.quick("example-001"), "--json", "--out", tmp_path / "out")
    until_polled(first)
    second = bot.itk("run", "--case", bot.quick("example-004-lambda"), "--overwrite", out=tmp_path / "out")
    os.killpg(first.pid, signal.SIGINT)
    first.communicate(timeout=30)

    assert second.code == 4, second.stderr
    assert "another run is writing here" in second.stderr
    assert "lambda.Invoke" not in bot.sandbox.calls()
    assert first.returncode == 130


def test_expired_credentials_in_mid_run_lose_nothing(bot: Bot, tmp_path: Path) -> None:
    bot.sandbox.delay_logs(bot.group(""), None)
    process = bot.start("run", "--case", bot.quick("example-001"), "--json", "--out", tmp_path / "out")
    until_polled(process)
    bot.sandbox.faults([{"service": "logs", "operation": "", "code": "ExpiredTokenException", "times": 99}])
    process.communicate(timeout=30)
    run = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))

    assert process.returncode == 5
    assert run["status"] == "error"
    assert "credentials expired" in run["reasons"][0]
    assert {i["kind"] for i in run["receipt"]["ids"]} >= {"run_id", "sqs_message_id"}
    assert all((tmp_path / "out" / page).exists() for page in PAGES)
