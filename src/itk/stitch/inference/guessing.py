"""From work whose caller is unknown to guesses of who called it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.util import find_spec

import msgspec

from itk.stitch.inference.assignment import SAME, Assignment, assign
from itk.stitch.inference.calibration import Calibration
from itk.stitch.inference.clocks import Offset, offsets
from itk.stitch.inference.delays import Delays
from itk.stitch.inference.enclosing import nearest
from itk.stitch.inference.flight import Flight
from itk.stitch.inference.forest import keep_forest
from itk.stitch.inference.likelihood import Likelihood
from itk.stitch.inference.problem import Problem, prepare, unique
from itk.stitch.inference.work import CallGraph, Guess, Work


def infer(works: Sequence[Work], graph: CallGraph, delays: Delays, *, in_flight: int = 1) -> tuple[Guess, ...]:
    """A guess for every work whose parent nobody said, in order of time; many guess nothing, and say why.

    `graph` and the calls of `delays` say who may call whom. `in_flight` is how many runs were in flight at least, for
    callers that show the work of one run only. The order and the repetition of `works` do not matter. Without numpy and
    scipy (see `available`) nothing is guessed.
    """
    distinct = unique(works)
    if not available():
        return tuple(_without_solver(work) for work in distinct if work.parent is None and not work.root)
    possible = (graph | delays.graph()).pairs(work.signature for work in distinct)
    ahead = offsets(distinct, possible, delays)
    problem = prepare(distinct, possible, delays, ahead)
    state = assign(problem, Likelihood(problem, delays))
    flight = Flight(problem, delays)
    judge = _Judge(problem, state, delays, flight, max(in_flight, flight.usual()), in_flight, ahead)
    return keep_forest(problem, {child: judge.guess(child) for child in problem.open})


def available() -> bool:
    """Are numpy and scipy installed? Without them links stay exact and structural."""
    return find_spec("numpy") is not None and find_spec("scipy") is not None


def _without_solver(work: Work) -> Guess:
    return Guess(child=work.id, parent=None, probability=None, candidates=0, why="numpy and scipy are not installed")


class _Judge:
    """Turns the assignment into guesses: with what probability, and where time cannot tell."""

    def __init__(
        self,
        problem: Problem,
        state: Assignment,
        delays: Delays,
        flight: Flight,
        usual: int,
        at_least: int,
        ahead: Mapping[str, Offset],
    ) -> None:
        self._problem, self._state, self._flight, self._ahead = problem, state, flight, ahead
        self._at_least = at_least
        self._begins = {signature for signature, _ in delays.roots}
        self._calibrations = {known: Calibration(delays, usual, run_known=known) for known in (False, True)}
        self._expected = {key: call.start.expected() for key, call in problem.calls.items()}

    def guess(self, child: int) -> Guess:
        problem = self._problem
        parent = self._state.chosen.get(child)
        if parent is not None:
            return self._learned(child, parent)
        name = problem.works[child].id
        if child in self._state.candidates:
            among = len(self._state.candidates[child])
            return Guess(child=name, parent=None, probability=None, candidates=among, why="no place left at a caller")
        if problem.signatures[child] in self._begins:
            return Guess(child=name, parent=None, probability=None, candidates=0, why="began a run in earlier runs")
        return nearest(problem, child)

    def _learned(self, child: int, parent: int) -> Guess:
        problem, works = self._problem, self._problem.works
        margin = self._state.margins.get(child)
        key = problem.signatures[parent], problem.signatures[child]
        guess = Guess(
            child=works[child].id,
            parent=works[parent].id,
            probability=None,
            candidates=len(self._state.candidates[child]),
            why="explains the times best",
            gap_ns=problem.start[child] - problem.start[parent],
            expected_ns=self._expected[key],
            margin=margin.worse if margin else None,
            runner_up=works[margin.other].id if margin and margin.other is not None else None,
            clock_offset_ns=self._offset(works[child].component) - self._offset(works[parent].component),
            asynchronous=problem.asynchronous(parent, child),
        )
        if margin and margin.worse <= SAME:
            return msgspec.structs.replace(guess, parent=None, why="two explanations are equally good")
        if guess.asynchronous and self._crowded(parent, child):
            return self._across_queue(guess, parent, child)
        calibration = self._calibrations[problem.run[child] is not None]
        return msgspec.structs.replace(guess, probability=calibration.probability(*key, guess))

    def _offset(self, component: str) -> int:
        return self._ahead[component].ahead_ns if component in self._ahead else 0

    def _crowded(self, parent: int, child: int) -> bool:
        problem = self._problem
        senders = {problem.run[p] or str(p) for p in self._state.candidates[child] if problem.asynchronous(p, child)}
        seen = self._flight.between(problem.start[parent], problem.end[child])
        return max(seen, len(senders), self._at_least) > 1

    def _across_queue(self, guess: Guess, parent: int, child: int) -> Guess:
        """Time cannot tell which message of several runs is which; within a known run it is a guess, never a link."""
        runs = self._problem.run[parent], self._problem.run[child]
        if None in runs:
            return msgspec.structs.replace(guess, parent=None, why="a queue, and more than one run in flight")
        return msgspec.structs.replace(guess, why="explains the times best, across a queue with several runs in flight")
