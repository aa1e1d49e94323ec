"""One case in A and in B: as two runs, as many, or by its rows alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import msgspec

from itk.compare import compare
from itk.compare.listing import listed
from itk.compare.noting import heaviest_first, noted
from itk.compare.regressions import judge, retries_of, status
from itk.compare.rows import compare_rows
from itk.model.regression import CaseCompared, CaseSide, Noted, Weight
from itk.model.rules import Rules
from itk.model.run import RedactedRun
from itk.model.suite import CaseRow
from itk.workflows.compare.found import Found, FoundCase
from itk.workflows.compare.pairing import CasePair
from itk.workflows.compare.places import Places
from itk.workflows.render import read_run

NOTED_MAX = 200  # notes of one case in the report
DIFFERENCES_MAX = 500  # places of one case that differ


def with_notes(case: CaseCompared, found: Iterable[Noted]) -> CaseCompared:
    """The case with its notes, the heaviest first; what is too much is counted by its weight."""
    ordered = heaviest_first(found)
    rest: dict[Weight, int] = dict(Counter(note.weight for note in ordered[NOTED_MAX:]))
    return msgspec.structs.replace(case, noted=tuple(ordered[:NOTED_MAX]), more_noted=rest)


def lone(pair: CasePair, rules: Rules) -> CaseCompared:
    """A case that only one side has."""
    case, gone = pair.a or pair.b, pair.b is None
    assert case is not None
    side = CaseSide(status=case.row.status if case.row is not None else "", runs=len(case.runs))
    note = noted(
        rules, "case_missing" if gone else "case_new", f"only {'A' if gone else 'B'} has this case", fires=True
    )
    name = case.row.name if case.row is not None else ""
    made = CaseCompared(id=case.id, name=name, how="only_a" if gone else "only_b")
    made = msgspec.structs.replace(made, a=side) if gone else msgspec.structs.replace(made, b=side)
    return with_notes(made, [note])


def rows(a: FoundCase, b: FoundCase, rules: Rules) -> CaseCompared:
    """At least one of them has no run any more, or was never sent."""
    found = [] if a.row is None or b.row is None else compare_rows(a.row, b.row, rules, with_runs=False)
    name = next((row.name for row in (b.row, a.row) if row is not None), "")
    made = CaseCompared(id=b.id, name=name, how="rows", a=_of_row(a), b=_of_row(b), limits=(_why_rows(a, b),))
    return with_notes(made, found)


def two_runs(a: FoundCase, b: FoundCase, in_a: Found, in_b: Found, rules: Rules, places: Places) -> CaseCompared:
    """Aligned span by span. `places` learns where the runs took place."""
    before, after = read_run(a.runs[0]), read_run(b.runs[0])
    places.add(before, after)
    comparison = compare(before, after, tolerance=rules.tolerance)
    differences = list(listed(comparison, before, after))
    made = CaseCompared(
        id=b.id,
        name=after.result.case.name,
        how="runs",
        a=_side(before, comparison.a.path, a.runs[0], in_a),
        b=_side(after, comparison.b.path, b.runs[0], in_b),
        counts=comparison.counts,
        aspects=comparison.aspects,
        differences=tuple(differences[:DIFFERENCES_MAX]),
        more_differences=max(0, len(differences) - DIFFERENCES_MAX),
        limits=comparison.limits,
    )
    return with_notes(made, [*_outcome(a.row, b.row, before, after, rules), *judge(before, after, comparison, rules)])


def _outcome(
    a: CaseRow | None, b: CaseRow | None, before: RedactedRun, after: RedactedRun, rules: Rules
) -> Iterable[Noted]:
    """A row knows of earlier tries, and of what its last run cannot say of itself."""
    if a is not None and b is not None:
        return compare_rows(a, b, rules, with_runs=True)
    return status(before.result.status, after.result.status, rules)


def _side(run: RedactedRun, path: str, directory: Path, found: Found) -> CaseSide:
    result = run.result
    return CaseSide(
        status=result.status,
        runs=1,
        run_id=result.run_id,
        directory=directory.relative_to(found.place).as_posix(),
        path=path,
        spans=len(result.trace.spans),
        retries=retries_of(result.trace),
    )


def _of_row(case: FoundCase) -> CaseSide:
    row = case.row
    if row is None:
        return CaseSide(runs=len(case.runs))
    return CaseSide(
        status=row.status,
        runs=len(case.runs),
        path=row.path_signature,
        spans=row.spans,
        retries=row.retries,
        duration_ms=row.duration_ms,
    )


def _why_rows(a: FoundCase, b: FoundCase) -> str:
    without = [name for name, case in (("A", a), ("B", b)) if not case.runs]
    sent = all(case.row is None or case.row.tries for case in (a, b))
    why = "is not there" if sent else "was not sent, or is not there"
    return f"the run of {' and of '.join(without)} {why}: only what the suites' rows say was compared"
