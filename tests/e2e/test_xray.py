"""The same trace with X-Ray on, off, sampled, late, searched or denied: only its evidence differs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from itk.sandbox import Sandbox
from tests.e2e.conftest import Bot, Json, Left, deploy_bot

pytestmark = pytest.mark.timeout(300)  # ten runs for one fixture
Ran = dict[tuple[str, str], Left]

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
EXAMPLES = {"answered": "example-001", "poison": "example-003-poison"}
# A message that is given up takes its three receives: where the trace has most to tell, X-Ray has most to disturb.
RUNS = [(mode, "answered") for mode in MODES] + [(mode, "poison") for mode in ("off", "on", "searched")]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    """The cases under each habit of X-Ray, on one sandbox.

    Of its two applications one answers; the other's messages soon come back, for its handler never takes long.
    """
    work = tmp_path_factory.mktemp("xray")
    with Sandbox.start() as sandbox, ThreadPoolExecutor() as pool:
        bots = {
            "answered": deploy_bot(sandbox, work),
            "poison": deploy_bot(sandbox, work, prefix="poison", agent_name="poison-keeper", visibility_timeout_s=2),
        }
        warm(*bots.values())
        found: Ran = {}
        for mode, habit in MODES.items():
            sandbox.xray(**habit)
            sandbox.faults(DENIED if mode == "denied" else [])
            quiet_s = 1 if mode in WITHOUT else QUIET_S
            started = {
                case: pool.submit(
                    bot.itk, "run", "--case", bot.quick(EXAMPLES[case], quiet_s=quiet_s), out=work / mode / case
                )
                for case, bot in bots.items()
                if (mode, case) in RUNS
            }
            found |= {(mode, case): run.result() for case, run in started.items()}
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


@pytest.mark.parametrize(("mode", "case"), RUNS)
def test_the_trace_and_the_verdict_are_the_same(ran: Ran, mode: str, case: str) -> None:
    off, left = ran["off", case], ran[mode, case]

    assert left.code == off.code == (0 if case == "answered" else 1), left.stderr
    assert shape(left) == shape(off)
    assert left.run["status"] == off.run["status"]
    assert [(c["name"], c["status"]) for c in left.run["checks"]] == [
        (c["name"], c["status"]) for c in off.run["checks"]
    ]
    assert left.run["trace"]["missing"] == left.run["trace"]["unplaced"] == []
    assert left.run["unread"] == []


@pytest.mark.parametrize(("mode", "case"), [run for run in RUNS if run[0] in WITH])
def test_every_invocation_carries_both_kinds_of_evidence(ran: Ran, mode: str, case: str) -> None:
    for span in invocations(ran[mode, case]):
        formats = {seen["format"] for seen in span["evidence"]}
        assert formats & {"xray_segment", "otel_span"}, span["name"]
        assert formats & {"lambda_text", "lambda_json"}, span["name"]


@pytest.mark.parametrize(("mode", "case"), [run for run in RUNS if run[0] in WITHOUT])
def test_without_segments_there_is_no_evidence_of_them(ran: Ran, mode: str, case: str) -> None:
    left = ran[mode, case]

    assert not any(traced(span) for span in left.spans)
    assert reading(left)["events"] == 0


def test_of_a_sample_some_invocations_are_traced(ran: Ran) -> None:
    seen = [traced(span) for span in invocations(ran["sampled", "answered"])]

    assert True in seen
    assert False in seen


def test_nobody_waits_for_xray(ran: Ran) -> None:
    """Every run is complete a quiet period after its logs were, however late X-Ray is."""
    for run in RUNS:
        collection = ran[run].run["collection"]
        assert collection["complete"], run
        assert not collection["deadline_reached"], run


def test_being_denied_is_one_calm_line(ran: Ran) -> None:
    left = ran["denied", "answered"]
    report = (left.out / "report.md").read_text(encoding="utf-8")
    lines = [line for line in report.splitlines() if "not allowed" in line]

    assert reading(left)["error"] == ""
    assert len(lines) == 1
    assert lines[0].startswith("| `xray` | 0 |")
    assert "xray:GetTraceSummaries" in lines[0]
    assert left.run["collection"]["complete"]
    assert not any("X-Ray" in reason or "xray" in reason for reason in left.run["reasons"])


def test_transaction_search_is_read_in_its_log_group(ran: Ran) -> None:
    left = ran["searched", "answered"]

    assert any(group["group"] == "aws/spans" and group["events"] for group in left.run["collection"]["groups"])
    assert any("Transaction Search is on" in note for note in reading(left)["notes"])
