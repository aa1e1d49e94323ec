"""Two runs of one case: aligned span by span, and what differs but for what differs always.

Pure. It takes `RedactedRun`s alone, so that no value of a payload gets into a comparison that must not be written.
"""

from __future__ import annotations

from collections import Counter

from itk.compare.again import Again
from itk.compare.align import Alignment, align
from itk.compare.contents import Contents
from itk.compare.diagram import Place, places
from itk.compare.differences import Differ, Difference
from itk.compare.path import Path, path_of
from itk.compare.payloads import CUT_SLACK
from itk.compare.sides import Sides, alone
from itk.compare.signature import Signed, sign
from itk.compare.volatile import TEXT_IDS_MAX
from itk.model.comparison import Aspect, Comparison, Pair, PairKind, Side, Tolerance
from itk.model.run import RedactedRun
from itk.model.wording import counted
from itk.reading.jsontext import DEPTH_MAX

__all__ = ["Tolerance", "compare", "path_signature"]


def compare(a: RedactedRun, b: RedactedRun, *, tolerance: Tolerance | None = None) -> Comparison:
    """What run B has that A has not, the other way round, and what changed in what both have."""
    tolerance = tolerance or Tolerance()
    before, after = a.result.trace, b.result.trace
    sides = Sides(before, after)
    left, right = sign(before, sides.a), sign(after, sides.b)
    alignment = align(left, right, (Contents(left, sides.a), Contents(right, sides.b)))
    differ = Differ(left, right, alignment, sides, tolerance)
    found = {b: differ.of(a, b) for a, b in alignment.order}
    again = Again(left, right, alignment)
    pairs = tuple(
        _pair(place, parent, None if place.a is None or place.b is None else found[place.b], again)
        for place, parent in places(left, right, alignment)
    )
    return Comparison(
        a=_side(left, path_of(left)),
        b=_side(right, path_of(right)),
        pairs=pairs,
        counts=dict(sorted(Counter(pair.kind for pair in pairs).items())),
        aspects=_aspects(pairs),
        tolerance=tolerance,
        limits=tuple(_limits(alignment, differ, sides, list(found.values()))),
    )


def path_signature(run: RedactedRun) -> str:
    """The digest of the way that a run took: equal for runs of any day that did the same in the same order."""
    trace = run.result.trace
    return path_of(sign(trace, alone(trace))).digest


def _pair(place: Place, parent: int | None, found: Difference | None, again: Again) -> Pair:
    if found is None:
        kind: PairKind = "removed" if place.b is None else "inserted"
        return Pair(a=place.a, b=place.b, parent=parent, kind=kind, again=again.is_of(place))
    return Pair(
        a=place.a,
        b=place.b,
        parent=parent,
        kind="changed" if found.changes else "same",
        changes=found.changes,
        more=found.more,
        latency=found.latency,
        wait=found.wait,
    )


def _side(signed: Signed, path: Path) -> Side:
    trace = signed.trace
    return Side(
        run_id=trace.run_id, trace_id=trace.trace_id, spans=len(trace.spans), path=path.digest, folded=path.folded
    )


def _aspects(pairs: tuple[Pair, ...]) -> dict[Aspect, int]:
    counts = Counter(what for pair in pairs for what in {change.what for change in pair.changes})
    return dict(sorted(counts.items()))


def _limits(alignment: Alignment, differ: Differ, sides: Sides, found: list[Difference]) -> list[str]:
    said = []
    if alignment.hit or differ.hit:
        said.append(
            "the runs differ so much that not every way to align them was tried: pairs may be missed, and what"
            " changed places may only have run in parallel"
        )
    if cut := sum(difference.cut for difference in found):
        said.append(
            f"payloads of {counted(cut, 'pair')} were cut when recorded; they are compared as far as both go,"
            f" but for the last {CUT_SLACK} characters"
        )
    if deep := sum(difference.too_deep for difference in found):
        said.append(f"payloads of {counted(deep, 'pair')} were compared to a depth of {DEPTH_MAX} keys")
    for name, volatile in (("A", sides.a), ("B", sides.b)):
        if volatile.not_in_texts:
            said.append(
                f"{counted(volatile.not_in_texts, 'id')} of run {name} without a shape of their own were looked for as"
                f" whole values, not within texts (the longest {TEXT_IDS_MAX} were)"
            )
    return said
