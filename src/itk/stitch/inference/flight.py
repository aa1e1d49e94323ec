"""How many runs were in flight, as far as the work itself tells."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from itk.stitch.inference.delays import Delays
from itk.stitch.inference.problem import Problem


class Flight:
    """Runs by their extent: known runs, and each piece of work of an unknown run that usually begins one."""

    def __init__(self, problem: Problem, delays: Delays) -> None:
        begins = {signature for signature, _ in delays.roots}
        extents: dict[object, tuple[int, int]] = {}
        for at, run in enumerate(problem.run):
            if run is None and problem.signatures[at] not in begins:
                continue
            key = at if run is None else run
            start, end = extents.get(key, (problem.start[at], problem.end[at]))
            extents[key] = min(start, problem.start[at]), max(end, problem.end[at])
        self._starts = sorted(start for start, _ in extents.values())
        self._ends = sorted(end for _, end in extents.values())

    def between(self, start_ns: int, end_ns: int) -> int:
        """Runs of which some part lies between the two moments."""
        return bisect_right(self._starts, end_ns) - bisect_left(self._ends, start_ns)

    def usual(self) -> int:
        """In flight when a run begins, itself included: 95 % of the runs see no more."""
        seen = sorted(self.between(start, start) for start in self._starts)
        return seen[_ninety_fifth(seen)] if seen else 1


def _ninety_fifth(seen: Sequence[int]) -> int:
    return min(len(seen) - 1, len(seen) * 95 // 100)
