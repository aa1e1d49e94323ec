"""The main job, live on the sandbox: a message through SQS, Lambda, an agent, a second Lambda, a table, and on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.conftest import Bot, Left

ARTIFACTS = {
    "trace-viewer.html",
    "timeline.html",
    "spans.jsonl",
    "report.md",
    "sequence.mmd",
    "payloads",
    "run.json",
}


@pytest.fixture(scope="module")
def bot(shared_bot: Bot) -> Bot:
    """Runs do not see each other, so they may share an application."""
    return shared_bot


@pytest.fixture(scope="module")
def happy(bot: Bot) -> Left:
    """One run of the main case, for all that can be told from what it left."""
    return bot.itk("run", "--case", bot.quick("example-001"), out=bot.work / "happy")


@pytest.fixture(scope="module")
def retried(bot: Bot, happy: Left) -> Left:
    """A message that passes at its second receive. After `happy`, for a cold start takes longer than it stays away."""
    with bot.retries_after(4):
        return bot.itk("run", "--case", bot.quick("example-002-retry"), out=bot.work / "retried")


@pytest.fixture(scope="module")
def poison(bot: Bot, happy: Left) -> Left:
    """One run of a message that nobody can process, recorded as `poison.jsonl`; each takes its three receives."""
    case, fixture = bot.quick("example-003-poison"), bot.work / "poison.jsonl"
    with bot.retries_after(4):
        return bot.itk("run", "--case", case, "--record", fixture, out=bot.work / "poison")


def test_the_happy_path_passes_and_leaves_every_artifact(happy: Left) -> None:
    left = happy

    assert left.code == 0, left.stderr
    assert left.run["status"] == "passed"
    assert {path.name for path in left.out.iterdir()} == ARTIFACTS
    assert left.components == {
        "queue:support-intake",
        "lambda:support-intake",
        "agent:gatekeeper",
        "model:amazon.nova-lite-v1:0",
        "tool:orders/lookupOrder",
        "lambda:support-lookup-order",
        "table:support-orders",
        "queue:support-notify",
        "lambda:support-notify",
    }
    assert all(span["join"]["tier"] == "exact" for span in left.spans[1:])


def test_real_times_stand_inside_each_other(happy: Left) -> None:
    spans = {span["span_id"]: span for span in happy.spans}
    sent = int(happy.spans[0]["start_ns"])
    slack_ns = 2_000_000  # platform lines are in milliseconds
    for span in happy.spans[1:]:
        parent = spans[span["parent_span_id"]]
        assert int(span["start_ns"]) >= sent - slack_ns
        assert int(span["start_ns"]) >= int(parent["start_ns"]) - slack_ns, span["name"]
        if parent["kind"] != "PRODUCER":
            assert int(span["end_ns"]) <= int(parent["end_ns"]) + slack_ns, span["name"]


def test_a_retry_that_passes_is_a_warning(retried: Left) -> None:
    left = retried

    assert left.code == 0, left.stderr
    assert left.run["status"] == "warning"
    attempts = [span["attempt"] for span in left.spans if (span.get("attempt") or {}).get("kind") == "sqs_receive"]
    assert [attempt["n"] for attempt in attempts] == [1, 2]
    assert any("after a first one" in reason for reason in left.run["reasons"])


def test_poison_fails_on_the_dead_letter_queue_by_its_own_evidence(poison: Left) -> None:
    left = poison

    assert left.code == 1, left.stderr
    assert left.run["status"] == "failed"
    check = left.check("no_dlq_messages")
    assert check["status"] == "failed"
    assert check["where"]["path"].endswith("example-003-poison.yaml")
    dead = next(span for span in left.spans if span["operation"] == "DeadLetter")
    assert dead["span_id"] in check["span_ids"]
    assert dead["component"]["name"] == "support-intake-dlq"
    assert dead["evidence"], "the verdict rests on records"
    reading = left.run["dead_letter_queues"][0]
    assert reading["before"] == 0
    assert reading["after"] in (0, 1), "SQS moves it at the next receive, which may be after the verdict"


def test_a_function_and_an_agent_are_entrypoints_too(bot: Bot, tmp_path: Path) -> None:
    called = bot.itk("run", "--case", bot.quick("example-004-lambda"), out=tmp_path / "4")
    asked = bot.itk("run", "--case", bot.quick("example-005-agent"), out=tmp_path / "5")

    assert (called.code, asked.code) == (0, 0), called.stderr + asked.stderr
    assert called.spans[0]["component"]["name"] == "support-lookup-order"
    assert called.spans[0]["faas"]["memory_mb"], "ITK's call and the platform's view are one span"
    assert asked.spans[0]["component"] == {**asked.spans[0]["component"], "type": "agent", "name": "gatekeeper"}
    assert "lambda:support-lookup-order" in asked.components


def test_what_was_written_says_emulated(bot: Bot, happy: Left) -> None:
    endpoint = bot.sandbox.endpoint
    for name in ("report.md", "trace-viewer.html", "timeline.html", "run.json"):
        text = (happy.out / name).read_text(encoding="utf-8")
        assert endpoint in text, name
        assert "emulated" in text.lower(), name


def test_a_recorded_run_gives_the_same_trace_offline(bot: Bot, poison: Left, tmp_path: Path) -> None:
    live = poison
    case = bot.quick("example-003-poison", extra=f"fixture: {bot.work / 'poison.jsonl'}")
    again = bot.itk("run", "--case", case, "--mode", "dev-fixtures", out=tmp_path / "again")

    assert again.code == live.code == 1, again.stderr
    assert [span["span_id"] for span in again.spans] == [span["span_id"] for span in live.spans]
    assert [check["status"] for check in again.run["checks"]] == [check["status"] for check in live.run["checks"]]
    report = (again.out / "report.md").read_text(encoding="utf-8")
    assert "dev-fixtures" in report[:600].lower()


def test_run_json_is_the_truth_from_which_the_rest_is_drawn_again(bot: Bot, happy: Left, tmp_path: Path) -> None:
    left = happy
    again = bot.itk("render", "--run", left.out, out=tmp_path / "again")

    assert again.code == 0, again.stderr
    files = sorted(path.relative_to(left.out) for path in left.out.rglob("*") if path.is_file())
    assert sorted(path.relative_to(again.out) for path in again.out.rglob("*") if path.is_file()) == files
    for file in files:
        assert (again.out / file).read_bytes() == (left.out / file).read_bytes(), file


def test_progress_is_lines_for_people_and_json_for_programs(bot: Bot, tmp_path: Path) -> None:
    case = bot.quick("example-004-lambda")
    people = bot.itk("run", "--case", case, "-v", out=tmp_path / "p")
    programs = bot.itk("run", "--case", case, "--json", out=tmp_path / "j")

    assert people.stdout.startswith("passed ")
    assert "look 1" in people.stderr
    events = [json.loads(line) for line in programs.stdout.splitlines()]
    assert [event["type"] for event in events if event["type"] != "polled"] == [
        "preflight_done",
        "sent",
        "judged",
        "written",
    ]


def test_a_reader_that_goes_away_does_not_end_the_run(bot: Bot, tmp_path: Path) -> None:
    """`itk run --json | head -1`: the stimulus is out, so what came of it is wanted."""
    process = bot.start("run", "--case", bot.quick("example-004-lambda"), "--json", "--out", tmp_path / "out")
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.wait(timeout=60) == 0
    run = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert run["status"] == "passed"
