"""Clock offsets between components, from links that are exact: by how much their times have shifted since learning."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from statistics import median

import msgspec

from itk.stitch.inference.delays import Delays
from itk.stitch.inference.work import Work

PAIRS_MIN = 5  # a median of fewer links is as likely chance as clock


class Offset(msgspec.Struct, frozen=True):
    """How far the clock of a component runs ahead, and half the spread of the links that say so."""

    ahead_ns: int
    spread_ns: int


def offsets(works: Sequence[Work], delays: Delays) -> dict[str, Offset]:
    """By component, relative to what `delays` learned. Components without exact links are left out: no correction."""
    usual = {(call.parent, call.child): call.midpoint_ns for call in delays.calls if not call.asynchronous}
    by_id = {work.id: work for work in works}
    shifts: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for child in works:
        parent = by_id.get(child.parent or "")
        midpoint = usual.get((parent.signature, child.signature)) if parent else None
        if parent and midpoint is not None and parent.component != child.component:
            now = (child.start_ns + child.end_ns - parent.start_ns - parent.end_ns) / 2
            shifts[parent.component, child.component].append(now - midpoint)
    told = {pair: Offset(round(median(found)), _spread(found)) for pair, found in shifts.items() if _tells(found)}
    return _settle(told)


def _spread(found: Sequence[float]) -> int:
    middle = median(found)
    return round(median(abs(shift - middle) for shift in found))


def _tells(found: Sequence[float]) -> bool:
    return len(found) >= PAIRS_MIN


def _settle(told: Mapping[tuple[str, str], Offset]) -> dict[str, Offset]:
    """Least squares over the differences that pairs show; the shortest solution, so that nobody is singled out."""
    import numpy as np

    names = sorted({name for pair in told for name in pair})
    if not names:
        return {}
    column = {name: k for k, name in enumerate(names)}
    matrix = np.zeros((len(told), len(names)))
    for row, (caller, called) in enumerate(sorted(told)):
        matrix[row, column[called]] = 1.0
        matrix[row, column[caller]] = -1.0
    shifts = np.array([told[pair].ahead_ns for pair in sorted(told)], dtype=float)
    solved = np.linalg.lstsq(matrix, shifts, rcond=None)[0]
    spread = {name: max(o.spread_ns for pair, o in told.items() if name in pair) for name in names}
    return {name: Offset(round(float(solved[column[name]])), spread[name]) for name in names}
