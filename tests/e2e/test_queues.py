"""`queue` and `dlq`, live on the sandbox: attributes alone, read before, while and after."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Bot, Left
from tests.sandbox.support import Aws, wait_for


@pytest.fixture(scope="module")
def bot(shared_bot: Bot) -> Bot:
    """Runs that overlap in no time may share an application."""
    return shared_bot


def asking(bot: Bot, name: str, example: str, *checks: str, timeout_s: int = 60, extra: str = "") -> Path:
    """An example case that asks about queues, too."""
    text = bot.quick(example, timeout_s=timeout_s, extra=extra).read_text(encoding="utf-8")
    return bot.case(name, text.replace("\nexpect:\n", "\nexpect:\n" + "".join(f"  - {check}\n" for check in checks)))


def sink(bot: Bot) -> str:
    """URL of a queue that nobody takes messages from."""
    url, _ = Aws(bot.sandbox).queue()
    return url


def to(url: str, *checks: str) -> str:
    lines = "\n".join(f"  - {check}" for check in checks)
    return (
        f"id: to-a-sink\nentrypoint:\n  type: sqs_event\n  target: {{queue_url: '{url}'}}\n  payload: hello\n"
        f"wait: {{timeout: 6s, quiet: 1s}}\nexpect:\n{lines}\n"
    )


def check(left: Left, n: int) -> dict[str, Any]:
    return left.run["checks"][n]  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def calm(bot: Bot) -> Left:
    """A run that leaves every queue as it was, recorded as `calm.jsonl`."""
    arn = f"arn:aws:sqs:{bot.sandbox.region}:{bot.sandbox.account}:support-notify-dlq"
    case = asking(bot, "calm", "example-001", "dlq", f"dlq: {arn}", "queue: {drained_within: 30s}",
                  "queue: {queue: support-notify, drained_within: 45s, grew_by: 0}")  # fmt: skip
    return bot.itk("run", "--case", case, "--record", bot.work / "calm.jsonl", out=bot.work / "calm")


def test_queues_that_are_as_before_pass(calm: Left) -> None:
    assert calm.code == 0, calm.stderr
    assert [check(calm, n)["status"] for n in range(4)] == ["passed"] * 4
    queues = {queue["name"]: queue for queue in calm.run["queues"]}
    assert set(queues) == {"support-intake", "support-intake-dlq", "support-notify", "support-notify-dlq"}
    for name, queue in queues.items():
        at = [int(count["at_ns"]) for count in queue["counts"]]
        assert at == sorted(at)
        assert at[0] < int(calm.run["receipt"]["sent_ns"]) < at[1]
        if name.endswith("-dlq"):
            assert len(at) == 3, "before, after, and once more because nothing showed"
        else:
            assert len(at) == calm.run["collection"]["polls"] + 1, "one reading at each look"
    report = (calm.out / "report.md").read_text(encoding="utf-8")
    assert re.search(r"- `support-intake-dlq`: 0 before, 0 after .*, 3 readings", report)


def test_nothing_is_received_and_every_reading_is_counted(bot: Bot, calm: Left, tmp_path: Path) -> None:
    before = bot.sandbox.calls()
    case = asking(bot, "more", "example-001", "dlq", "queue: {drained_within: 30s}")
    asked = bot.itk("run", "--case", case, out=tmp_path / "asked")
    calls = {name: count - before.get(name, 0) for name, count in bot.sandbox.calls().items()}
    readings = sum(len(queue["counts"]) for queue in asked.run["queues"])
    assert asked.code == 0, asked.stderr
    assert asked.run["collection"]["api_calls"] > readings
    # two of pre-flight's own, the dead-letter queue after the run, and one for each queue asked about
    assert calls["sqs.GetQueueAttributes"] == readings + 5
    assert {queue["runs_beside"] for queue in asked.run["queues"]} == {0}


def test_a_poison_message_grows_the_dead_letter_queue(bot: Bot, calm: Left, tmp_path: Path) -> None:
    case = asking(bot, "poison", "example-003-poison", "dlq", "dlq: {grew_by: 1}", "queue: {drained_within: 50s}")
    with bot.retries_after(4):
        left = bot.itk("run", "--case", case, out=tmp_path / "poison")
    assert left.code == 1, left.stderr
    none, one, drained = (check(left, n) for n in range(3))
    assert (none["status"], none["expected"], none["actual"]) == ("failed", "grown by 0", "grown by 1")
    assert "1 message of this run ended there by its own records" in none["message"]
    assert none["span_ids"]
    assert (one["status"], one["actual"]) == ("passed", "grown by 1")
    assert drained["status"] == "passed", drained["message"]


def test_growth_that_only_attributes_show(bot: Bot, tmp_path: Path) -> None:
    url = sink(bot)
    name = url.rsplit("/", 1)[-1]
    checks = (f"dlq: {{queue: '{url}'}}", f"dlq: {{queue: {name}, grew_by: 1}}", "queue: {drained_within: 2s}")
    left = bot.itk("run", "--case", bot.case("sink", to(url, *checks)), out=tmp_path / "sink")
    assert left.code == 1, left.stderr
    dlq, one, drained = (check(left, n) for n in range(3))
    assert dlq["status"] == "failed"
    assert dlq["message"] == f"{name}: 0 before, 1 after, 1 message may be of another run"
    assert one["status"] == "inconclusive", "nobody was seen to take the message, so it may grow further"
    assert drained["status"] == "failed"
    assert "not seen drained within 2 s" in drained["message"]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("dlq: no-such-queue", "queue no-such-queue cannot be read"),
        ("dlq: orders-prod-dlq", "`orders-prod-dlq` holds the forbidden word"),
        ("queue: arn:aws:sqs:us-east-1:123456789012:orders", "queue orders is in region us-east-1"),
        ("queue: https://sqs.eu-west-1.amazonaws.com/999999999999/orders", "queue orders is in account 999999999999"),
        ("dlq", "the target has no dead-letter queue"),
    ],
)
def test_a_queue_that_cannot_be_judged_refuses_the_run(bot: Bot, tmp_path: Path, asked: str, words: str) -> None:
    sent = bot.sandbox.calls().get("sqs.SendMessage", 0)
    left = bot.itk("run", "--case", bot.case("refused", to(sink(bot), asked)), out=tmp_path / "out")
    assert left.code == 4, left.stderr
    assert words in left.stderr
    assert "refused.yaml:" in left.stderr or "forbidden" in left.stderr
    assert bot.sandbox.calls().get("sqs.SendMessage", 0) == sent


def test_a_case_without_a_queue_must_name_one(bot: Bot, tmp_path: Path) -> None:
    left = bot.itk("preflight", "--case", asking(bot, "called", "example-004-lambda", "dlq"))
    assert left.code == 4, left.stderr
    assert "`dlq` names no queue, and this case sends to none" in left.stdout + left.stderr


def test_a_queue_that_cannot_be_read_any_more_decides_nothing(bot: Bot, tmp_path: Path) -> None:
    """Its growth is not known, and whoever does not know must not say passed."""
    out = tmp_path / "denied"
    process = bot.start("run", "--case", asking(bot, "denied", "example-001", "dlq"), "--out", out)
    wait_for((out / "run.json").exists)
    rule = {"service": "sqs", "operation": "GetQueueAttributes", "code": "AccessDenied", "times": 99}
    bot.sandbox.faults([rule])
    try:
        _, stderr = process.communicate(timeout=90)
    finally:
        bot.sandbox.faults([])
    left = Left(process.returncode, "", stderr, out)
    assert left.code == 5, stderr
    assert left.run["status"] == "error"
    assert check(left, 0)["status"] == "inconclusive"
    assert any(reason.startswith("collecting evidence failed") for reason in left.run["reasons"])
    assert left.run["collection"]["error"]


def test_a_recording_keeps_the_readings_and_is_judged_by_them(bot: Bot, calm: Left, tmp_path: Path) -> None:
    case = (bot.work / "calm.yaml").read_text(encoding="utf-8")
    again = bot.itk("run", "--case", bot.case("calm-again", f"{case}\nfixture: calm.jsonl\n"), "--mode", "dev-fixtures",
                    out=tmp_path / "again")  # fmt: skip
    assert again.code == 0, again.stderr
    assert again.run["queues"] == calm.run["queues"]
    assert again.run["checks"][:4] == [
        {**one, "where": {**one["where"], "path": again.run["case"]["path"]}} for one in calm.run["checks"][:4]
    ]
    head = json.loads((bot.work / "calm.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert [queue["name"] for queue in head["queues"]] == [queue["name"] for queue in calm.run["queues"]]


def test_a_live_run_is_judged_again_without_aws(bot: Bot, calm: Left, tmp_path: Path) -> None:
    """The same verdicts from what was written, with the sandbox out of reach."""
    gone = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}
    again = bot.itk("judge", "--run", calm.out, out=tmp_path / "again", **gone)
    assert again.code == 0, again.stderr
    assert again.run["judged_again"]["case"].endswith("calm.yaml")
    assert {**again.run, "judged_again": None} == calm.run
    text = (bot.work / "calm.yaml").read_text(encoding="utf-8").replace("  - dlq\n", "  - dlq: {grew_by: 1}\n")
    edited = bot.itk("judge", "--run", calm.out, "--case", bot.case("edited", text), out=tmp_path / "edited", **gone)
    assert edited.code == 1, edited.stderr
    assert check(edited, 0)["message"] == "support-intake-dlq: 0 before, 0 after"
    assert "JUDGED AGAIN" in (edited.out / "report.md").read_text(encoding="utf-8")
