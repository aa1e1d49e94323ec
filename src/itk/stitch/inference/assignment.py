"""Constrained assignment: the parents that together explain all times best, found block by block.

First each sort of work is matched by its links alone. Then each block is matched again with all others held fixed,
under the likelihood of whole parents, and at last single calls and tails of calls are exchanged between two parents.
Every exchange that was weighed also tells how much worse it is: the least of those is the margin of a link.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from itk.stitch.inference.candidates import CANDIDATES_MAX, callers
from itk.stitch.inference.likelihood import Likelihood
from itk.stitch.inference.matching import best
from itk.stitch.inference.problem import Groups, Problem
from itk.stitch.inference.work import Signature

BLOCK_MAX = 200  # children matched at once; larger components are cut in time order
ROUNDS_MAX = 4
SAME = 1e-7  # log-likelihoods closer than this are equal

Children = tuple[int, ...]
Change = dict[int, Children]  # new children, by parent


@dataclass(slots=True)
class Margin:
    """How much worse the best other explanation is, and which parent it has for this child."""

    worse: float
    other: int | None


@dataclass(slots=True)
class Assignment:
    """Who calls whom, as it is being improved."""

    problem: Problem
    likelihood: Likelihood
    candidates: dict[int, list[int]] = field(default_factory=dict)
    chosen: dict[int, int] = field(default_factory=dict)  # parent by open child
    children: dict[int, Children] = field(default_factory=dict)  # by parent: those that it waits for, exact and chosen
    sent: dict[int, Children] = field(default_factory=dict)  # by parent: chosen, and not waited for
    margins: dict[int, Margin] = field(default_factory=dict)

    def room(self, parent: int, signature: Signature) -> int:
        return self.problem.calls[self.problem.signatures[parent], signature].children_max

    def waits(self, parent: int, child: int) -> bool:
        return not self.problem.asynchronous(parent, child)

    def kids(self, parent: int) -> Children:
        return self.children.get(parent, ())

    def place(self, child: int, parent: int | None) -> None:
        before = self.chosen.pop(child, None)
        if before is not None:
            held = self.children if self.waits(before, child) else self.sent
            held[before] = tuple(k for k in held[before] if k != child)
        if parent is not None:
            held = self.children if self.waits(parent, child) else self.sent
            held[parent] = tuple(sorted((*held.get(parent, ()), child)))
            self.chosen[child] = parent


def assign(problem: Problem, likelihood: Likelihood) -> Assignment:
    """The best assignment found, with the margin of each link; children without candidates are not in it."""
    state = Assignment(problem, likelihood, children={p: tuple(sorted(k)) for p, k in problem.fixed.items()})
    blocks = _blocks(state)
    for block in blocks:
        _match(state, block, first=True)
    unsettled = [block for block in blocks if any(len(state.candidates[child]) > 1 for child in block)]
    for _ in range(ROUNDS_MAX):
        if not sum([_match(state, block, first=False) for block in unsettled]):
            break
    _exchange(state)
    return state


def _blocks(state: Assignment) -> list[list[int]]:
    """Open children of one sort that compete for parents, in time order."""
    problem = state.problem
    sorts: defaultdict[Signature, list[int]] = defaultdict(list)
    for child in problem.open:
        sorts[problem.signatures[child]].append(child)
    blocks: list[list[int]] = []
    for signature in sorted(sorts, key=lambda name: _typical(problem, name)):
        found = callers(problem, signature, sorts[signature])
        state.candidates.update({child: _likeliest(state, child, among) for child, among in found.items() if among})
        blocks += _components(sorts[signature], state.candidates)
    return [block[at : at + BLOCK_MAX] for block in blocks for at in range(0, len(block), BLOCK_MAX)]


def _typical(problem: Problem, signature: Signature) -> tuple[float, Signature]:
    """Earlier calls of a parent first."""
    calls = [problem.calls.get((parent, signature)) for parent in problem.parents_of.get(signature, {})]
    return min((call.start.expected()[0] for call in calls if call), default=0), signature


def _likeliest(state: Assignment, child: int, among: Sequence[int]) -> list[int]:
    if len(among) <= CANDIDATES_MAX:
        return sorted(among)
    return sorted(sorted(among, key=lambda parent: (-state.likelihood.link(parent, child), parent))[:CANDIDATES_MAX])


def _components(children: Sequence[int], candidates: dict[int, list[int]]) -> list[list[int]]:
    parents = {parent: k for k, parent in enumerate(sorted({p for c in children for p in candidates.get(c, ())}))}
    group = Groups(len(parents))
    for child in children:
        mine = candidates.get(child, [])
        for parent in mine:
            group.join(parents[mine[0]], parents[parent])
    blocks: defaultdict[int, list[int]] = defaultdict(list)
    for child in children:
        if child in candidates:
            blocks[group.of(parents[candidates[child][0]])].append(child)
    return list(blocks.values())


def _match(state: Assignment, block: Sequence[int], *, first: bool) -> bool:
    """Match one block anew, all others held fixed. True if that changed anything for the better."""
    before = {child: state.chosen.get(child) for child in block}
    parents = sorted({parent for child in block for parent in state.candidates[child]})
    value = partial(_value, state, parents)
    old = value()
    places = _places(state, block, parents)
    gain = _link if first else _gain
    worth = [
        {
            place: gain(state, parent, occupant, child)
            for place, (parent, occupant) in enumerate(places)
            if parent in set(state.candidates[child])
        }
        for child in block
    ]
    chosen = [places[place][0] if place is not None else None for place in best(worth)]
    if chosen == list(before.values()):
        return False
    for child in block:
        state.place(child, None)
    for child, parent in zip(block, chosen, strict=True):
        state.place(child, parent)
    if first or value() > old + SAME:
        return True
    for child in block:
        state.place(child, None)
    for child, parent in before.items():
        state.place(child, parent)
    return False


def _value(state: Assignment, parents: Sequence[int]) -> float:
    return sum(state.likelihood.parent(parent, state.kids(parent)) for parent in parents)


def _places(state: Assignment, block: Sequence[int], parents: Sequence[int]) -> list[tuple[int, int | None]]:
    """Free places and those that children of the block hold: (parent, who is there now)."""
    signature = state.problem.signatures[block[0]]
    mine = set(block)
    places: list[tuple[int, int | None]] = []
    for parent in parents:
        held = [*state.kids(parent), *state.sent.get(parent, ())]
        same = [k for k in held if state.problem.signatures[k] == signature]
        places += [(parent, k) for k in same if k in mine]
        places += [(parent, None)] * min(state.room(parent, signature) - len(same), len(block))
    return places


def _link(state: Assignment, parent: int, occupant: int | None, child: int) -> float:
    return state.likelihood.link(parent, child)


def _gain(state: Assignment, parent: int, occupant: int | None, child: int) -> float:
    """By how much the parent is better explained with the child than without, in the place of `occupant`."""
    if not state.waits(parent, child):
        return state.likelihood.link(parent, child)
    rest = tuple(k for k in state.kids(parent) if k not in (occupant, child))
    with_child = tuple(sorted((*rest, child)))
    return state.likelihood.parent(parent, with_child) - state.likelihood.parent(parent, rest)


def _exchange(state: Assignment) -> None:
    """Exchange calls between two parents while that helps; the last round finds nothing and leaves the margins."""
    for _ in range(ROUNDS_MAX):
        state.margins = {}
        improved = False
        for child in sorted(state.chosen):
            for parent in state.candidates[child]:
                improved |= _weigh(state, child, parent)
        if not improved:
            return


def _weigh(state: Assignment, child: int, other: int) -> bool:
    """Weigh every exchange that would give `child` to `other`; do the best one if it is an improvement."""
    holder = state.chosen[child]
    if other == holder:
        return False
    improved = False
    for moved in _exchanges(state, child, holder, other):
        worse = _cost(state, moved)
        if worse < -SAME:
            for one, parent in moved.items():
                state.place(one, parent)
            return True
        for one, parent in moved.items():
            known = state.margins.get(one)
            if known is None or worse < known.worse:
                state.margins[one] = Margin(max(worse, 0.0), parent)
    return improved


def _exchanges(state: Assignment, child: int, holder: int, other: int) -> Iterator[dict[int, int]]:
    """New parents by child: the call alone, and with all calls after or before it."""
    signatures = state.problem.signatures
    signature = signatures[child]
    if not state.waits(holder, child) or not state.waits(other, child):
        yield from _single(state, child, holder, other, state.sent.get(other, ()))
        return
    yield from _single(state, child, holder, other, state.kids(other))
    if signatures[holder] != signatures[other]:
        return
    mine = [k for k in state.kids(holder) if k in state.chosen]
    theirs = [k for k in state.kids(other) if k in state.chosen]
    twins = [k for k in theirs if signatures[k] == signature]
    if len(mine) + len(theirs) < 3:
        return
    for twin in twins[:1]:
        after = {k: other for k in mine if k >= child} | {k: holder for k in theirs if k >= twin}
        before = {k: other for k in mine if k <= child} | {k: holder for k in theirs if k <= twin}
        for moved in (after, before):
            if len(moved) > 2 and _allowed(state, moved):
                yield moved


def _single(state: Assignment, child: int, holder: int, other: int, held: Sequence[int]) -> Iterator[dict[int, int]]:
    signature = state.problem.signatures[child]
    same = [k for k in held if state.problem.signatures[k] == signature]
    exact = sum(state.problem.parent[k] == other for k in same)
    if exact + len([k for k in same if k in state.chosen]) < state.room(other, signature):
        yield {child: other}
    for twin in same:
        if twin in state.chosen and holder in state.candidates[twin]:
            yield {child: other, twin: holder}


def _allowed(state: Assignment, moved: dict[int, int]) -> bool:
    if any(parent not in state.candidates[child] for child, parent in moved.items()):
        return False
    after = _after(state, moved)
    signatures = state.problem.signatures
    for parent, kids in after.items():
        counts: defaultdict[Signature, int] = defaultdict(int)
        for kid in kids:
            counts[signatures[kid]] += 1
        if any(counts[signatures[k]] > state.room(parent, signatures[k]) for k in kids if k in moved):
            return False
    return True


def _after(state: Assignment, moved: dict[int, int]) -> Change:
    """The children that the parents concerned would wait for."""
    parents = {state.chosen[child] for child in moved} | set(moved.values())
    kids = {parent: {k for k in state.kids(parent) if k not in moved} for parent in parents}
    for child, parent in moved.items():
        if state.waits(parent, child):
            kids[parent].add(child)
    return {parent: tuple(sorted(mine)) for parent, mine in kids.items()}


def _cost(state: Assignment, moved: dict[int, int]) -> float:
    """How much worse (positive) the exchange explains the times."""
    likelihood = state.likelihood
    worse = 0.0
    for child, parent in moved.items():
        if not state.waits(state.chosen[child], child):
            worse += likelihood.link(state.chosen[child], child)
        if not state.waits(parent, child):
            worse -= likelihood.link(parent, child)
    after = _after(state, moved)
    for parent in sorted(after):
        worse += likelihood.parent(parent, state.kids(parent)) - likelihood.parent(parent, after[parent])
    return worse
