"""Clock offsets between components, from links that are exact: by how much their times have shifted since learning."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from statistics import median

import msgspec

from itk.stitch.inference.delays import Call, Delays
from itk.stitch.inference.work import Work

LINKS_MIN = 3  # a median of fewer links is as likely one slow call as a clock
CERTAIN = 5.0  # a shift counts where it is so many times larger than chance would make it


class Offset(msgspec.Struct, frozen=True):
    """How far the clock of a component runs ahead, and how uncertain that is."""

    ahead_ns: int
    slack_ns: int


def offsets(works: Sequence[Work], delays: Delays) -> dict[str, Offset]:
    """By component, relative to what `delays` learned. Components whose clocks did not shift are left out."""
    usual = {(call.parent, call.child): call for call in delays.calls if not call.asynchronous}
    by_id = {work.id: work for work in works}
    shifts: defaultdict[tuple[str, str], list[tuple[float, Call]]] = defaultdict(list)
    for child in works:
        parent = by_id.get(child.parent) if child.parent is not None else None
        call = usual.get((parent.signature, child.signature)) if parent else None
        if parent and call and parent.component != child.component:
            now = (child.start_ns + child.end_ns - parent.start_ns - parent.end_ns) / 2
            shifts[parent.component, child.component].append((now - call.midpoint_ns, call))
    told = {pair: _shift(found, delays) for pair, found in shifts.items() if len(found) >= LINKS_MIN}
    return _settle(told) if any(offset.ahead_ns for offset in told.values()) else {}


def _shift(found: Sequence[tuple[float, Call]], delays: Delays) -> Offset:
    """The shift between two clocks, or none where chance or the ticks of the clock explain it."""
    ahead = median(shift for shift, _ in found)
    chance = max(call.midpoint_spread_ns for _, call in found) / math.sqrt(len(found))
    slack = CERTAIN * chance + delays.resolution_ns
    return Offset(round(ahead) if abs(ahead) > slack else 0, round(slack))


def _settle(told: Mapping[tuple[str, str], Offset]) -> dict[str, Offset]:
    """Least squares over the differences that pairs show; the shortest solution, so that nobody is singled out."""
    import numpy as np

    names = sorted({name for pair in told for name in pair})
    column = {name: k for k, name in enumerate(names)}
    matrix = np.zeros((len(told), len(names)))
    for row, (caller, called) in enumerate(sorted(told)):
        matrix[row, column[called]] = 1.0
        matrix[row, column[caller]] = -1.0
    shifts = np.array([told[pair].ahead_ns for pair in sorted(told)], dtype=float)
    solved = np.linalg.lstsq(matrix, shifts, rcond=None)[0]
    slack = {name: max(offset.slack_ns for pair, offset in told.items() if name in pair) for name in names}
    return {name: Offset(round(float(solved[column[name]])), slack[name]) for name in names}
