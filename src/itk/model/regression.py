"""`itk compare`: what it found in each case, and what that means by the rules."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from itk.model.comparison import Aspect, Change, Delta, PairKind
from itk.model.rules import RuleName, Rules

COMPARISON_SCHEMA_VERSION = 1

# `regression`: a rule of level `fail` fired; `warning`: one of level `warn`; `note`: no rule is against it.
Weight = Literal["regression", "warning", "note"]
WEIGHTS: tuple[Weight, ...] = ("regression", "warning", "note")
Verdict = Literal["same", "different", "regression"]
How = Literal["runs", "many", "rows", "only_a", "only_b"]


class Noted(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a rule is about, with its evidence."""

    rule: RuleName
    weight: Weight
    where: str = ""  # `table:orders PutItem`; empty: the case as a whole
    says: str  # a sentence with the figures
    a: str = ""  # the span's id in run A, where there is one
    b: str = ""
    figures: dict[str, Any] = {}  # the numbers of the sentence


class Differing(msgspec.Struct, frozen=True, kw_only=True):
    """One place of two runs that is not the same in both."""

    kind: PairKind
    again: bool = False  # there, or not there, because of an attempt more or less
    component: str  # as in B; of what only A has, as in A
    operation: str
    under: str = ""  # component and operation of the caller
    a: str = ""
    b: str = ""
    changes: tuple[Change, ...] = ()
    more: int = 0  # differences of payloads that are not listed
    latency: Delta | None = None
    wait: Delta | None = None


class Range(msgspec.Struct, frozen=True):
    """An interval, both ends included."""

    low: float
    high: float


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """How many runs of each side did something, and how sure the difference is."""

    a: int
    n_a: int
    b: int
    n_b: int
    difference: Range | None = None  # of the shares, B minus A (Newcombe); None: a side has no runs
    confidence: float = 0.0  # of the interval: higher where several questions are asked at once
    shown: bool = False  # the interval lies on one side of 0
    detectable: float | None = None  # the drop that four of five comparisons of these sizes would show

    @property
    def share_a(self) -> float | None:
        return self.a / self.n_a if self.n_a else None

    @property
    def share_b(self) -> float | None:
        return self.b / self.n_b if self.n_b else None


class PathShare(msgspec.Struct, frozen=True, kw_only=True):
    """One path signature, and which share of each side's runs took it."""

    path: str
    spans: int
    example: str  # a run that took it
    rate: Rate


class ErrorShare(msgspec.Struct, frozen=True, kw_only=True):
    """An error at a place of the path, and in which share of the runs it was seen."""

    where: str
    error: str
    rate: Rate


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """The latency of one place of the path over many runs."""

    where: str  # empty: the run as a whole
    n_a: int
    n_b: int
    median_a_ns: int
    median_b_ns: int
    shift_ns: float | None = None  # Hodges and Lehmann's: how much longer B takes
    interval_ns: Range | None = None
    p: float | None = None  # Mann and Whitney's, two-sided; None: too few to show anything
    p_holm: float | None = None  # as it counts beside the other positions
    exact: bool = False
    shown: bool = False
    detectable_ns: float | None = None  # the shift that four of five comparisons of these sizes would show


class ManyRuns(msgspec.Struct, frozen=True, kw_only=True):
    """Several runs of one case on a side."""

    passed: Rate  # of the runs that were judged: inconclusive and erroneous ones are counted beside
    inconclusive: tuple[int, int] = (0, 0)
    errors: tuple[int, int] = (0, 0)
    retried: Rate
    paths: tuple[PathShare, ...] = ()
    more_paths: int = 0
    failing: tuple[ErrorShare, ...] = ()
    more_failing: int = 0
    positions: tuple[Position, ...] = ()
    more_positions: int = 0


class CaseSide(msgspec.Struct, frozen=True, kw_only=True):
    """A case on one side: one run, several, or only its row of a suite."""

    status: str = ""  # of several runs: how many of each
    runs: int = 0
    run_id: str = ""  # of a single run; of several the one that stands for them on the page
    directory: str = ""  # below what was given
    path: str = ""  # the path signature of `run_id`
    spans: int = 0
    retries: int = 0
    duration_ms: float | None = None


class CaseCompared(msgspec.Struct, frozen=True, kw_only=True):
    """One case, in A and in B."""

    id: str
    name: str = ""
    how: How
    a: CaseSide | None = None
    b: CaseSide | None = None
    noted: tuple[Noted, ...] = ()  # the heaviest first
    more_noted: dict[Weight, int] = {}  # not listed, for there are too many
    counts: dict[PairKind, int] = {}  # of two runs: how many places are the same, changed, ...
    aspects: dict[Aspect, int] = {}
    differences: tuple[Differing, ...] = ()
    more_differences: int = 0
    many: ManyRuns | None = None
    limits: tuple[str, ...] = ()
    page: str = ""  # the aligned runs, below the report's directory

    def count(self, weight: Weight) -> int:
        """How many of that weight, listed or not."""
        return sum(noted.weight == weight for noted in self.noted) + self.more_noted.get(weight, 0)

    @property
    def verdict(self) -> Verdict:
        if self.count("regression"):
            return "regression"
        return "different" if self.noted or self.differences or self.how.startswith("only") else "same"


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """One of the two things that were compared."""

    given: str  # as it was written on the command line
    what: str  # what it turned out to be, in words
    kind: Literal["run", "suite", "runs"]
    cases: int
    runs: int


class ComparisonReport(msgspec.Struct, frozen=True, kw_only=True):
    """`comparison.json`. Made of redacted runs and suites alone."""

    schema_version: int = COMPARISON_SCHEMA_VERSION
    verdict: Verdict
    a: Given
    b: Given
    notes: tuple[str, ...] = ()  # what a reader must know first: other modes, accounts, regions, selections
    rules: Rules = Rules()
    counts: dict[Weight, int] = {}
    cases: tuple[CaseCompared, ...] = ()
    pages_left_out: int = 0  # cases that differ and have no page, for there are too many
