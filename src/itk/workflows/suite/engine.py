"""The suite under way: which case is sent when, what is written at which moment, and when to stop.

One thread a case. Everything else (progress, the rows, `index.json`, the decision to stop) happens in the main
thread, which takes one message after the other.
"""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from threading import Thread, current_thread, main_thread
from types import FrameType

from itk.errors import ItkError, Refused
from itk.model.progress import CaseDone, CaseStarted, Progress, SuiteStopping
from itk.model.suite import CaseRow, RedactedSuite
from itk.ports import Report
from itk.preflight import Outcome
from itk.renderers.suite import render_suite
from itk.renderers.suite.index_json import IndexJson
from itk.workflows.artifacts import write_artifacts
from itk.workflows.suite.attempt import Attempt, lost_credentials
from itk.workflows.suite.board import Board
from itk.workflows.suite.company import Company
from itk.workflows.suite.listing import Candidate
from itk.workflows.suite.order import Limits

_ROOM = "free space, or choose another directory with --out"


@dataclass(frozen=True, slots=True)
class Ended:
    """A case is over. `row` is None where its thread died of a bug outside of the case."""

    case_id: str
    row: CaseRow | None


@dataclass(frozen=True, slots=True)
class Interrupted:
    """Ctrl-C."""


Message = Progress | Ended | Interrupted


@dataclass(slots=True)
class Engine:
    """Sends cases while there are some, at most `max_inflight` at once."""

    board: Board
    company: Company
    out: Path
    limits: Limits
    outcomes: Mapping[str, Outcome]
    new_run_id: Callable[[], str]
    report: Report
    messages: SimpleQueue[Message] = field(default_factory=SimpleQueue)
    waiting: deque[Candidate] = field(default_factory=deque)
    in_flight: dict[str, int] = field(default_factory=dict)  # case id -> when it was sent, Unix ns
    cases: int = 0
    news: bool = True  # since the index was written

    def run(self, candidates: tuple[Candidate, ...]) -> RedactedSuite:
        """Send them all. Raises Refused where nothing can be written: nothing is sent then."""
        self.waiting.extend(each for each in candidates if not each.case.skip)
        self.cases = len(candidates)
        self._write_before_sending()
        self._tell_skipped()
        with _ctrl_c(partial(self.messages.put, Interrupted())):
            self._fill()
            while self.in_flight:
                self._take(self.messages.get())
                while not self.messages.empty():  # of cases that end together, the index is written once
                    self._take(self.messages.get())
                self._fill()
        return self.board.shown(self._now_ns())

    def _tell_skipped(self) -> None:
        rows = self.board.shown(self._now_ns()).result.cases
        for n, row in enumerate((row for row in rows if row.id in self.board.skipped), 1):
            self.report(
                CaseDone(
                    case=row.id,
                    status=row.status,
                    flaky=False,
                    tries=0,
                    took_s=0.0,
                    reasons=row.reasons,
                    done=n,
                    cases=self.cases,
                )
            )

    def _fill(self) -> None:
        """Send as many as may be under way. What is about to be sent is written down first."""
        if not self.news:
            return
        self.news = False
        free = self.limits.max_inflight - len(self.in_flight)
        chosen = [self.waiting.popleft() for _ in range(min(free, len(self.waiting)))]
        now_ns = self._now_ns()
        for candidate in chosen:
            self.board.start(candidate, now_ns)
            self.in_flight[candidate.case.id] = now_ns
        self._write()
        for candidate in chosen:
            self.report(CaseStarted(case=candidate.case.id, run_id=candidate.run_id))
            Thread(target=self._work, args=(candidate,), name=candidate.case.id, daemon=True).start()

    def _work(self, candidate: Candidate) -> None:
        """In the thread of the case."""
        row = None
        try:
            row = Attempt(
                candidate,
                self.outcomes[candidate.case.id],
                self.company,
                self.out,
                self.limits.retries,
                lambda: not self.board.stopped,
                self.new_run_id,
                self.messages.put,
            ).row()
        finally:
            self.messages.put(Ended(candidate.case.id, row))

    def _take(self, message: Message) -> None:
        match message:
            case Ended():
                self._end(message)
            case Interrupted():
                self.board.interrupted = True
                self._stop("interrupted")
                self.company.stop.set()
            case _:
                self.report(message)

    def _end(self, ended: Ended) -> None:
        case_id = ended.case_id
        if ended.row is None:
            raise RuntimeError(f"the thread of case {case_id} died; the traceback above says why")
        self.board.end(ended.row, case_id)
        took_s = (self._now_ns() - self.in_flight.pop(case_id)) / 1e9
        self.news = True
        self._decide(ended.row)
        shown = next(row for row in self.board.shown(self._now_ns()).result.cases if row.id == case_id)
        self.report(
            CaseDone(
                case=case_id,
                status=shown.status,
                flaky=shown.flaky,
                tries=len(shown.tries),
                took_s=took_s,
                reasons=shown.reasons,
                done=self.board.done,
                cases=self.cases,
            )
        )

    def _decide(self, row: CaseRow) -> None:
        """Is it enough?"""
        if why := lost_credentials(row):
            self._stop(f"AWS no longer takes the credentials: {why}")
        elif self.limits.max_failures and self.board.failures >= self.limits.max_failures:
            self._stop(f"--max-failures {self.limits.max_failures} was reached")

    def _stop(self, why: str) -> None:
        if self.board.stopped:
            return
        left = len(self.waiting)
        self.waiting.clear()
        self.board.stop(why)
        self.report(SuiteStopping(why=why, in_flight=len(self.in_flight), left=left))

    def _write_before_sending(self) -> None:
        """Every file of the report, so that no page of an earlier suite stands beside this one."""
        try:
            shown = render_suite(self.board.shown(self._now_ns()), split=self.company.settings.assets == "split")
            write_artifacts(self.out, shown, replace_all=False)
        except ItkError as error:
            raise Refused(f"{error.what}; nothing was sent", where=error.where, fix=_ROOM) from error

    def _write(self) -> None:
        """What is known, cheaply: the pages wait for the end."""
        # A disk that is full now may not be at the end; then the error is told.
        with suppress(ItkError):
            write_artifacts(self.out, IndexJson().render(self.board.shown(self._now_ns())), replace_all=False)

    def _now_ns(self) -> int:
        return self.company.clock.now_ns()


@contextmanager
def _ctrl_c(tell: Callable[[], None]) -> Iterator[None]:
    """The first Ctrl-C is a message like any other; the second leaves at once."""
    if current_thread() is not main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGINT)
    if before is signal.SIG_IGN:  # started in the background: Ctrl-C is meant for others
        yield
        return

    def first(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        tell()

    signal.signal(signal.SIGINT, first)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
