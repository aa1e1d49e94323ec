"""Every figure of a suite, worked out from its rows: counts, times, clusters of failures, groups.

All files of a suite's report take their numbers from these functions, so no two of them can disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

import msgspec

from itk.model.suite import CaseRow, CaseStatus, JudgedCheck, SuiteResult
from itk.model.wording import counted

# In the order in which a reader counts them.
STATUSES: tuple[CaseStatus, ...] = ("passed", "warning", "failed", "error", "inconclusive", "skipped")
# What needs a reader's eye first stands first.
WORST_FIRST: tuple[CaseStatus, ...] = ("failed", "error", "inconclusive", "warning", "skipped", "passed")
_CHECKS_WORST_FIRST = ("failed", "error", "inconclusive", "warning", "skipped", "xfailed", "passed")
_WRONG: dict[CaseStatus, str] = {
    "failed": "failed",
    "error": "ended in an error",
    "inconclusive": "could not be judged",
}
_MS = 1_000_000

Key = TypeVar("Key")


class Times(msgspec.Struct, frozen=True):
    """How long a suite took, and how long its cases would have taken one after the other."""

    total_ms: float  # from its start to its end
    summed_ms: float  # all sendings of all cases together

    @property
    def ratio(self) -> float | None:
        """How much of the time there was work at once: 4.0 is four cases at a time. None: it took no time."""
        return self.summed_ms / self.total_ms if self.total_ms > 0 else None


class Cluster(msgspec.Struct, frozen=True):
    """Cases in which the same thing went wrong."""

    signature: str
    status: CaseStatus  # the worst of its cases
    cases: tuple[CaseRow, ...]  # in the order of the suite


class Group(msgspec.Struct, frozen=True):
    """The cases of one directory; the name is empty for those that lie in none."""

    name: str
    cases: tuple[CaseRow, ...]


class Verdict(msgspec.Struct, frozen=True):
    """What a suite comes to, as a status and a sentence."""

    status: CaseStatus  # `skipped`: nothing was judged
    sentence: str


def by_status(cases: Iterable[CaseRow]) -> dict[CaseStatus, int]:
    """How many cases ended how; every status is there, zeros too."""
    found: dict[CaseStatus, int] = dict.fromkeys(STATUSES, 0)
    for case in cases:
        found[case.status] += 1
    return found


def flaky(cases: Iterable[CaseRow]) -> tuple[CaseRow, ...]:
    """Cases that passed only when they were sent again."""
    return tuple(case for case in cases if case.flaky)


def judged(cases: Iterable[CaseRow]) -> tuple[CaseRow, ...]:
    """Cases that were sent, or read from a recording, and judged."""
    return tuple(case for case in cases if case.status != "skipped")


def sent_again(cases: Iterable[CaseRow]) -> int:
    """How many sendings came after a first one, of all cases together."""
    return sum(max(len(case.tries) - 1, 0) for case in cases)


def times(suite: SuiteResult) -> Times:
    """The time of the suite, and that of all its sendings together."""
    summed = sum(each.ended_ns - each.started_ns for case in suite.cases for each in case.tries)
    return Times((suite.ended_ns - suite.started_ns) / _MS, summed / _MS)


def clusters(cases: Iterable[CaseRow]) -> tuple[Cluster, ...]:
    """Cases that did not pass, by what went wrong: the largest cluster first, of equal ones the worst."""
    wrong = (case for case in cases if case.signature and case.status not in ("passed", "skipped"))
    found = (
        Cluster(signature, worst(case.status for case in members), tuple(members))
        for signature, members in _apart(wrong, lambda case: case.signature).items()
    )
    return tuple(sorted(found, key=lambda cluster: (-len(cluster.cases), WORST_FIRST.index(cluster.status))))


def groups(cases: Iterable[CaseRow]) -> tuple[Group, ...]:
    """The cases by directory, in the order in which the directories first appear."""
    return tuple(Group(name, tuple(members)) for name, members in _apart(cases, lambda case: case.group).items())


def slowest(cases: Iterable[CaseRow], *, most: int = 5) -> tuple[CaseRow, ...]:
    """The cases that took longest, as far as anybody knows how long."""
    known = ((case.duration_ms, case) for case in cases if case.duration_ms is not None)
    return tuple(case for _, case in sorted(known, key=lambda pair: -pair[0])[:most])


def worst(statuses: Iterable[CaseStatus]) -> CaseStatus:
    """The status that most needs a reader's eye; `passed` of none."""
    return min(statuses, key=WORST_FIRST.index, default="passed")


def deciding(case: CaseRow) -> JudgedCheck | None:
    """The check that decided against a case: the worst, and of those the first."""
    return min(case.judged, key=lambda check: _CHECKS_WORST_FIRST.index(check.status), default=None)


def why(case: CaseRow) -> str:
    """One sentence on a case that did not simply pass: what its deciding check says, where a check decided."""
    check = deciding(case)
    if check is not None and case.status in ("failed", "warning"):
        return f"{check.title or check.name}: {check.message}" if check.message else check.title or check.name
    return case.reasons[0] if case.reasons else ""


def is_whole(suite: SuiteResult) -> bool:
    """Whether everything was sent that was asked for, and no part of a merged report is absent."""
    return not (suite.stopped or suite.interrupted or suite.absent)


def verdict(suite: SuiteResult) -> Verdict:
    """What the suite comes to. A suite that judged nothing is not green, nor is one that was cut short."""
    counts = by_status(suite.cases)
    n = len(judged(suite.cases))
    if not n:
        return Verdict("skipped", _nothing(suite))
    whole = worst(case.status for case in suite.cases if case.status != "skipped")
    if whole in ("passed", "warning") and not is_whole(suite):
        return Verdict(
            "inconclusive", f"{_all(n)} that {'was' if n == 1 else 'were'} judged passed, but not all was judged"
        )
    return Verdict(whole, _sentence(suite, counts, n))


def _sentence(suite: SuiteResult, counts: Mapping[CaseStatus, int], n: int) -> str:
    """`2 of 14 cases failed, 1 ended in an error; 1 passed only when sent again`."""
    wrong = [f"{counts[status]:,} {words}" for status, words in _WRONG.items() if counts[status]]
    parts = [wrong[0].replace(" ", f" of {counted(n, 'case')} ", 1), *wrong[1:]] if wrong else [f"{_all(n)} passed"]
    if counts["warning"]:
        parts.append(f"{counts['warning']:,} with a warning")
    again = len(flaky(suite.cases))
    return ", ".join(parts) + (f"; {again:,} passed only when sent again" if again else "")


def _nothing(suite: SuiteResult) -> str:
    skipped = len(suite.cases)
    return (
        f"Nothing was judged: {counted(skipped, 'case')} skipped"
        if skipped
        else "Nothing was judged: no case was found"
    )


def _all(n: int) -> str:
    return "The only case" if n == 1 else f"All {counted(n, 'case')}"


def _apart(cases: Iterable[CaseRow], key: Callable[[CaseRow], Key]) -> dict[Key, list[CaseRow]]:
    found: dict[Key, list[CaseRow]] = {}
    for case in cases:
        found.setdefault(key(case), []).append(case)
    return found
