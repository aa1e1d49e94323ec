"""What is known of a suite at any moment: a row a case, from the first send to the last verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from msgspec.structs import replace

from itk.model.suite import CaseRow, CaseStatus, RedactedSuite, SuiteResult, Try
from itk.redact import SuiteRedactor
from itk.workflows.suite.listing import Candidate

UNSENT = "ITK stopped before this case was sent"


class Board:
    """The rows. Those of cases that are not over say what is true if nobody ever writes again."""

    def __init__(self, candidates: Sequence[Candidate], suite: SuiteResult, redactor: SuiteRedactor) -> None:
        self._suite, self._redactor = suite, redactor
        self._rows = {each.case.id: _blank(each, "skipped", each.case.skip or UNSENT) for each in candidates}
        self.skipped = frozenset(each.case.id for each in candidates if each.case.skip)
        self._done = set(self.skipped)
        self.stopped = ""
        self.interrupted = False

    def start(self, candidate: Candidate, now_ns: int) -> None:
        """The case is about to be sent."""
        case = candidate.case
        why = f"ITK stopped while this case was under way; {case.id}/run.json says how far it had come"
        sent = Try(
            run_id=candidate.run_id,
            directory=case.id,
            status="inconclusive",
            reasons=(why,),
            started_ns=now_ns,
            ended_ns=now_ns,
        )
        self._rows[case.id] = replace(_blank(candidate, "inconclusive", why), tries=(sent,))

    def end(self, row: CaseRow, case_id: str) -> None:
        self._rows[case_id] = row
        self._done.add(case_id)

    def stop(self, why: str) -> None:
        """Nothing more is sent. The first reason stands."""
        self.stopped = self.stopped or why
        for case_id, row in self._rows.items():
            if row.status == "skipped" and case_id not in self._done:
                self._rows[case_id] = replace(row, reasons=(f"not sent: {self.stopped}",))

    @property
    def done(self) -> int:
        return len(self._done)

    @property
    def failures(self) -> int:
        return sum(self._rows[case_id].status in ("failed", "error") for case_id in self._done)

    def shown(self, now_ns: int) -> RedactedSuite:
        """The suite as it may be written now."""
        suite = replace(
            self._suite,
            ended_ns=now_ns,
            stopped=self.stopped,
            interrupted=self.interrupted,
            cases=tuple(self._rows.values()),
        )
        return self._redactor.redact(suite)


def counts(suite: SuiteResult) -> dict[CaseStatus, int]:
    return dict(Counter(row.status for row in suite.cases))


def _blank(candidate: Candidate, status: CaseStatus, why: str) -> CaseRow:
    case = candidate.case
    return CaseRow(
        id=case.id,
        name=case.name,
        path=case.path,
        group=candidate.group,
        tags=case.tags,
        status=status,
        reasons=(why,),
    )
