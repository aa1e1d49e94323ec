"""The demo suite live on the sandbox: every way to end, side by side, and each trace holds its own records only."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from itk.sandbox import Sandbox
from tests.e2e.conftest import EXAMPLE, Json, Left, deploy_bot

NO_EVENTS = {"service": "events", "operation": "PutEvents", "code": "AccessDeniedException", "times": 1_000}
ENDS = {
    "agent-conversation": "passed",
    "agent-forbidden-tool": "failed",
    "agent-trajectory": "passed",
    "failure-forbidden": "error",
    "failure-impatient": "inconclusive",
    "failure-known-poison": "warning",
    "failure-one-retry": "warning",
    "failure-poison": "failed",
    "lookup-found": "passed",
    "lookup-misspelt": "failed",
    "question-answered": "passed",
    "question-frugal": "passed",
    "question-hurried": "failed",
    "question-rebuilt": "skipped",
    "question-unknown-order": "passed",
    "question-wished-for": "warning",
}


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Left]:
    work = tmp_path_factory.mktemp("demo")
    with Sandbox.start() as sandbox:
        bot = deploy_bot(sandbox, work, visibility_timeout_s=12)
        sandbox.faults([NO_EVENTS])
        arguments = ("suite", "--cases-dir", EXAMPLE / "suite", "--max-inflight", "16")
        yield bot.itk(*arguments, out=work / "out", ITK_LOG_DELAY_SECONDS="2")


def rows(suite: Left) -> dict[str, Json]:
    index = json.loads((suite.out / "index.json").read_text(encoding="utf-8"))
    return {row["id"]: row for row in index["cases"]}


def test_it_ends_in_every_way(suite: Left) -> None:
    assert {name: row["status"] for name, row in rows(suite).items()} == ENDS
    assert suite.code == 1


def test_it_takes_a_third_of_the_time_that_its_cases_take(suite: Left) -> None:
    index = json.loads((suite.out / "index.json").read_text(encoding="utf-8"))
    tries = [sent for row in index["cases"] for sent in row["tries"]]
    alone = sum(int(sent["ended_ns"]) - int(sent["started_ns"]) for sent in tries)
    together = int(index["ended_ns"]) - int(index["started_ns"])

    assert together * 3 <= alone


def test_each_trace_holds_its_own_records_only(suite: Left) -> None:
    """Whatever has an id of one invocation or of one message is in one case alone."""
    seen = Counter[str]()
    for name, row in rows(suite).items():
        if row["tries"]:
            seen.update(ids_of(json.loads((suite.out / name / "run.json").read_text(encoding="utf-8"))))

    assert seen
    assert [each for each, cases in seen.items() if cases > 1] == []


def ids_of(run: Json) -> set[str]:
    found: set[str] = set()
    for span in run["trace"]["spans"]:
        ids: dict[str, Any] = span["ids"]
        found |= {ids[kind] for kind in ("sqs_message_id", "itk_run_id") if kind in ids}
    return found


def test_whatever_failed_says_what_was_wanted_and_what_was_there(suite: Left) -> None:
    failed = [check for row in rows(suite).values() for check in row["judged"] if check["status"] == "failed"]

    assert len(failed) == 4
    assert all(check["expected"] and check["actual"] for check in failed)
    assert sum(bool(check.get("nearest")) for check in failed) == 3  # nothing comes close to an empty dead-letter queue
