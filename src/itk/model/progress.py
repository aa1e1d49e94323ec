"""What a workflow reports while it works. The console prints it, tests collect it, `--json` writes it."""

from __future__ import annotations

import msgspec

from itk.model.run import CheckVerdict, Finding, Status
from itk.model.suite import CaseStatus


class PreflightDone(msgspec.Struct, frozen=True, kw_only=True, tag="preflight_done"):
    """The whole list, good and bad."""

    findings: tuple[Finding, ...]
    cleared: bool


class Sent(msgspec.Struct, frozen=True, kw_only=True, tag="sent"):
    """The stimulus is out and cannot be taken back."""

    run_id: str
    operation: str
    target: str
    ids: dict[str, str]


class Polled(msgspec.Struct, frozen=True, kw_only=True, tag="polled"):
    """One look at all sources."""

    n: int
    elapsed_s: float
    events: int  # records read so far, of anybody
    own: int  # records of this run so far
    new: int  # of them, new in this look
    missing: tuple[str, ...]
    quiet_s: float | None  # how long nothing new came, once nothing is missing
    throttles: int


class Judged(msgspec.Struct, frozen=True, kw_only=True, tag="judged"):
    """The verdict."""

    status: Status
    checks_passed: int
    checks: int
    reasons: tuple[str, ...]
    judged: tuple[CheckVerdict, ...] = ()  # those that did not simply pass


class Written(msgspec.Struct, frozen=True, kw_only=True, tag="written"):
    """The artifacts are on disk."""

    directory: str
    files: tuple[str, ...]


CaseEvent = PreflightDone | Sent | Polled | Judged | Written


class SuiteStarted(msgspec.Struct, frozen=True, kw_only=True, tag="suite_started"):
    """The cases are chosen and cleared; from now on they are sent."""

    suite_id: str
    cases: int
    max_inflight: int
    directory: str


class CaseStarted(msgspec.Struct, frozen=True, kw_only=True, tag="case_started"):
    """A case of a suite is about to be sent, for the `n`-th time."""

    case: str
    run_id: str
    n: int = 1
    why: str = ""  # of a retry: what became of the try before


class CaseProgress(msgspec.Struct, frozen=True, kw_only=True, tag="case_progress"):
    """What one case of a suite reports."""

    case: str
    event: CaseEvent


class CaseDone(msgspec.Struct, frozen=True, kw_only=True, tag="case_done"):
    """A case of a suite has its verdict."""

    case: str
    status: CaseStatus
    flaky: bool
    tries: int
    took_s: float
    reasons: tuple[str, ...]
    done: int  # cases that have a verdict, this one included
    cases: int


class SuiteStopping(msgspec.Struct, frozen=True, kw_only=True, tag="suite_stopping"):
    """Nothing more is sent; what is under way is still seen through, or written as it is."""

    why: str
    in_flight: int
    left: int  # cases that are not sent any more


class SuiteDone(msgspec.Struct, frozen=True, kw_only=True, tag="suite_done"):
    """All verdicts are in and the report is on disk."""

    counts: dict[CaseStatus, int]
    flaky: int
    took_s: float
    directory: str
    files: tuple[str, ...]
    exit_code: int


Progress = CaseEvent | SuiteStarted | CaseStarted | CaseProgress | CaseDone | SuiteStopping | SuiteDone
