"""Constrained assignment: the parents that together explain all times best, found block by block.

First each sort of work is matched by its links alone. Then each block is matched again with all others held fixed,
under the likelihood of whole parents, and at last single calls and tails of calls are exchanged between two parents.
Every exchange that was weighed also tells how much worse it is: the least of those is the margin of a link.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

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
    sent: dict[int, Children] = field(default_factory=dict)  # by parent: the others
    margins: dict[int, Margin] = field(default_factory=dict)
    touched: set[int] = field(default_factory=set)  # parents whose children changed since this was last emptied

    def room(self, parent: int, child: int) -> int:
        sorts = self.problem.sorts
        return self.problem.room[sorts[parent], sorts[child]]

    def waits(self, parent: int, child: int) -> bool:
        return not self.problem.asynchronous(parent, child)

    def kids(self, parent: int) -> Children:
        return self.children.get(parent, ())

    def held(self, parent: int, child: int) -> Children:
        """The children of `parent` of the sort of `child`."""
        sorts = self.problem.sorts
        kids = self.kids(parent) if self.waits(parent, child) else self.sent.get(parent, ())
        return tuple(k for k in kids if sorts[k] == sorts[child])

    def place(self, child: int, parent: int | None) -> None:
        before = self.chosen.pop(child, None)
        if before is not None:
            held = self.children if self.waits(before, child) else self.sent
            held[before] = tuple(k for k in held[before] if k != child)
            self.touched.add(before)
        if parent is not None:
            held = self.children if self.waits(parent, child) else self.sent
            held[parent] = tuple(sorted((*held.get(parent, ()), child)))
            self.chosen[child] = parent
            self.touched.add(parent)


def assign(problem: Problem, likelihood: Likelihood) -> Assignment:
    """The best assignment found, with the margin of each link; children without candidates are not in it."""
    state = Assignment(problem, likelihood)
    for parent, kids in problem.fixed.items():
        state.children[parent] = tuple(k for k in kids if state.waits(parent, k))
        state.sent[parent] = tuple(k for k in kids if not state.waits(parent, k))
    blocks = _blocks(state)
    for block in blocks:
        _match(state, block, first=True)
    _match_again(state, [block for block in blocks if any(len(state.candidates[child]) > 1 for child in block)])
    _exchange(state)
    return state


def _match_again(state: Assignment, blocks: Sequence[Sequence[int]]) -> None:
    """Match blocks under whole parents, for as long as the children of their possible parents change."""
    parents = [{parent for child in block for parent in state.candidates[child]} for block in blocks]
    due = [True] * len(blocks)
    for _ in range(ROUNDS_MAX):
        state.touched = set()
        for at, block in enumerate(blocks):
            if due[at] or not parents[at].isdisjoint(state.touched):
                _match(state, block, first=False)
        due = [not mine.isdisjoint(state.touched) for mine in parents]
        if not any(due):
            return


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


def _match(state: Assignment, block: Sequence[int], *, first: bool) -> None:
    """Match one block anew, all others held fixed; the outcome stays where it is better."""
    if len(block) == 1 and len(state.candidates[block[0]]) == 1 and block[0] not in state.chosen:
        parent = state.candidates[block[0]][0]
        if len(state.held(parent, block[0])) < state.room(parent, block[0]):
            state.place(block[0], parent)
        return
    parents = sorted({parent for child in block for parent in state.candidates[child]})
    places = _places(state, block, parents)
    gain = _link if first else _gain
    worth = [
        {place: gain(state, p, there, child) for p in state.candidates[child] for place, there in places[p]}
        for child in block
    ]
    parent_of = {place: parent for parent in parents for place, _ in places[parent]}
    chosen = [parent_of[place] if place is not None else None for place in best(worth)]
    before = [state.chosen.get(child) for child in block]
    if chosen == before:
        return
    old = _value(state, parents)
    _place_all(state, block, chosen)
    if not first and _value(state, parents) <= old + SAME:
        _place_all(state, block, before)


def _place_all(state: Assignment, block: Sequence[int], parents: Sequence[int | None]) -> None:
    for child in block:
        state.place(child, None)
    for child, parent in zip(block, parents, strict=True):
        state.place(child, parent)


def _value(state: Assignment, parents: Sequence[int]) -> float:
    return sum(state.likelihood.parent(parent, state.kids(parent)) for parent in parents)


def _places(state: Assignment, block: Sequence[int], parents: Sequence[int]) -> dict[int, list[tuple[int, int | None]]]:
    """By parent its free places and those that children of the block hold: (number, who is there now)."""
    mine = set(block)
    places: dict[int, list[tuple[int, int | None]]] = {}
    number = 0
    for parent in parents:
        same = state.held(parent, block[0])
        free = min(state.room(parent, block[0]) - len(same), len(block))
        there: list[int | None] = [*(k for k in same if k in mine), *[None] * free]
        places[parent] = [(number + k, occupant) for k, occupant in enumerate(there)]
        number += len(there)
    return places


def _link(state: Assignment, parent: int, occupant: int | None, child: int) -> float:
    return state.likelihood.link(parent, child)


def _gain(state: Assignment, parent: int, occupant: int | None, child: int) -> float:
    """By how much the parent is better explained with the child than without, in the place of `occupant`."""
    if not state.waits(parent, child):
        return state.likelihood.link(parent, child)
    rest = tuple(k for k in state.kids(parent) if k not in (occupant, child))
    return state.likelihood.parent(parent, tuple(sorted((*rest, child)))) - state.likelihood.parent(parent, rest)


def _exchange(state: Assignment) -> None:
    """Exchange calls between two parents while that helps, then weigh once more what each link's margin is."""
    state.touched = set(state.chosen.values())
    for _ in range(ROUNDS_MAX):
        due = [c for c in sorted(state.chosen) if not state.touched.isdisjoint(state.candidates[c])]
        state.touched = set()
        for child in due:
            for parent in state.candidates[child]:
                _improve(state, child, parent)
        if not state.touched:
            break
    for child in sorted(state.chosen):
        for parent in state.candidates[child]:
            _weigh(state, child, parent)


