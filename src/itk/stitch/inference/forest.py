"""The last word on hard constraints: one parent, no rings, and never two runs in one tree."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from itk.stitch.inference.problem import Groups, Problem
from itk.stitch.inference.work import Guess


def keep_forest(problem: Problem, guesses: Mapping[int, Guess]) -> tuple[Guess, ...]:
    """Guesses in order of time; of those that contradict each other the surer one stays."""
    index = {work.id: at for at, work in enumerate(problem.works)}
    trees = Groups(len(problem.works))
    for child, parent in enumerate(problem.parent):
        if parent is not None:
            trees.join(child, parent)
    runs = {trees.of(at): run for at, run in enumerate(problem.run) if run is not None}
    kept = dict(guesses)
    for child in sorted(guesses, key=lambda at: _surest_first(guesses[at], at)):
        parent_id = guesses[child].parent
        if parent_id is None:
            continue
        one, other = trees.of(child), trees.of(index[parent_id])
        mine, theirs = runs.get(one), runs.get(other)
        if one == other:
            kept[child] = _without(guesses[child], "its caller would be its own descendant")
        elif mine is not None and theirs is not None and mine != theirs:
            kept[child] = _without(guesses[child], "it would join two runs")
        else:
            trees.join(one, other)
            if mine is not None or theirs is not None:
                runs[trees.of(one)] = mine if mine is not None else theirs or ""
    return tuple(kept[child] for child in sorted(kept))


def _surest_first(guess: Guess, at: int) -> tuple[bool, float, float, int]:
    margin = guess.margin if guess.margin is not None else float("inf")
    return guess.expected_ns is None, -(guess.probability or 0.0), -margin, at


def _without(guess: Guess, why: str) -> Guess:
    return msgspec.structs.replace(guess, parent=None, probability=None, why=why)
