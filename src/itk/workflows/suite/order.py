"""What the user asked for: which cases, where to, how many at once, and when it is enough."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from itk.casefile.repository import SuiteDefaults
from itk.settings import Settings
from itk.workflows.suite.listing import Candidate
from itk.workflows.suite.select import Selection


@dataclass(frozen=True, slots=True)
class Limits:
    """How many cases at once, how often each, and when it is enough."""

    max_inflight: int = 8
    retries: int = 0
    max_failures: int = 0  # 0: no limit
    fail_on_flaky: bool = False


def limits_of(
    settings: Settings,
    repository: SuiteDefaults,
    retries: int | None,
    max_failures: int | None,
    *,
    fail_on_flaky: bool | None,
) -> Limits:
    """What the options say (`None`: nothing), else the settings, else `itk.yaml`, else the defaults."""
    max_inflight = settings.suite_max_inflight
    if settings.origins.get("ITK_SUITE_MAX_INFLIGHT", "default") == "default" and repository.max_inflight is not None:
        max_inflight = repository.max_inflight
    return Limits(
        max_inflight,
        retries if retries is not None else repository.retries or 0,
        max_failures if max_failures is not None else repository.max_failures or 0,
        fail_on_flaky if fail_on_flaky is not None else bool(repository.fail_on_flaky),
    )


@dataclass(frozen=True, slots=True)
class SuiteOrder:
    """One suite to be run."""

    candidates: tuple[Candidate, ...]
    out: Path
    limits: Limits
    selection: Selection
    name: str = ""
    overwrite: bool = False

    @property
    def sent(self) -> tuple[Candidate, ...]:
        """The cases that are sent: all but those that say `skip`."""
        return tuple(each for each in self.candidates if not each.case.skip)
