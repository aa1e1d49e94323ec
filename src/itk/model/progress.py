"""What a workflow reports while it works. The console prints it, tests collect it, `--json` writes it."""

from __future__ import annotations

import msgspec

from itk.model.run import CheckVerdict, Finding, Status


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


Progress = PreflightDone | Sent | Polled | Judged | Written
