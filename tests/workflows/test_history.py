"""What earlier runs may teach: each run once, of the same place, and never this one."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from itk.model.run import CaseSummary, Collection, Environment, RunResult
from itk.model.trace import Trace
from itk.stitch.inference import Delays
from itk.workflows import history
from itk.workflows.history import Neighbours, likely
from tests.stitch.test_likely import UNKNOWN, run, tiers

HERE = Environment(account="111122223333", region="eu-west-1")
EARLIER = RunResult(
    run_id="",
    mode="live",
    status="passed",
    case=CaseSummary(id="x", name="x", path="x.yaml"),
    environment=HERE,
    collection=Collection(complete=True),
    trace=run(0),
    started_ns=0,
    ended_ns=0,
)


def write(place: Path, trace: Trace, result: RunResult = EARLIER) -> None:
    place.mkdir(parents=True)
    result = replace(result, trace=trace, run_id=trace.run_id)
    (place / "run.json").write_bytes(msgspec.json.encode(result))


def taught(out: Path, monkeypatch: pytest.MonkeyPatch, trace: Trace, suite: Path | None = None) -> list[str]:
    """The traces that `trace` was compared with."""
    found: list[str] = []

    def seen(traces: list[Trace]) -> Delays:
        found.extend(each.trace_id for each in traces)
        return Delays()

    monkeypatch.setattr(history, "delays_of_runs", seen)
    likely(trace, (), Neighbours(out, suite), "live", HERE)
    return found


def test_each_earlier_run_of_the_same_place_teaches_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("scipy", reason="guesses need the extra `inference`")
    mine = run(1, UNKNOWN)
    write(tmp_path / "other", run(2))
    write(tmp_path / "rendered-again", run(2))
    write(tmp_path / "myself", run(1))
    write(tmp_path / "elsewhere", run(3), replace(EARLIER, environment=replace(HERE, region="us-east-1")))
    write(tmp_path / "emulated", run(4), replace(EARLIER, environment=replace(HERE, emulated_endpoint="http://x:1")))
    write(tmp_path / "recorded", run(5), replace(EARLIER, mode="dev-fixtures"))
    write(tmp_path / "unfinished", run(6), replace(EARLIER, collection=Collection()))
    (tmp_path / "damaged").mkdir()
    (tmp_path / "damaged" / "run.json").write_bytes(b"{")
    assert taught(tmp_path / "out", monkeypatch, mine) == [run(2).trace_id]


def test_nothing_is_read_where_every_parent_is_proven(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "other", run(2))
    assert taught(tmp_path / "out", monkeypatch, run(1)) == []
    assert likely(run(1), (), Neighbours(tmp_path / "out"), "live", HERE) == run(1)


def test_earlier_runs_teach_this_one(tmp_path: Path) -> None:
    pytest.importorskip("scipy", reason="guesses need the extra `inference`")
    for n in range(2, 40):
        write(tmp_path / f"run-{n}", run(n))
    found = likely(run(1, UNKNOWN), (), Neighbours(tmp_path / "out"), "live", HERE)
    assert {tiers(found)["c1"], tiers(found)["c2"]} == {"inferred"}


def test_a_case_of_a_suite_learns_from_earlier_suites_and_not_from_the_cases_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those are under way: which of them are over already is chance."""
    pytest.importorskip("scipy", reason="guesses need the extra `inference`")
    now = tmp_path / "suite-2"
    write(now / "beside", run(2))
    write(tmp_path / "suite-1" / "case", run(3))
    write(tmp_path / "alone", run(4))
    assert taught(now / "case", monkeypatch, run(1, UNKNOWN), suite=now) == [run(3).trace_id]
