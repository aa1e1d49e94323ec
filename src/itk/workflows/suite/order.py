"""What the user asked for: which cases, where to, how many at once, and when it is enough."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from itk.workflows.suite.listing import Candidate
from itk.workflows.suite.select import Selection


@dataclass(frozen=True, slots=True)
class Limits:
    """How many cases at once, how often each, and when it is enough."""

    max_inflight: int = 8
    retries: int = 0
    max_failures: int = 0  # 0: no limit
    fail_on_flaky: bool = False


@dataclass(frozen=True, slots=True)
class SuiteOrder:
    """One suite to be run."""

    candidates: tuple[Candidate, ...]
    out: Path
    limits: Limits
    selection: Selection
    name: str = ""
    overwrite: bool = False
