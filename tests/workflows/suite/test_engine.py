"""The engine by itself: how many at once, how often each, what is on disk when, and who survives whose crash."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock

import pytest
from msgspec.structs import replace

from itk.errors import ExitCode, ItkError
from itk.model.progress import CaseDone, CaseStarted, Progress, SuiteStopping
from itk.model.run import RunResult, Status
from itk.model.suite import RedactedSuite, SuiteResult
from itk.ports import Report
from itk.preflight import Outcome
from itk.redact import SuiteRedactor, redact
from itk.settings import load_settings
from itk.workflows.clock import SystemClock
from itk.workflows.scene import Finished, Order
from itk.workflows.suite import attempt
from itk.workflows.suite.board import Board
from itk.workflows.suite.company import Company
from itk.workflows.suite.engine import Engine, Interrupted, _ctrl_c
from itk.workflows.suite.order import Limits
from itk.workflows.suite.stop import Stop
from tests.renderers import build
from tests.workflows.suite.build import candidate, suite

SECRET = "AKIAIOSFODNN7EXAMPLE"
Act = Callable[[Order], RunResult]


def ended(order: Order, status: Status = "passed") -> RunResult:
    result = build.happy()
    return replace(
        result, status=status, run_id=order.run_id, case=replace(result.case, id=order.case.id, tags=order.case.tags)
    )


class Sham(Company):
    """Sends nothing: `act` says what becomes of each try."""

    def __init__(self, act: Act) -> None:
        super().__init__(load_settings(cwd=Path("/"), env={"ITK_MODE": "dev-fixtures"}), None, SystemClock(), Stop())
        self.act, self.sent = act, list[str]()
        self.now, self.most, self._lock = 0, 0, Lock()

    def run(self, order: Order, outcome: Outcome, report: Report) -> Finished:
        with self._lock:
            self.sent.append(order.out.as_posix())
            self.now += 1
            self.most = max(self.most, self.now)
        try:
            return Finished(redact(self.act(order), salt=b"0" * 16), ExitCode.PASSED, ())
        finally:
            with self._lock:
                self.now -= 1


class Played:
    """One suite, and what was said and sent meanwhile."""

    def __init__(
        self,
        out: Path,
        act: Act,
        count: int,
        limits: Limits | None = None,
        begin: Sequence[Interrupted] = (),
        stops: list[Stop] | None = None,
    ) -> None:
        candidates = tuple(candidate(f"case-{n}") for n in range(count))
        self.said: list[Progress] = []
        self.company = Sham(act)
        if stops is not None:
            stops.append(self.company.stop)
        board = Board(candidates, suite(), SuiteRedactor(salt=b"0" * 16))
        outcomes = {each.case.id: Outcome(findings=()) for each in candidates}
        self.engine = Engine(
            board, self.company, out, limits or Limits(), outcomes, lambda: "itk-again", self.said.append
        )
        for message in begin:
            self.engine.messages.put(message)
        self.suite: RedactedSuite = self.engine.run(candidates)

    @property
    def result(self) -> SuiteResult:
        return self.suite.result

    @property
    def statuses(self) -> list[str]:
        return [row.status for row in self.result.cases]


@pytest.fixture(autouse=True)
def unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """A retry reads the case again; these have no file."""
    monkeypatch.setattr(attempt, "load", lambda file, settings, run_id: candidate(Path(file).stem).case)


@pytest.mark.parametrize(("count", "at_once"), [(1, 8), (7, 3), (20, 4), (5, 1)])
def test_every_case_is_sent_once_and_never_more_than_allowed_at_once(count: int, at_once: int, tmp_path: Path) -> None:
    played = Played(tmp_path, ended, count, Limits(max_inflight=at_once))

    assert sorted(played.company.sent) == sorted(f"{tmp_path}/case-{n}" for n in range(count))
    assert played.company.most <= at_once
    assert played.statuses == ["passed"] * count
    assert [row.id for row in played.result.cases] == [f"case-{n}" for n in range(count)], "in the order of selection"
    done = [event for event in played.said if isinstance(event, CaseDone)]
    assert [event.done for event in done] == list(range(1, count + 1))


def test_the_index_on_disk_names_what_is_about_to_be_sent(tmp_path: Path) -> None:
    def act(order: Order) -> RunResult:
        index = json.loads((tmp_path / "index.json").read_text(encoding="utf-8"))
        row = next(row for row in index["cases"] if row["id"] == order.case.id)
        assert row["status"] == "inconclusive"
        assert row["tries"][0]["run_id"] == order.run_id
        return ended(order)

    assert Played(tmp_path, act, 5, Limits(max_inflight=2)).statuses == ["passed"] * 5


def test_a_bug_in_one_case_is_its_error_and_nobody_elses(tmp_path: Path) -> None:
    def act(order: Order) -> RunResult:
        if order.case.id == "case-1":
            raise ValueError(f"no such thing as {SECRET}")
        return ended(order)

    played = Played(tmp_path, act, 3, Limits(retries=2))
    broken = played.result.cases[1]

    assert played.statuses == ["passed", "error", "passed"]
    assert "Traceback" in broken.reasons[0]
    assert "ValueError: no such thing as" in broken.reasons[0]
    assert SECRET not in str(played.result)
    assert SECRET not in str(played.said)
    assert len(broken.tries) == 1, "a bug is not sent again"


def test_an_error_that_the_user_can_mend_keeps_its_words(tmp_path: Path) -> None:
    def act(order: Order) -> RunResult:
        raise ItkError("another run is writing here", where="out/a")

    assert Played(tmp_path, act, 1).result.cases[0].reasons == ("another run is writing here (out/a)",)


@pytest.mark.parametrize(
    ("statuses", "retries", "status", "flaky", "tries"),
    [
        (["passed"], 3, "passed", False, 1),
        (["failed", "passed"], 3, "passed", True, 2),
        (["inconclusive", "error", "warning"], 2, "warning", True, 3),
        (["failed", "failed", "failed"], 2, "failed", False, 3),
        (["failed"], 0, "failed", False, 1),
    ],
)
def test_a_case_is_sent_again_until_it_passes(
    statuses: list[Status], retries: int, status: str, flaky: bool, tries: int, tmp_path: Path
) -> None:
    left = list(statuses)
    played = Played(tmp_path, lambda order: ended(order, left.pop(0)), 1, Limits(retries=retries))
    row = played.result.cases[0]

    assert (row.status, row.flaky, len(row.tries)) == (status, flaky, tries)
    assert [each.directory for each in row.tries] == ["case-0", "case-0/retry-1", "case-0/retry-2"][:tries]
    again = [event for event in played.said if isinstance(event, CaseStarted) and event.n > 1]
    assert [event.n for event in again] == list(range(2, tries + 1))


def test_enough_failures_end_the_sending_and_the_retries(tmp_path: Path) -> None:
    limits = Limits(max_inflight=1, max_failures=2)
    played = Played(tmp_path, lambda order: ended(order, "failed"), 5, limits)

    assert played.statuses == ["failed", "failed", "skipped", "skipped", "skipped"]
    assert played.result.stopped == "--max-failures 2 was reached"
    (stopping,) = [event for event in played.said if isinstance(event, SuiteStopping)]
    assert stopping.left == 3


def test_an_interruption_sends_no_more_and_sees_what_is_under_way(tmp_path: Path) -> None:
    def act(order: Order) -> RunResult:
        stops[0].sleep(30)
        raise AssertionError("nobody told it")

    stops: list[Stop] = []
    played = Played(tmp_path, act, 3, Limits(max_inflight=2), [Interrupted()], stops)

    assert played.statuses == ["inconclusive", "inconclusive", "skipped"]
    assert played.result.interrupted
    assert played.result.cases[0].reasons == ("interrupted",)
    assert played.result.cases[2].reasons == ("not sent: interrupted",)


@pytest.mark.skipif(signal.getsignal(signal.SIGINT) is signal.SIG_IGN, reason="Ctrl-C is not for this process")
def test_the_first_ctrl_c_is_a_message_and_the_second_leaves_at_once() -> None:
    told: list[str] = []

    def pressed_twice() -> None:
        with _ctrl_c(lambda: told.append("interrupted")):
            os.kill(os.getpid(), signal.SIGINT)
            assert told == ["interrupted"]
            os.kill(os.getpid(), signal.SIGINT)
            pytest.fail("the second one was not noticed")

    with pytest.raises(KeyboardInterrupt):
        pressed_twice()
    assert told == ["interrupted"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
