"""`itk compare`: what differs between two runs, two suites, or many runs of a case, and what is a regression."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec

from itk.compare import compare
from itk.errors import UsageError
from itk.model.regression import CaseCompared, ComparisonReport, Given, Verdict, Weight
from itk.model.rules import Rules
from itk.ports import Artifact
from itk.renderers import files
from itk.renderers.comparison import directory_of, render_comparison
from itk.renderers.viewer.comparison import compared
from itk.workflows.artifacts import write_artifacts
from itk.workflows.compare.cases import lone, rows, two_runs
from itk.workflows.compare.found import Found, find
from itk.workflows.compare.many import many_runs
from itk.workflows.compare.pairing import CasePair, check_places, pair
from itk.workflows.compare.places import Places
from itk.workflows.render import read_run

PAGES_MAX = 50  # pages of a comparison: some 300 kB each


def compare_directories(a: Path, b: Path, out: Path, rules: Rules) -> ComparisonReport:
    """Compare what lies in `a` with what lies in `b`, and write the report into `out`.

    Raises UsageError where there is nothing to compare, and where `out` is not empty; then nothing is written.
    """
    _check_out(out)
    before, after = find(a), find(b)
    check_places(before, after)
    report = _compared(a, b, before, after, rules)
    write_artifacts(out, _artifacts(report, before, after))
    return report


def _check_out(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise UsageError("this is a file", where=str(out), fix="give a new directory with --out")
    if out.is_dir() and any(out.iterdir()):
        raise UsageError("this directory is not empty", where=str(out), fix="give a new directory with --out")


def _compared(a: Path, b: Path, before: Found, after: Found, rules: Rules) -> ComparisonReport:
    paired, places = pair(before, after), Places()
    for side, found in enumerate((before, after)):
        if found.suite is not None:
            places.add_suite(side, found.suite)
    cases = [_case(each, before, after, rules, places) for each in paired.pairs]
    counts: Counter[Weight] = Counter()
    for case in cases:
        for weight in ("regression", "warning", "note"):
            counts[weight] += case.count(weight)
    paged = _paged(cases)
    alone = len(cases) == 1
    return ComparisonReport(
        verdict=_verdict(cases),
        a=_given(a, before),
        b=_given(b, after),
        notes=(*places.notes(), *paired.notes),
        rules=rules,
        counts=dict(counts),
        cases=tuple(_with_page(case, alone=alone) if case.id in paged else case for case in cases),
        pages_left_out=sum(map(_differs, cases)) - sum(_differs(case) for case in cases if case.id in paged),
    )


def _case(pair: CasePair, before: Found, after: Found, rules: Rules, places: Places) -> CaseCompared:
    a, b = pair
    if a is None or b is None:
        return lone(pair, rules)
    if not a.runs or not b.runs:
        return rows(a, b, rules)
    if len(a.runs) == len(b.runs) == 1:
        return two_runs(a, b, before, after, rules, places)
    return many_runs(a, b, before, after, rules, places)


def _verdict(cases: list[CaseCompared]) -> Verdict:
    verdicts = {case.verdict for case in cases}
    return "regression" if "regression" in verdicts else "different" if "different" in verdicts else "same"


def _given(given: Path, found: Found) -> Given:
    return Given(given=str(given), what=found.what, kind=found.kind, cases=len(found.cases), runs=found.runs)


def _differs(case: CaseCompared) -> bool:
    return case.how in ("runs", "many") and case.verdict != "same"


def _paged(cases: list[CaseCompared]) -> set[str]:
    """The cases that get a page: a single one in any case, of several those that differ, regressions first."""
    if len(cases) == 1:
        return {case.id for case in cases if case.how in ("runs", "many")}
    heaviest = sorted(filter(_differs, cases), key=lambda case: case.verdict != "regression")
    return {case.id for case in heaviest[:PAGES_MAX]}


def _with_page(case: CaseCompared, *, alone: bool) -> CaseCompared:
    return msgspec.structs.replace(case, page=files.VIEWER if alone else f"{directory_of(case.id)}/{files.VIEWER}")


def _artifacts(report: ComparisonReport, before: Found, after: Found) -> Iterator[Artifact]:
    """The report, then each page: its two runs are read again, so that only two lie in memory at once."""
    yield from render_comparison(report)
    for case in report.cases:
        if case.page and case.a is not None and case.b is not None:
            below = case.page.removesuffix(files.VIEWER)
            a, b = read_run(before.place / case.a.directory), read_run(after.place / case.b.directory)
            for artifact in compared(a, b, compare(a, b, tolerance=report.rules.tolerance)):
                if artifact.path != files.TIMELINE:  # the same data, which the page shows as a timeline as well
                    yield msgspec.structs.replace(artifact, path=below + artifact.path)
