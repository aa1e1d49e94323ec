"""Clock offsets between components: by how much their times have shifted since learning.

They are told by links that are certain without time: exact ones, and those of work whose run has only one possible
caller.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import NamedTuple

import msgspec

from itk.stitch.inference.delays import Call, Delays
from itk.stitch.inference.work import Signature, Work

LINKS_MIN = 3  # a median of fewer links is as likely one slow call as a clock
CERTAIN = 5.0  # a shift counts where it is so many times larger than chance would make it
SCATTER = 5.0  # links of one static shift scatter as they used to, and at most so many times as much
HARDLY = 1e-6  # where no link tells, two clocks still go together as they did

Callers = Mapping[Signature, Mapping[Signature, bool]]


class Offset(msgspec.Struct, frozen=True):
    """How far the clock of a component runs ahead, and how uncertain that is."""

    ahead_ns: int
    slack_ns: int


def offsets(works: Sequence[Work], possible: Callers, delays: Delays) -> dict[str, Offset]:
    """By component, relative to what `delays` learned. Components whose clocks did not shift are left out."""
    usual = {(call.parent, call.child): call for call in delays.calls if not call.asynchronous}
    shifts: defaultdict[tuple[str, str], list[tuple[float, Call]]] = defaultdict(list)
    for parent, child in certain_links(works, possible):
        call = usual.get((parent.signature, child.signature))
        if call and parent.component != child.component:
            now = (child.start_ns + child.end_ns - parent.start_ns - parent.end_ns) / 2
            shifts[parent.component, child.component].append((now - call.midpoint_ns, call))
    told = {pair: shift for pair, found in shifts.items() if (shift := _shift(found, delays.resolution_ns))}
    if not any(shift.ahead_ns for shift in told.values()):
        return {}
    apart = {(call.parent.component, call.child.component) for call in usual.values()}
    return _settle({pair: _Shift(0.0, 0.0, HARDLY) for pair in apart if pair[0] != pair[1]} | told)


def certain_links(works: Sequence[Work], possible: Callers) -> Iterator[tuple[Work, Work]]:
    """Parent and child, where that needs no look at the time."""
    by_id = {work.id: work for work in works}
    in_run: defaultdict[tuple[str, Signature], list[Work]] = defaultdict(list)
    for work in works:
        if work.run is not None:
            in_run[work.run, work.signature].append(work)
    for child in works:
        if child.parent is not None:
            parent = by_id.get(child.parent)
            if parent is not None:
                yield parent, child
        elif child.run is not None and not child.root:
            callers = possible.get(child.signature, {})
            among = [work for name in callers for work in in_run.get((child.run, name), ()) if work.id != child.id]
            if len(among) == 1:
                yield among[0], child


class _Shift(NamedTuple):
    ahead_ns: float
    slack_ns: float
    links: float


def _shift(found: Sequence[tuple[float, Call]], resolution_ns: int) -> _Shift | None:
    """The shift between two clocks; zero where chance or the ticks of a clock explain it, None where nobody can say.

    A clock that is off moves all links alike. Links that scatter much more than they used to are something else.
    """
    if len(found) < LINKS_MIN:
        return None
    ahead = median(shift for shift, _ in found)
    usual = median(call.midpoint_spread_ns for _, call in found) + resolution_ns
    if median(abs(shift - ahead) for shift, _ in found) > SCATTER * usual:
        return None
    slack = CERTAIN * usual / math.sqrt(len(found)) + resolution_ns
    return _Shift(ahead if abs(ahead) > slack else 0.0, slack, len(found))


def _settle(told: Mapping[tuple[str, str], _Shift]) -> dict[str, Offset]:
    """Least squares over the differences that pairs show; the shortest solution, so that nobody is singled out."""
    import numpy as np

    names = sorted({name for pair in told for name in pair})
    column = {name: k for k, name in enumerate(names)}
    matrix = np.zeros((len(told), len(names)))
    shifts = np.zeros(len(told))
    for row, (caller, called) in enumerate(sorted(told)):
        weight = math.sqrt(told[caller, called].links)
        matrix[row, column[called]] = weight
        matrix[row, column[caller]] = -weight
        shifts[row] = weight * told[caller, called].ahead_ns
    solved = np.linalg.lstsq(matrix, shifts, rcond=None)[0]
    slack = {name: max(shift.slack_ns for pair, shift in told.items() if name in pair) for name in names}
    return {name: Offset(round(float(solved[column[name]])), round(slack[name])) for name in names}
