"""The nearest enclosing interval: for calls of which no earlier run taught anything. Never calibrated."""

from __future__ import annotations

from itk.stitch.inference.candidates import may_call
from itk.stitch.inference.problem import Problem
from itk.stitch.inference.work import Guess


def nearest(problem: Problem, child: int) -> Guess:
    """The innermost work of the same run that encloses it in time; nothing where the run is unknown or two overlap."""
    name = problem.works[child].id
    if problem.run[child] is None:
        return _nothing(name, "no earlier run shows a call that fits, and its run is unknown")
    around = [at for at in _run(problem, child) if may_call(problem, at, child) and _encloses(problem, at, child)]
    if not around:
        return _only(problem, child)
    around.sort(key=lambda at: (problem.end[at] - problem.start[at], problem.start[at], problem.works[at].id))
    first = around[0]
    second = around[1] if len(around) > 1 else None
    if not all(_encloses(problem, at, first) for at in around[1:]):
        return _nothing(name, "two callers enclose it, and neither encloses the other", len(around))
    return Guess(
        child=name,
        parent=problem.works[first].id,
        probability=None,
        candidates=len(around),
        why="the nearest enclosing work of its run; no earlier run shows such a call",
        gap_ns=problem.start[child] - problem.start[first],
        runner_up=problem.works[second].id if second is not None else None,
    )


def _only(problem: Problem, child: int) -> Guess:
    """Where times do not fit at all, the run may still have a single caller for such work."""
    callers = problem.parents_of.get(problem.signatures[child], {})
    mine = problem.runs.get(problem.run[child] or "", [])
    among = [at for at in mine if problem.signatures[at] in callers and may_call(problem, at, child)]
    if len(among) != 1:
        return _nothing(problem.works[child].id, "nothing in its run encloses it", len(among))
    return Guess(
        child=problem.works[child].id,
        parent=problem.works[among[0]].id,
        probability=None,
        candidates=1,
        why="the only possible caller in its run, though the times do not fit",
        gap_ns=problem.start[child] - problem.start[among[0]],
        asynchronous=problem.asynchronous(among[0], child),
    )


def _nothing(child: str, why: str, candidates: int = 0) -> Guess:
    return Guess(child=child, parent=None, probability=None, candidates=candidates, why=why)


def _run(problem: Problem, child: int) -> list[int]:
    """Work of the same run; where the call graph knows callers of such work, only those that wait."""
    given = problem.parents_of.get(problem.signatures[child])
    mine = problem.runs.get(problem.run[child] or "", [])
    return [at for at in mine if given is None or given.get(problem.signatures[at]) is False]


def _encloses(problem: Problem, parent: int, child: int) -> bool:
    outer, inner = _extent(problem, parent), _extent(problem, child)
    return outer != inner and outer[0] <= inner[0] and inner[1] <= outer[1]


def _extent(problem: Problem, at: int) -> tuple[int, int]:
    return problem.start[at], problem.end[at]