def _improve(state: Assignment, child: int, other: int) -> None:
    """Do the first exchange that gives `child` to `other` and explains the times better."""
    for moved in _exchanges(state, child, other):
        if _cost(state, moved) < -SAME:
            for one, parent in moved.items():
                state.place(one, parent)
            return


def _weigh(state: Assignment, child: int, other: int) -> None:
    for moved in _exchanges(state, child, other):
        worse = max(_cost(state, moved), 0.0)
        for one, parent in moved.items():
            known = state.margins.get(one)
            if known is None or worse < known.worse:
                state.margins[one] = Margin(worse, parent)


def _exchanges(state: Assignment, child: int, other: int) -> Iterator[dict[int, int]]:
    """New parents by child: the call alone or with its counterpart, and with all calls after or before them."""
    holder = state.chosen[child]
    if other == holder:
        return
    twins = [k for k in state.held(other, child) if k in state.chosen]
    if len(state.held(other, child)) < state.room(other, child):
        yield {child: other}
    for twin in twins:
        if holder in state.candidates[twin]:
            yield {child: other, twin: holder}
    sorts = state.problem.sorts
    if not twins or sorts[holder] != sorts[other] or not state.waits(other, child):
        return
    mine = [k for k in state.kids(holder) if k in state.chosen]
    theirs = [k for k in state.kids(other) if k in state.chosen]
    twin = twins[0]
    after = {k: other for k in mine if k >= child} | {k: holder for k in theirs if k >= twin}
    before = {k: other for k in mine if k <= child} | {k: holder for k in theirs if k <= twin}
    for moved in (after, before):
        if len(moved) > 2 and _allowed(state, moved):
            yield moved


def _allowed(state: Assignment, moved: dict[int, int]) -> bool:
    """Is every child a candidate of its new parent, and has that room for it?"""
    if any(parent not in state.candidates[child] for child, parent in moved.items()):
        return False
    sorts = state.problem.sorts
    for parent, kids in _after(state, moved).items():
        counts = Counter(sorts[kid] for kid in kids)
        if any(counts[sorts[k]] > state.room(parent, k) for k in kids if k in moved):
            return False
    return True


def _after(state: Assignment, moved: dict[int, int]) -> Change:
    """The children that the parents concerned would wait for."""
    parents = {state.chosen[child] for child in moved} | set(moved.values())
    kids = {parent: [k for k in state.kids(parent) if k not in moved] for parent in parents}
    for child, parent in moved.items():
        if state.waits(parent, child):
            kids[parent].append(child)
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
