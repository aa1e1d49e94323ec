"""Many runs on a side: what is more than chance is shown with its n, and what is not is not claimed."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import msgspec
import pytest

from itk.model.evidence import ErrorFact
from itk.model.run import RunResult
from itk.model.trace import Attempt, Link
from itk.statistics import hodges_lehmann, mann_whitney, newcombe
from tests.compare.conftest import Compare
from tests.compare.directories import save
from tests.renderers import build
from tests.renderers.build import Tape
from tests.renderers.compared import later


def run(
    seed: int, *, slower: float = 0.0, status: str = "passed", audit: bool = False, retried: bool = False
) -> RunResult:
    """An order: a queue, a function, a table; its times differ from run to run."""
    chance = random.Random(seed)
    t = Tape()
    sent = t.add(None, build.ORDERS, "SendMessage", 0, 20 + chance.uniform(0, 9), kind="PRODUCER")
    start = 100 + chance.uniform(0, 50)
    took = 300 + chance.uniform(0, 80) + slower
    first = None
    if retried:
        failed = ErrorFact(type="ThrottlingException", message="Rate exceeded")
        first = t.add(sent, build.INTAKE, "process intake", 40, 60, kind="CONSUMER", status="error", error=failed,
                      attempt=Attempt(n=1, of=3, kind="sqs_receive"))  # fmt: skip
    again: dict[str, Any] = {} if first is None else {
        "attempt": Attempt(n=2, of=3, kind="sqs_receive"),
        "links": (Link(span_id=first, reason="retry_of", tier="exact", rule="message_id"),),
    }  # fmt: skip
    intake = t.add(sent, build.INTAKE, "process intake", start, start + took, kind="CONSUMER", **again)
    t.add(intake, build.TABLE, "PutItem", start + 20, start + 30 + chance.uniform(0, 5))
    if audit:
        t.add(intake, build.NOTIFY_Q, "SendMessage", start + 40, start + 52, kind="PRODUCER")
    return later(build.result(t.trace(), status=status), f"run-{seed}")


def soak(directory: Path, runs: list[RunResult], case: str = "refund") -> Path:
    """As `itk soak` keeps its iterations."""
    for n, made in enumerate(runs):
        save(directory / "iterations" / f"{n:04}" / case, made, case=case)
    return directory


def many(said: Any) -> dict[str, Any]:
    found: dict[str, Any] = said.report["cases"][0]["many"]
    return found


def test_alike_soaks_show_nothing(tmp_path: Path, compare_dirs: Compare) -> None:
    a = soak(tmp_path / "a", [run(n) for n in range(15)])
    b = soak(tmp_path / "b", [run(n, retried=n == 107) for n in range(100, 114)])
    said = compare_dirs(a, b)

    assert said.code == 0
    assert said.report["a"]["what"] == "15 runs of 1 case"
    assert said.noted("regression") == said.noted("warning") == []
    assert len(many(said)["paths"]) == 1  # the run that needed two tries took the same way
    assert "15/15 100.0%" in said.markdown
    assert "not shown" in said.markdown


def test_each_figure_is_that_of_its_published_formula(tmp_path: Path, compare_dirs: Compare) -> None:
    left, right = [run(n) for n in range(12)], [run(n, slower=60) for n in range(50, 60)]
    said = compare_dirs(soak(tmp_path / "a", left), soak(tmp_path / "b", right))
    found = next(each for each in many(said)["positions"] if each["where"] == "lambda:intake process intake")
    lengths = [[round((each.trace.spans[1].duration_ms or 0) * 1e6) for each in side] for side in (left, right)]
    tested, shift = mann_whitney(*lengths), hodges_lehmann(*lengths)

    assert (found["n_a"], found["n_b"], found["exact"]) == (12, 10, True)
    assert found["p"] == tested.p
    assert found["shift_ns"] == shift.estimate
    assert found["p_holm"] >= found["p"]
    passed = many(said)["passed"]
    wanted = newcombe(10, 10, 12, 12)
    assert (passed["difference"]["low"], passed["difference"]["high"]) == (wanted.low, wanted.high)


def test_a_slower_place_is_named_with_its_evidence(tmp_path: Path, compare_dirs: Compare) -> None:
    a = soak(tmp_path / "a", [run(n) for n in range(12)])
    b = soak(tmp_path / "b", [run(n, slower=120) for n in range(50, 62)])
    said = compare_dirs(a, b)

    assert said.code == 1
    assert set(said.noted("regression")) == {
        ("regression", "latency_shift", ""),
        ("regression", "latency_shift", "lambda:intake process intake"),
    }
    assert "n 12 and 12" in said.err
    unmoved = next(each for each in many(said)["positions"] if each["where"] == "table:orders PutItem")
    assert not unmoved["shown"]
    assert unmoved["detectable_ns"] > 0


def test_a_lower_pass_rate_is_shown_only_by_enough_runs(tmp_path: Path, compare_dirs: Compare) -> None:
    def side(n: int, failed: int, seed: int) -> list[RunResult]:
        return [run(seed + at, status="failed" if at < failed else "passed") for at in range(n)]

    few = compare_dirs(soak(tmp_path / "a", side(4, 0, 0)), soak(tmp_path / "b", side(4, 2, 20)))
    enough = compare_dirs(soak(tmp_path / "c", side(20, 0, 0)), soak(tmp_path / "d", side(20, 7, 40)))

    assert few.code == 0
    assert ("note", "pass_rate", "") in few.noted()
    assert not many(few)["passed"]["shown"]
    assert enough.code == 1
    assert enough.noted("regression") == [("regression", "pass_rate", "")]
    assert "would show in four of five such comparisons" in few.markdown
    assert "20/20 -> 13/20" in enough.err
    assert 0 < many(enough)["passed"]["detectable"] < 0.5


def test_runs_that_could_not_be_judged_are_counted_beside(tmp_path: Path, compare_dirs: Compare) -> None:
    a = soak(tmp_path / "a", [run(n) for n in range(6)])
    b = soak(tmp_path / "b", [run(n, status="inconclusive" if n < 33 else "passed") for n in range(30, 36)])
    said = compare_dirs(a, b)

    assert many(said)["inconclusive"] == [0, 3]
    assert (many(said)["passed"]["b"], many(said)["passed"]["n_b"]) == (3, 3)


def test_a_new_path_is_shown_by_its_share_and_the_page_shows_one_run_of_it(
    tmp_path: Path, compare_dirs: Compare
) -> None:
    a = soak(tmp_path / "a", [run(n) for n in range(14)])
    b = soak(tmp_path / "b", [run(n, audit=n % 3 != 0) for n in range(30, 44)])
    said = compare_dirs(a, b)

    assert said.code == 1
    assert ("regression", "path_new", "") in said.noted()
    assert [(p["rate"]["a"], p["rate"]["b"]) for p in many(said)["paths"]] == [(14, 5), (0, 9)]
    shown = said.report["cases"][0]["b"]["run_id"]
    assert shown == "run-31"
    assert shown in (tmp_path / "out-1" / "trace-viewer.html").read_text(encoding="utf-8")


def test_more_errors_and_retries_are_shown(tmp_path: Path, compare_dirs: Compare) -> None:
    a = soak(tmp_path / "a", [run(n) for n in range(10)])
    b = soak(tmp_path / "b", [run(n, retried=True) for n in range(30, 40)])
    said = compare_dirs(a, b)

    assert ("regression", "retries", "") in said.noted()
    assert ("regression", "new_error", "lambda:intake process intake") in said.noted()
    assert "ThrottlingException: 0/10 -> 10/10" in said.err


@pytest.mark.parametrize("sizes", [(1, 5), (2, 2), (3, 3)])
def test_too_few_runs_claim_nothing(sizes: tuple[int, int], tmp_path: Path, compare_dirs: Compare) -> None:
    a = soak(tmp_path / "a", [run(n) for n in range(sizes[0])])
    b = soak(tmp_path / "b", [run(n, slower=5_000) for n in range(20, 20 + sizes[1])])
    said = compare_dirs(a, b)

    assert said.code == 0
    assert "too few: not shown" in said.markdown
    assert all(each.get("p") is None for each in many(said)["positions"])


def test_masked_values_make_no_path(tmp_path: Path, compare_dirs: Compare) -> None:
    """A component that is named after a customer is masked with another salt in each run."""

    def named(made: RunResult) -> RunResult:
        spans = tuple(
            msgspec.structs.replace(span, operation=f"{span.operation} ann@example.org") for span in made.trace.spans
        )
        return msgspec.structs.replace(made, trace=msgspec.structs.replace(made.trace, spans=spans))

    a = soak(tmp_path / "a", [named(run(n)) for n in range(3)])
    b = soak(tmp_path / "b", [named(run(n)) for n in range(10, 13)])

    assert len(many(compare_dirs(a, b))["paths"]) == 1
