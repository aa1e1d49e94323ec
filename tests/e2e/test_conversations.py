"""Conversations with an agent, live on the sandbox: what is sent, what is judged of each turn, and what ends them."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path
from typing import Any

from tests.e2e.conftest import Bot, Left
from tests.e2e.test_interruptions import asked_the_agent, wait_for

ASKED = "bedrock-agent-runtime.InvokeAgent"
TALKER = """agent: TALKER0001
alias: LIVEALIAS1
name: talker
steps:
  - when: "^remember"
    steps:
      - remember: { word: "{{ input }}" }
      - answer: I will.
  - when: "^what"
    steps:
      - answer: "You said in turn {{ turn }} or before: {{ memory.word | nothing }}."
  - when: "^break"
    steps:
      - model: { rationale: x }
      - fail: { exception: dependencyFailedException, message: no more }
  - answer: Hello.
"""


def conversation(bot: Bot, name: str, turns: str, expect: str = "") -> Path:
    """A case of these turns with an agent that remembers a word."""
    bot.sandbox.agent(TALKER)
    head = f"id: {name}\nentrypoint:\n  type: bedrock_invoke_agent\n"
    target = "  target: {agent_id: TALKER0001, agent_alias_id: LIVEALIAS1}\n"
    tail = "wait: {timeout: 20s, quiet: 0.2s}\n"
    return bot.case(name, f"{head}{target}expect:\n  - turns:\n{turns}{expect}{tail}")


def calls(left: Left) -> list[dict[str, Any]]:
    return [span for span in left.spans if (span["join"] or {}).get("rule") == "turn"]


def status(left: Left) -> dict[str, str]:
    return {check["title"] or check["name"]: check["status"] for check in left.run["checks"]}


def test_the_example_passes_and_its_recording_is_judged_the_same(shared_bot: Bot, tmp_path: Path) -> None:
    case, fixture = shared_bot.quick("example-006-conversation"), tmp_path / "conversation.jsonl"
    left = shared_bot.itk("run", "--case", case, "--record", fixture, out=tmp_path / "out")

    assert left.code == 0, left.stdout + left.stderr
    first, second = left.run["receipt"]["turns"]
    assert "shipped" in first["response"]["text"]
    assert "espresso machine" in second["response"]["text"], "the session was kept"
    assert first["request"]["sessionId"] == second["request"]["sessionId"] == left.run["run_id"]
    assert [call["name"] for call in calls(left)] == [f"InvokeAgent gatekeeper, turn {n}" for n in (1, 2)]
    assert left.spans[0]["component"]["name"] == "itk"
    assert all(span["join"]["tier"] == "exact" for span in left.spans[1:])
    assert status(left)["turn 2: response_contains"] == "passed"

    replayed = shared_bot.case("replayed", f"{case.read_text(encoding='utf-8')}\nfixture: {fixture}\n")
    again = shared_bot.itk("run", "--case", replayed, "--mode", "dev-fixtures", out=tmp_path / "again")
    assert again.code == 0, again.stdout + again.stderr
    assert status(again) == status(left)
    assert [call["span_id"] for call in calls(again)] == [call["span_id"] for call in calls(left)]


def test_turns_in_the_wrong_order_fail_and_what_follows_is_not_sent(shared_bot: Bot, tmp_path: Path) -> None:
    turns = (
        "      - input: what did I say?\n"
        "        expectedResponse: 'You said in turn 1 or before: remember the sea.'\n"
        "      - input: remember the sea\n"
        "        expect: [{response_contains: I will}, {required_components: [lambda:nobody]}]\n"
    )
    before = shared_bot.sandbox.calls().get(ASKED, 0)
    case = conversation(shared_bot, "wrong-order", turns, "  - has_spans\n")
    left = shared_bot.itk("run", "--case", case, out=tmp_path / "out")

    assert left.code == 1, left.stdout + left.stderr
    assert shared_bot.sandbox.calls()[ASKED] == before + 1
    assert status(left) == {
        "turns": "failed",
        "turn 1: expectedResponse": "failed",
        "turn 2: response_contains": "skipped",
        "turn 2: required_components": "skipped",
        "has_spans": "passed",
    }
    assert left.run["collection"]["complete"], "nobody waits for what a turn needs that was not sent"
    assert left.check("expectedResponse")["actual"] == "You said in turn 1 or before: nothing."
    assert left.check("turns")["message"] == "turn 2 was not sent"


def test_a_failed_turn_that_may_fail_stops_nothing(shared_bot: Bot, tmp_path: Path) -> None:
    turns = (
        "      - input: remember the sea\n"
        "        expect: [{response_contains: no such word}]\n"
        "        on_fail: continue\n"
        "      - input: what did I say?\n"
        "        expectedResponse: 'You said in turn 2 or before: remember the sea.'\n"
    )
    left = shared_bot.itk("run", "--case", conversation(shared_bot, "goes-on", turns), out=tmp_path / "out")

    assert left.code == 1, left.stdout + left.stderr
    assert status(left) == {
        "turns": "passed",
        "turn 1: response_contains": "failed",
        "turn 2: expectedResponse": "passed",
    }


def test_a_stream_that_ends_in_an_exception_ends_the_conversation(shared_bot: Bot, tmp_path: Path) -> None:
    turns = (
        "      - input: hello\n        expect: [{response_contains: Hello}]\n"
        "      - input: break now\n        expect: [{tools: {max_calls: 0}}]\n"
        "      - input: hello again\n        expect: [{response_contains: Hello}]\n"
    )
    left = shared_bot.itk("run", "--case", conversation(shared_bot, "breaks", turns), out=tmp_path / "out")

    assert left.code == 1, left.stdout + left.stderr
    assert status(left) == {
        "turns": "failed",
        "turn 1: response_contains": "passed",
        "turn 2: tools": "passed",
        "turn 3: response_contains": "skipped",
    }
    assert left.check("turns")["message"] == "turn 2 failed: no more"
    assert [call["status"] for call in calls(left)] == ["ok", "error"]


def test_a_turn_that_aws_refuses_is_an_error_and_the_first_turn_stands(bot: Bot, tmp_path: Path) -> None:
    turns = (
        "      - input: hello\n        expect: [{response_contains: Hello}]\n"
        "      - input: hello again\n        expect: [{response_contains: Hello}]\n"
    )
    asked = {"service": "bedrock-agent-runtime", "operation": "InvokeAgent"}
    bot.sandbox.faults([{**asked, "latency_s": 0.01}, {**asked, "code": "ThrottlingException", "times": 99}])
    left = bot.itk("run", "--case", conversation(bot, "throttled", turns), out=tmp_path / "out")

    assert left.code == 5, left.stdout + left.stderr
    assert left.run["status"] == "error"
    assert left.run["reasons"][0].startswith("turn 2: sending failed: ")
    assert status(left) == {
        "turns": "error",
        "turn 1: response_contains": "passed",
        "turn 2: response_contains": "skipped",
    }


def second_turn_hangs(bot: Bot, name: str) -> Path:
    turns = "      - input: remember the sea\n      - input: slow, please\n"
    case = conversation(bot, name, turns)
    bot.sandbox.agent(TALKER.replace("  - answer: Hello.", "  - wait: 30\n  - answer: Hello."))
    return case


def asked_twice(bot: Bot) -> bool:
    return asked_the_agent(bot) and bot.sandbox.calls()[ASKED] == 2


def test_kill_9_in_the_second_turn_loses_nothing_of_the_first(bot: Bot, tmp_path: Path) -> None:
    process = bot.start("run", "--case", second_turn_hangs(bot, "killed"), "--out", tmp_path / "out")
    wait_for(lambda: asked_twice(bot))
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=20)
    run = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))

    assert (run["status"], run["reasons"]) == ("inconclusive", ["ITK stopped after turn 1 of 2"])
    (first,) = run["receipt"]["turns"]
    assert first["response"]["text"] == "I will."
    assert {i["kind"] for i in first["ids"]} >= {"run_id", "session_id", "aws_request_id"}
    assert any(span["component"]["type"] == "model" for span in run["trace"]["spans"]), "its stream was read"


def test_ctrl_c_in_the_second_turn_judges_the_first(bot: Bot, tmp_path: Path) -> None:
    process = bot.start("run", "--case", second_turn_hangs(bot, "interrupted"), "--out", tmp_path / "out")
    wait_for(lambda: asked_twice(bot))
    time.sleep(0.5)
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=20)
    left = Left(process.returncode, "", "", tmp_path / "out")

    assert left.code == 130
    assert left.run["reasons"][0] == "interrupted while sending; whether it arrived is not known"
    assert [turn["answered_ns"] is not None for turn in left.run["receipt"]["turns"]] == [True, False]
    assert left.check("turns")["status"] == "inconclusive"
