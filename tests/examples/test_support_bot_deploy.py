"""The deployment works as a whole, may be repeated, and never leaves this machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import boto3
import pytest

from tests.examples.conftest import EXAMPLE, Bot

DEADLINE_S = 40


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://sqs.eu-west-1.amazonaws.com",
        "https://sts.amazonaws.com",
        "http://localhost.example.com:4566",
        "http://10.0.0.7:4566",
        "http://127.0.0.1.example.com",
    ],
)
def test_it_refuses_what_is_not_on_this_machine(deploy_module: ModuleType, endpoint: str) -> None:
    with pytest.raises(deploy_module.NotASandbox, match=r"template\.yaml"):
        deploy_module.deploy(endpoint)


def test_without_an_endpoint_it_refuses_the_account(deploy_module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)

    with pytest.raises(deploy_module.NotASandbox, match="amazonaws"):
        deploy_module.deploy(boto3.Session("key", "secret", region_name="eu-west-1"))


def test_the_command_writes_the_settings_and_may_be_repeated(bot: Bot, tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    command = [sys.executable, str(EXAMPLE / "deploy.py"), "--prefix", "unit", "--agent-name", "unit-gatekeeper"]
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path), **bot.sandbox.env()}

    done = subprocess.run(
        [*command, "--env-file", str(env_file)], env=env, capture_output=True, text=True, timeout=60, check=False
    )

    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    written = dict(line.split("=", 1) for line in env_file.read_text(encoding="utf-8").splitlines())
    assert written == bot.settings
    for name in ("unit-intake", "unit-notify"):
        assert len(bot.client("lambda").list_event_source_mappings(FunctionName=name)["EventSourceMappings"]) == 1


def test_three_messages_take_the_three_paths(bot: Bot) -> None:
    """Happy, retried once, and poison: seen in the logs and in the dead-letter queue."""
    sqs = bot.client("sqs")
    runs = {"itk-00000000000000000001": {}, "itk-00000000000000000002": {"simulate": "retry"}}
    runs["itk-00000000000000000003"] = {"simulate": "poison"}
    ids = {}
    for run_id, extra in runs.items():
        sent = sqs.send_message(
            QueueUrl=bot.settings["ITK_SQS_QUEUE_URL"],
            MessageBody=json.dumps({"text": "Where is order 42?", "order_id": "42"} | extra),
            MessageAttributes={"ITK_TRACE_ID": {"DataType": "String", "StringValue": run_id}},
        )
        ids[run_id] = sent["MessageId"]

    happy, retried, poison = runs
    intake, lookup, notify = bot.settings["ITK_LOG_GROUPS"].split(",")
    eventually(lambda: [attempts(bot, intake, ids[run]) for run in runs] == [[1], [1, 2], [1, 2, 3]])
    eventually(lambda: all(lines(bot, notify, run) for run in (happy, retried)))
    for group in (lookup, notify):
        assert lines(bot, group, happy)
        assert not lines(bot, group, poison)
    dead = sqs.get_queue_url(QueueName="unit-intake-dlq")["QueueUrl"]
    eventually(lambda: ids[poison] in {m["MessageId"] for m in received(sqs, dead)})


def attempts(bot: Bot, group: str, message_id: str) -> list[int]:
    spans = [json.loads(line)["message"] for line in lines(bot, group, message_id) if '"CONSUMER"' in line]
    return [span["attempt"] for span in spans if span["ids"]["sqs_message_id"] == message_id]


def lines(bot: Bot, group: str, term: str) -> list[str]:
    pages = (
        bot.client("logs").get_paginator("filter_log_events").paginate(logGroupName=group, filterPattern=f'"{term}"')
    )
    return [event["message"] for page in pages for event in page["events"]]


def received(sqs: Any, url: str) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0, WaitTimeSeconds=1
    ).get("Messages", [])
    return messages


def eventually(holds: Callable[[], bool]) -> None:
    give_up = time.monotonic() + DEADLINE_S
    while not holds():
        assert time.monotonic() < give_up, f"still not so after {DEADLINE_S} s"
        time.sleep(0.3)
