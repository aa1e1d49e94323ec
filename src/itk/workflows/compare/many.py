"""Several runs of one case on a side: read one by one, kept as samples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from itk.compare.many import compare_many
from itk.compare.samples import Sample, sample
from itk.model.regression import CaseCompared, CaseSide
from itk.model.rules import Rules
from itk.workflows.compare.cases import with_notes
from itk.workflows.compare.found import Found, FoundCase
from itk.workflows.compare.places import Places
from itk.workflows.render import read_run


class _Read(NamedTuple):
    samples: list[Sample]
    name: str


def many_runs(a: FoundCase, b: FoundCase, in_a: Found, in_b: Found, rules: Rules, places: Places) -> CaseCompared:
    """Rates and latencies. The two runs that stand for the sides are those which the page shows."""
    left, right = _read(a, places, side=0), _read(b, places, side=1)
    many, found = compare_many(left.samples, right.samples, rules)
    at_a, at_b = representative(left.samples, right.samples)
    made = CaseCompared(
        id=b.id,
        name=right.name,
        how="many",
        a=_stands_for(left.samples, at_a, a, in_a),
        b=_stands_for(right.samples, at_b, b, in_b),
        many=many,
        limits=(f"the page shows one run of each side: {left.samples[at_a].run_id} and {right.samples[at_b].run_id}",),
    )
    return with_notes(made, found)


def representative(a: Sequence[Sample], b: Sequence[Sample]) -> tuple[int, int]:
    """Of A the first run on its usual path; of B one on the most frequent path that A never took, if there is any."""
    paths_a, paths_b = Counter(each.path for each in a), Counter(each.path for each in b)
    new = [path for path, _ in paths_b.most_common() if path not in paths_a]
    return _first(a, paths_a.most_common(1)[0][0]), _first(b, new[0] if new else paths_b.most_common(1)[0][0])


def _first(samples: Sequence[Sample], path: str) -> int:
    return next(at for at, each in enumerate(samples) if each.path == path)


def _read(case: FoundCase, places: Places, *, side: int) -> _Read:
    """Reduced one by one, so that no two runs lie in memory at once."""
    found, name = [], ""
    for directory in case.runs:
        run = read_run(directory)
        places.add_to(side, run)
        name = run.result.case.name
        found.append(sample(run))
    return _Read(found, name)


def _stands_for(samples: Sequence[Sample], at: int, case: FoundCase, found: Found) -> CaseSide:
    statuses = Counter(each.status for each in samples)
    chosen = samples[at]
    return CaseSide(
        status=", ".join(f"{n:,} {status}" for status, n in sorted(statuses.items())),
        runs=len(samples),
        run_id=chosen.run_id,
        directory=case.runs[at].relative_to(found.place).as_posix(),
        path=chosen.path,
        spans=chosen.spans,
        retries=chosen.retries,
    )
