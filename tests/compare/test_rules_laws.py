"""What holds of the notes of any two runs, and gate two for all that a comparison writes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from itk.compare import compare
from itk.compare.listing import listed
from itk.compare.many import compare_many
from itk.compare.regressions import judge
from itk.compare.samples import sample
from itk.model.regression import WEIGHTS, CaseCompared, CaseSide, ComparisonReport, Given
from itk.model.rules import Rules
from itk.model.run import RedactedRun
from itk.model.trace import Trace
from itk.redact import redact
from itk.renderers.comparison import render_comparison
from itk.renderers.viewer.comparison import compared as page
from tests.compare.recorded import run
from tests.compare.strategies import PAIRS, traces
from tests.redact.strategies import Planted, examples, leaks, planted_runs
from tests.renderers import build

Two = tuple[Trace, Trace]
SIDE = Given(given="a", what="one run", kind="run", cases=1, runs=1)


@given(PAIRS)
def test_whatever_differs_is_noted_and_nothing_else_is(two: Two) -> None:
    a, b = run(two[0]), run(two[1])
    comparison = compare(a, b)
    notes = judge(a, b, comparison, Rules())
    named = {span for note in notes for span in (note.a, note.b) if span}
    places = list(listed(comparison, a, b))

    # An attempt more is noted as a whole; so is what hangs below a span that only one run has.
    assert bool(places) == bool(notes)
    for each in places:
        if each.kind == "changed":
            assert each.b in named, each
    assert [WEIGHTS.index(note.weight) for note in notes] == sorted(WEIGHTS.index(note.weight) for note in notes)


@given(traces())
def test_a_run_beside_itself_is_noted_for_nothing(trace: Trace) -> None:
    one = run(trace)
    assert judge(one, one, compare(one, one), Rules()) == []


@settings(max_examples=40)
@given(PAIRS)
def test_many_runs_of_any_shape_are_compared(two: Two) -> None:
    a, b = [two[0]] * 5, [two[1], two[0], two[1]]
    left, right = [sample(run(each)) for each in a], [sample(run(each)) for each in b]
    many, _ = compare_many(left, right, Rules())

    assert sum(path.rate.a for path in many.paths) == len(a)
    assert sum(path.rate.b for path in many.paths) == len(b)
    assert all(position.n_a <= len(a) and position.n_b <= len(b) for position in many.positions)


@pytest.mark.slow
@examples
@given(planted=planted_runs())
def test_no_comparison_shows_a_secret(planted: Planted) -> None:
    a, b = redact(planted.result, salt=b"one"), redact(build.happy(), salt=b"two")
    for before, after in ((a, b), (b, a)):
        for content in _written(before, after):
            assert leaks(content, planted.canaries) == []


def _written(before: RedactedRun, after: RedactedRun) -> list[bytes]:
    rules = Rules()
    comparison = compare(before, after)
    many, more = compare_many([sample(before)] * 8, [sample(after)] * 8, rules)
    case = CaseCompared(
        id=after.result.case.id,
        name=after.result.case.name,
        how="runs",
        a=CaseSide(status=before.result.status, runs=1, run_id=before.result.run_id),
        b=CaseSide(status=after.result.status, runs=1, run_id=after.result.run_id),
        noted=(*judge(before, after, comparison, rules), *more),
        differences=tuple(listed(comparison, before, after)),
        many=many,
    )
    report = ComparisonReport(verdict="different", a=SIDE, b=SIDE, rules=rules, cases=(case, case))
    return [artifact.content for artifact in (*render_comparison(report), *page(before, after, comparison))]
