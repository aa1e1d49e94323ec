"""The same trace with X-Ray on, off, sampled, late, searched or denied: only its evidence differs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from itk.sandbox import Sandbox
from tests.e2e.conftest import Bot, Json, Left, deploy_bot

DENIED = [{"service": "xray", "code": "AccessDeniedException", "times": 1_000}]
LATE_S, QUIET_S = 1.5, 4  # X-Ray is asked again after 2 s
MODES: dict[str, dict[str, Any]] = {
    "off": {"mode": "off"},
    "on": {},
    "sampled": {"mode": "sampled", "every_nth": 2, "inherit": False},  # ITK's own header says Sampled=1
    "late": {"delay_s": LATE_S},
    "too late": {"delay_s": 600},
    "searched": {"destination": "cloudwatch_logs"},
    "denied": {},
}
WITH = ("on", "late", "searched")
WITHOUT = ("off", "too late", "denied")  # nothing will come, so the shortest patience must do
CASES = ("answered", "poison")


@dataclass(frozen=True)
class Ran:
    """Of two applications: one answers, the other's messages soon come back, for its handler never takes long."""

    answered: Left
    poison: Left

    def of(self, case: str) -> Left:
        found: Left = getattr(self, case)
        return found


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Ran]]:
    """Both cases under each habit of X-Ray, on one sandbox."""
    work = tmp_path_factory.mktemp("xray")
    with Sandbox.start() as sandbox, ThreadPoolExecutor() as pool:
        bot = deploy_bot(sandbox, work)
        poisoned = deploy_bot(sandbox, work, prefix="poison", agent_name="poison-keeper", visibility_timeout_s=3)
        warm(bot, poisoned)
        found: dict[str, Ran] = {}
        for mode, habit in MODES.items():
            sandbox.xray(**habit)
            sandbox.faults(DENIED if mode == "denied" else [])
            quiet_s = 1 if mode in WITHOUT else QUIET_S
            runs = (
                pool.submit(one.itk, "run", "--case", one.quick(case, quiet_s=quiet_s), out=work / f"{mode} {case}")
                for one, case in ((bot, "example-001"), (poisoned, "example-003-poison"))
            )
            found[mode] = Ran(*(run.result() for run in list(runs)))
        yield found


def warm(*bots: Bot) -> None:
    """Start an environment of each intake: a cold start must not outlast a short visibility timeout."""
    for bot in bots:
        bot.client("lambda").invoke(FunctionName=f"{bot.prefix}-intake", Payload=json.dumps({"Records": []}))


def shape(left: Left) -> Any:
    """The tree without ids and times, siblings in an order of their own."""
    spans = left.spans
    names = {span["span_id"]: span["name"] for span in spans}
    children: dict[str | None, list[Json]] = {}
    for span in spans:
        children.setdefault(span["parent_span_id"], []).append(span)

    def below(span: Json) -> Any:
        join, error = span["join"] or {}, span["error"] or {}
        own = {key: span[key] for key in ("name", "kind", "operation", "status", "attempt")}
        own |= {"component": (span["component"]["type"], span["component"]["name"]), "error": error.get("type")}
        own |= {"join": (join.get("tier"), join.get("rule"))}
        own |= {"links": sorted((link["reason"], names.get(link["span_id"], "")) for link in span["links"])}
        return (repr(own), sorted(below(child) for child in children.get(span["span_id"], ())))

    assert len(names) == len(spans)
    return [below(span) for span in children[None]]


def traced(span: Json) -> bool:
    return any(seen["format"] in ("xray_segment", "otel_span") for seen in span["evidence"])


def invocations(left: Left) -> list[Json]:
    return [span for span in left.spans if span["name"].startswith("invoke ")]


def reading(left: Left) -> Json:
    return next(group for group in left.run["collection"]["groups"] if group["group"] == "xray")


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("mode", MODES)
def test_the_trace_and_the_verdict_are_the_same(ran: dict[str, Ran], mode: str, case: str) -> None:
    off, left = ran["off"].of(case), ran[mode].of(case)

    assert left.code == off.code == (0 if case == "answered" else 1), left.stderr
    assert shape(left) == shape(off)
    assert left.run["status"] == off.run["status"]
    assert [(c["name"], c["status"]) for c in left.run["checks"]] == [
        (c["name"], c["status"]) for c in off.run["checks"]
    ]
    assert left.run["trace"]["missing"] == left.run["trace"]["unplaced"] == []
    assert left.run["unread"] == []


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("mode", WITH)
def test_every_invocation_carries_both_kinds_of_evidence(ran: dict[str, Ran], mode: str, case: str) -> None:
    for span in invocations(ran[mode].of(case)):
        formats = {seen["format"] for seen in span["evidence"]}
        assert formats & {"xray_segment", "otel_span"}, span["name"]
        assert formats & {"lambda_text", "lambda_json"}, span["name"]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("mode", WITHOUT)
def test_without_segments_there_is_no_evidence_of_them(ran: dict[str, Ran], mode: str, case: str) -> None:
    left = ran[mode].of(case)

    assert not any(traced(span) for span in left.spans)
    assert reading(left)["events"] == 0


def test_of_a_sample_some_invocations_are_traced(ran: dict[str, Ran]) -> None:
    seen = [traced(span) for case in CASES for span in invocations(ran["sampled"].of(case))]

    assert True in seen
    assert False in seen


def test_nobody_waits_for_segments_that_do_not_come(ran: dict[str, Ran]) -> None:
    """Complete, and at once: a quiet period after the last line of the logs, as with X-Ray off."""
    for mode in WITHOUT:
        for case in CASES:
            collection = ran[mode].of(case).run["collection"]
            assert collection["complete"], mode
            assert not collection["deadline_reached"], mode


@pytest.mark.parametrize("case", CASES)
def test_being_denied_is_one_calm_line(ran: dict[str, Ran], case: str) -> None:
    left = ran["denied"].of(case)
    report = (left.out / "report.md").read_text(encoding="utf-8")
    lines = [line for line in report.splitlines() if "not allowed" in line]

    assert reading(left)["error"] == ""
    assert len(lines) == 1
    assert lines[0].startswith("| `xray` | 0 |")
    assert "xray:GetTraceSummaries" in lines[0]
    assert left.run["collection"]["complete"]
    assert not any("X-Ray" in reason or "xray" in reason for reason in left.run["reasons"])


def test_transaction_search_is_read_in_its_log_group(ran: dict[str, Ran]) -> None:
    left = ran["searched"].answered

    assert any(group["group"] == "aws/spans" and group["events"] for group in left.run["collection"]["groups"])
    assert any("Transaction Search is on" in note for note in reading(left)["notes"])
