"""Words that the report and the page of a comparison share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from itk.model.comparison import Pair
from itk.model.regression import CaseCompared, CaseSide, ComparisonReport, Differing, Noted, Verdict, Weight
from itk.model.wording import counted
from itk.renderers import differences

VERDICTS: Final[dict[Verdict, str]] = {
    "same": "no difference",
    "different": "no regression",
    "regression": "regression",
}
HEADINGS: Final[dict[Weight, str]] = {
    "regression": "Regressions",
    "warning": "Warnings",
    "note": "Other differences",
}
MEANINGS: Final[dict[Weight, str]] = {
    "regression": "A rule of level `fail` is against these.",
    "warning": "A rule of level `warn` is against these; they decide nothing.",
    "note": "No rule is against these: better than in A, below a threshold, not shown, or switched off.",
}
_ID = re.compile(r"[0-9a-f]{8,64}")


def headline(report: ComparisonReport) -> str:
    """`2 regressions, 1 warning and 3 other differences in 1 of 4 cases`."""
    if report.verdict == "same":
        return "Nothing differs but what differs always: ids, times, durations within the tolerance."
    counts = report.counts
    said = [
        counted(counts.get("regression", 0), "regression"),
        counted(counts.get("warning", 0), "warning"),
        counted(counts.get("note", 0), "other difference"),
    ]
    differing = sum(case.verdict != "same" for case in report.cases)
    return f"{said[0]}, {said[1]} and {said[2]} in {differing:,} of {counted(len(report.cases), 'case')}."


def of_weight(report: ComparisonReport, weight: Weight) -> Iterator[tuple[CaseCompared, Noted]]:
    for case in report.cases:
        for note in case.noted:
            if note.weight == weight:
                yield case, note


def not_listed(report: ComparisonReport, weight: Weight) -> int:
    """Notes that not even the data lists."""
    return sum(case.more_noted.get(weight, 0) for case in report.cases)


def side(side: CaseSide | None) -> str:
    """`failed`, `47 passed, 3 failed`; what there is not is said."""
    return "not there" if side is None else side.status or "not sent"


def difference(each: Differing) -> str:
    """What changed in a span, on one line."""
    pair = Pair(a=0, b=0, parent=None, kind=each.kind, changes=each.changes, more=each.more,
                latency=each.latency, wait=each.wait)  # fmt: skip
    again = "of an attempt more or less" if each.again else ""
    return "; ".join(part for part in (again, differences.sentence(pair)) if part)


def link(case: CaseCompared, note: Noted) -> str:
    """The page, opened at the span that the note is about; empty where there is none."""
    span = note.b or note.a
    return f"{case.page}#span={span}" if case.page and _ID.fullmatch(span) else ""


def percent(share: float | None) -> str:
    return "" if share is None else f"{share:.1%}"
