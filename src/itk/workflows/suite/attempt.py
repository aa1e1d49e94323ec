"""One case of a suite, in its own thread: sent, seen through, and sent again where the user allows that."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from itk.aws.errors import LOST_CREDENTIALS
from itk.errors import ItkError
from itk.model.progress import CaseEvent, CaseProgress, CaseStarted, Progress
from itk.model.run import Status
from itk.model.suite import CaseRow, Try
from itk.preflight import Outcome, again
from itk.workflows.cases import load
from itk.workflows.preflight import rules_of
from itk.workflows.scene import Order
from itk.workflows.suite.company import Company
from itk.workflows.suite.listing import Candidate
from itk.workflows.suite.rows import row_of, try_of

INTERRUPTED = "interrupted"
_WELL = ("passed", "warning")


@dataclass(slots=True)
class Attempt:
    """All tries of one case."""

    candidate: Candidate
    outcome: Outcome
    company: Company
    out: Path  # of the suite
    retries: int
    may_send: Callable[[], bool]  # whether the suite still sends
    new_run_id: Callable[[], str]
    tell: Callable[[Progress], None]
    status: str = ""  # of the try before

    def row(self) -> CaseRow:
        """Send until it passes or no retry is left. Never raises what one case alone is to blame for."""
        tries: tuple[Try, ...] = ()
        while True:
            row = self._try(tries)
            if isinstance(row, str):
                return self._without_run(row, tries)
            if not self._goes_again(row):
                return row
            tries, self.status = row.tries, row.status

    def _try(self, before: tuple[Try, ...]) -> CaseRow | str:
        """What became of one try, or why nothing did."""
        n = len(before)
        try:
            if n:
                self._read_again(n)
            order = Order(self.candidate.case, self.candidate.run_id, self.out / self._directory(n), suite=self.out)
            run = self.company.run(order, self.outcome, self._report).run
            return row_of(run, group=self.candidate.group, tries=(*before, try_of(run, self._directory(n))))
        except ItkError as error:
            return " ".join(filter(None, (error.what, f"({error.where})" if error.where else "")))
        except KeyboardInterrupt:
            return INTERRUPTED
        except Exception:  # noqa: BLE001 - a bug of ITK in one case must not take the others with it
            return f"ITK failed, which is a bug of ITK:\n{traceback.format_exc()}"

    def _read_again(self, n: int) -> None:
        """The case under a new run id. Raises UsageError where the file changed meanwhile, and for the worse."""
        run_id = self.new_run_id()
        case = load(self.candidate.file, self.company.settings, run_id)
        self.candidate = msgspec.structs.replace(self.candidate, case=case, run_id=run_id)
        if self.outcome.cleared is not None:
            self.outcome = again(self.outcome, case, rules_of(self.company.settings))
        self.tell(CaseStarted(case=case.id, run_id=run_id, n=n + 1, why=self.status))

    def _goes_again(self, row: CaseRow) -> bool:
        last = row.tries[-1]
        wanted = last.status not in _WELL and len(row.tries) <= self.retries
        return wanted and self.may_send() and not lost_credentials(row)

    def _without_run(self, why: str, tries: tuple[Try, ...]) -> CaseRow:
        now_ns = self.company.clock.now_ns()
        status: Status = "inconclusive" if why == INTERRUPTED else "error"
        directory = self._directory(len(tries))
        last = Try(
            run_id=self.candidate.run_id,
            directory=directory if (self.out / directory / "run.json").is_file() else "",
            status=status,
            reasons=(why,),
            started_ns=now_ns,
            ended_ns=now_ns,
        )
        case = self.candidate.case
        return CaseRow(
            id=case.id,
            name=case.name,
            path=case.path,
            group=self.candidate.group,
            tags=case.tags,
            status=status,
            reasons=(why,),
            tries=(*tries, last),
            signature=why.strip().rsplit("\n", 1)[-1][:160],
        )

    def _directory(self, n: int) -> str:
        return self.candidate.case.id if n == 0 else f"{self.candidate.case.id}/retry-{n}"

    def _report(self, event: Progress) -> None:
        if isinstance(event, CaseEvent):
            self.tell(CaseProgress(case=self.candidate.case.id, event=event))


def lost_credentials(row: CaseRow) -> str:
    """The sentence that says that AWS no longer takes the credentials; empty where it does."""
    said = (reason for sent in row.tries for reason in sent.reasons)
    return next((reason for reason in said if any(words in reason for words in LOST_CREDENTIALS)), "")
