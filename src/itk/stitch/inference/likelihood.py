"""How well a set of children explains the times of one parent, and one link alone."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

from itk.stitch.inference.delays import Call, Delays, Step
from itk.stitch.inference.gaps import Density, fit
from itk.stitch.inference.problem import Problem
from itk.stitch.inference.work import Signature

BEGIN = 0
END = -1
SEEN_ENOUGH = 6  # gaps of one step; fewer are pooled with the other steps to the same act
PRIOR = 1.0  # steps that were never seen count as if they had been seen so often in all
IMPOSSIBLE = -1e6


class Likelihood:
    """Log-likelihoods under the learned delays. Each event of a parent that it decides on itself counts once."""

    def __init__(self, problem: Problem, delays: Delays) -> None:
        self._start, self._end, self._run = problem.start, problem.end, problem.run
        self._code = _codes(problem.by_signature)
        self._of = [self._code[signature] for signature in problem.signatures]
        self._steps = _compile(delays, self._code)
        seen = dict(delays.parents)
        self._links = {
            (self._code[call.parent], self._code[call.child]): _link_density(call, seen, delays.resolution_ns)
            for call in delays.calls
            if call.parent in self._code and call.child in self._code
        }
        self._known: dict[tuple[int, tuple[int, ...]], float] = {}

    def link(self, parent: int, child: int) -> float:
        """One call by itself: its delay from the start of the parent and, where the parent waits, to its end."""
        bonus, start, end = self._links[self._of[parent], self._of[child]]
        value = bonus + start(self._start[child] - self._start[parent])
        return value + end(self._end[parent] - self._end[child]) if end else value

    def parent(self, parent: int, children: tuple[int, ...]) -> float:
        """All that a parent waits for: each start after the latest event before it, and the end after the last."""
        key = (parent, children)
        value = self._known.get(key)
        if value is None:
            value = self._known[key] = self._walk(parent, children)
        return value

    def _walk(self, parent: int, children: Sequence[int]) -> float:
        table = self._steps.get(self._of[parent])
        if table is None:
            return 0.0
        start, end, of = self._start, self._end, self._of
        at, after = start[parent], BEGIN
        ended: list[tuple[int, int]] = []
        value = 0.0
        run = self._run[parent]
        for child in children:
            began, code = start[child], of[child]
            since, last = at, after
            for done, what in ended:
                if since <= done <= began:
                    since, last = done, what
            value += table.step(last, code, began - since)
            at, after = began, 2 * code
            ended.append((end[child], 2 * code + 1))
            if self._run[child] is not None and self._run[child] != run:
                if run is not None:
                    value += IMPOSSIBLE
                run = self._run[child]
        if ended:
            at, after = max(ended)
        return value + table.step(after, END, end[parent] - at)


def _codes(present: dict[Signature, list[int]]) -> dict[Signature, int]:
    return {signature: code for code, signature in enumerate(sorted(present), start=1)}


def _link_density(call: Call, seen: dict[Signature, int], resolution_ns: int) -> tuple[float, Density, Density | None]:
    made = math.log((call.callers + 0.5) / (seen.get(call.parent, call.callers) + 1.0))
    start = Density(call.start, 1.0, resolution_ns)
    return made, start, None if call.asynchronous else Density(call.end, 1.0, resolution_ns)


class _Steps:
    """The acts of one signature: which act after which event, how likely, how long after."""

    def __init__(self, steps: Sequence[Step], codes: dict[Signature, int], resolution_ns: int) -> None:
        acts: defaultdict[int, list[Step]] = defaultdict(list)
        events: defaultdict[int, int] = defaultdict(int)
        for step in steps:
            acts[_act(step, codes)].append(step)
            events[_event(step, codes)] += step.gaps.n
        total = sum(events.values())
        self._rare = {act: sum(s.gaps.n for s in group) / total for act, group in acts.items()}
        self._events = events
        self._pooled = {act: _pool(group, resolution_ns) for act, group in acts.items()}
        self._seen: dict[tuple[int, int], Density] = {}
        for act, group in acts.items():
            for step in group:
                event = _event(step, codes)
                share = (step.gaps.n + PRIOR * self._rare[act]) / (events[event] + PRIOR)
                self._seen[event, act] = self._density(step, act, share, resolution_ns)

    def _density(self, step: Step, act: int, share: float, resolution_ns: int) -> Density:
        if step.gaps.n >= SEEN_ENOUGH:
            return Density(step.gaps, share, resolution_ns)
        return self._pooled[act].weighted(share)

    def step(self, event: int, act: int, gap: int) -> float:
        density = self._seen.get((event, act))
        if density is None:
            density = self._unseen(event, act)
        return density(gap)

    def _unseen(self, event: int, act: int) -> Density:
        rare = self._rare.get(act)
        if rare is None:
            act, rare = END, 1.0 / (2.0 + sum(self._events.values()))
        share = PRIOR * rare / (self._events.get(event, 0) + PRIOR)
        self._seen[event, act] = density = self._pooled[act].weighted(share)
        return density


def _act(step: Step, codes: dict[Signature, int]) -> int:
    return END if step.then is None else codes[step.then]


def _event(step: Step, codes: dict[Signature, int]) -> int:
    return BEGIN if step.after is None else 2 * codes[step.after] + step.after_end


def _pool(steps: Sequence[Step], resolution_ns: int) -> Density:
    """All gaps to one act, whatever came before it: each step by its weight."""
    samples = [round(edge) for step in steps for edge in step.gaps.edges for _ in range(_weight(step))]
    return Density(fit(samples, resolution_ns), 1.0, resolution_ns)


def _weight(step: Step) -> int:
    return max(1, step.gaps.n // len(step.gaps.edges))


def _compile(delays: Delays, codes: dict[Signature, int]) -> dict[int, _Steps]:
    groups: defaultdict[Signature, list[Step]] = defaultdict(list)
    names = {step.parent for step in delays.steps} | {step.then for step in delays.steps if step.then is not None}
    codes = {**codes, **{name: len(codes) + k for k, name in enumerate(sorted(names - set(codes)), start=1)}}
    for step in delays.steps:
        groups[step.parent].append(step)
    return {codes[parent]: _Steps(group, codes, delays.resolution_ns) for parent, group in groups.items()}
