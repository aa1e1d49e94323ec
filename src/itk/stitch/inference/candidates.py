"""Who could have called a piece of work at all: the hard constraints, before any likelihood."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence

from itk.stitch.inference.delays import Call
from itk.stitch.inference.problem import Problem
from itk.stitch.inference.work import Signature

CANDIDATES_MAX = 12
ACTIVE_MAX = 64  # of one signature at one moment; the latest to start are kept


def callers(problem: Problem, signature: Signature, children: Sequence[int]) -> dict[int, list[int]]:
    """Possible parents of the open `children` of one signature whose kind of call was learned, by child."""
    found: dict[int, list[int]] = {child: [] for child in children}
    for parent, asynchronous in sorted(problem.parents_of.get(signature, {}).items()):
        call = problem.calls.get((parent, signature))
        if call is None:
            continue
        pairs = _earlier(problem, call, children) if asynchronous else _enclosing(problem, call, children)
        for child, at in pairs:
            if may_call(problem, at, child):
                found[child].append(at)
    return found


def may_call(problem: Problem, parent: int, child: int) -> bool:
    """Not itself, not another run, and within one component not another instance."""
    if parent == child:
        return False
    runs = problem.run[parent], problem.run[child]
    if None not in runs and runs[0] != runs[1]:
        return False
    one, other = problem.works[parent], problem.works[child]
    return one.component != other.component or not (one.instance and other.instance) or one.instance == other.instance


def _enclosing(problem: Problem, call: Call, children: Sequence[int]) -> Iterator[tuple[int, int]]:
    """A caller that waits is active from before the child starts until after it ends, give or take the tolerance."""
    parents = problem.by_signature.get(call.parent, [])
    early, late = (outside + _slack(problem, call) for outside in (call.early_ns, call.late_ns))
    start, end = problem.start, problem.end
    active: list[int] = []
    entered = 0
    for child in children:
        began, done = start[child], end[child]
        while entered < len(parents) and start[parents[entered]] <= began + early:
            active.append(parents[entered])
            entered += 1
        # Children come in order of their start, so what has ended by now encloses none of the rest.
        active = [at for at in active if end[at] >= began - late]
        enclosing = [at for at in active if end[at] >= done - late]
        for at in enclosing[-ACTIVE_MAX:]:
            yield child, at


def _slack(problem: Problem, call: Call) -> int:
    """Two clocks that were corrected may still be a little off."""
    if call.parent.component == call.child.component:
        return 0
    return max(problem.slack.get(component, 0) for component in (call.parent.component, call.child.component))


def _earlier(problem: Problem, call: Call, children: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Across a queue, time says nothing but that the message was sent before it was received."""
    by_run: defaultdict[str | None, list[int]] = defaultdict(list)
    everyone = problem.by_signature.get(call.parent, [])
    for at in everyone:
        by_run[problem.run[at]].append(at)
    for child in children:
        run = problem.run[child]
        among = everyone if run is None else sorted([*by_run[run], *by_run[None]])
        before = bisect_right(among, problem.start[child] + call.early_ns, key=problem.start.__getitem__)
        for at in among[max(0, before - ACTIVE_MAX) : before]:
            yield child, at
